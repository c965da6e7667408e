package dev.isnet.cli.report;

import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws the images and heatmaps of a gallery. */
final class GalleryImages {

  /** About how wide a picture becomes, in pixels; by whole factors. */
  private static final int WIDTH = 256;

  private final List<GalleryRow> rows;
  private final Map<String, Double> scales = new LinkedHashMap<>();

  /** Finds a colour scale for each system, so that its maps can be compared with each other. */
  GalleryImages(List<GalleryRow> rows) {
    this.rows = rows;
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

  /** What a row's image is called within a page. */
  String id(GalleryRow row) {
    return "image-%08x-%d".formatted(Objects.hash(row.file(), row.scenario()), rows.indexOf(row));
  }

  /** How many of the image's pixels a mask's cell covers, across and down. */
  String maskScale(GalleryRow row) {
    MaskOutline mask = row.mask().orElseThrow();
    return String.format(
        Locale.ROOT,
        "%.6g %.6g",
        (double) row.image().getWidth() / mask.width(),
        (double) row.image().getHeight() / mask.height());
  }

  /** The image as it is, to be put into a page. */
  String photoUri(GalleryRow row) {
    return dataUri(row.image());
  }

  /** A heatmap that is transparent where there is no relevance, to be put into a page. */
  String layerUri(String system, Heatmap map) {
    return dataUri(map.toLayer(scales.get(system)));
  }

  /** The image with its mask outlined, large enough to be looked at. */
  BufferedImage photo(GalleryRow row) {
    BufferedImage photo = enlarged(row.image());
    row.mask().ifPresent(mask -> mask.draw(photo, MaskOutline.ON_PHOTO));
    return photo;
  }

  /** A heatmap with the mask outlined, as large. */
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

  private static String dataUri(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
