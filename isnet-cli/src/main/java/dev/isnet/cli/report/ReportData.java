package dev.isnet.cli.report;

import java.util.List;

/**
 * What a report shows.
 *
 * @param title what was done, in a few words
 * @param run when, with what, for how long
 * @param systems the classifiers that are compared, in the order of the tables; at least one
 * @param gallery images with their heatmaps; may be empty
 * @param settings the effective configuration, as YAML; may be empty
 */
public record ReportData(
    String title,
    RunInfo run,
    List<SystemReport> systems,
    List<GalleryRow> gallery,
    String settings) {

  /**
   * @throws IllegalArgumentException if there is no system
   */
  public ReportData {
    systems = List.copyOf(systems);
    gallery = List.copyOf(gallery);
    if (systems.isEmpty()) {
      throw new IllegalArgumentException("A report needs at least one system.");
    }
  }
}
