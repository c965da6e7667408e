package dev.isnet.cli.report;

import dev.isnet.explain.Heatmap;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Images with the heatmaps of one or more systems: the reader chooses the class, how much of the
 * image shines through, and whether the mask is outlined. Each system has one symmetric colour
 * scale for all its maps.
 *
 * @param rows one for each image
 */
public record HeatmapGallery(List<GalleryRow> rows) implements Block {

  /** Copies the list. */
  public HeatmapGallery {
    rows = List.copyOf(rows);
  }

  GalleryImages images() {
    return new GalleryImages(rows);
  }

  /** The systems in the order in which they come, whose index is their colour. */
  List<String> systems() {
    return rows.stream()
        .flatMap(row -> row.explanations().stream())
        .map(Explanation::system)
        .distinct()
        .toList();
  }

  /** All classes that there is a map of. */
  Set<String> classes() {
    Set<String> classes = new LinkedHashSet<>();
    for (GalleryRow row : rows) {
      for (Explanation explanation : row.explanations()) {
        explanation.heatmaps().forEach(map -> classes.add(map.className()));
      }
    }
    return classes;
  }

  /** Whether some image has maps of several classes, so that there is something to choose. */
  boolean hasChoice() {
    return rows.stream()
        .flatMap(row -> row.explanations().stream())
        .anyMatch(explanation -> explanation.heatmaps().size() > 1);
  }

  boolean hasMasks() {
    return rows.stream().anyMatch(row -> row.mask().isPresent());
  }

  /** Relevance of the full colour, by system. */
  static String scale(Map.Entry<String, Double> scale) {
    return Text.magnitude(scale.getValue());
  }

  /** What a map is, in words that the class selector looks for. */
  static String roles(GalleryRow row, Explanation explanation, Heatmap map) {
    List<String> roles = new ArrayList<>();
    String said = explanation.predictedClass();
    if (said.equals(map.className()) || said.equals(Explanation.NOT + map.className())) {
      roles.add("predicted");
    }
    if (map.className().equals(row.trueClass())) {
      roles.add("true");
    }
    return String.join(" ", roles);
  }

  /** How much of a heatmap lies outside the mask, in words, if there is a mask. */
  static Optional<String> background(GalleryRow row, Heatmap map) {
    return row.mask()
        .map(map::backgroundShare)
        .map(
            share ->
                Double.isNaN(share) ? "no relevance" : Text.percent(share) + " in the background");
  }
}
