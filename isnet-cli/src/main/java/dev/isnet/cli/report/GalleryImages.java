package dev.isnet.cli.report;

import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Draws the images and heatmaps of a gallery, large enough to be looked at. */
final class GalleryImages {

  /** About how wide a picture becomes, in pixels; by whole factors. */
  private static final int WIDTH = 256;

  private final Map<String, Double> scales = new LinkedHashMap<>();

  /** Finds a colour scale for each system, so that its maps can be compared with each other. */
  GalleryImages(List<GalleryRow> rows) {
    rows.stream()
        .flatMap(row -> row.explanations().stream())
        .filter(explanation -> !explanation.heatmaps().isEmpty())
        .map(Explanation::system)
        .distinct()
        .forEach(system -> scales.put(system, Heatmap.commonScale(maps(rows, system))));
  }

  /** The relevance that gets the full colour, for each system. */
  Map<String, Double> scales() {
    return scales;
  }

  /** The image with its mask outlined. */
  BufferedImage photo(GalleryRow row) {
    BufferedImage photo = enlarged(row.image());
    row.mask().ifPresent(mask -> mask.draw(photo, MaskOutline.ON_PHOTO));
    return photo;
  }

  /** A heatmap with the mask outlined. */
  BufferedImage map(GalleryRow row, String system, Heatmap heatmap) {
    BufferedImage map = enlarged(heatmap.toImage(scales.get(system)));
    row.mask().ifPresent(mask -> mask.draw(map, MaskOutline.ON_HEATMAP));
    return map;
  }

  private static BufferedImage enlarged(BufferedImage image) {
    return Pictures.enlarge(image, Math.max(1, Math.round((float) WIDTH / image.getWidth())));
  }

  private static List<Heatmap> maps(List<GalleryRow> rows, String system) {
    return rows.stream()
        .flatMap(row -> row.explanations().stream())
        .filter(explanation -> explanation.system().equals(system))
        .flatMap(explanation -> explanation.heatmaps().stream())
        .toList();
  }
}
