package dev.isnet.cli.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a report shows.
 *
 * @param title what was done, in a few words
 * @param run when, with what, for how long
 * @param systems the classifiers that are compared, in the order of the tables; at least one
 * @param comparisons pairs of them on the same images; may be empty
 * @param gallery images with their heatmaps; may be empty
 * @param settings the effective configurations by what they are, in their order; may be empty
 */
public record ReportData(
    String title,
    RunInfo run,
    List<SystemReport> systems,
    List<SystemComparison> comparisons,
    List<GalleryRow> gallery,
    Map<String, String> settings) {

  /**
   * @throws IllegalArgumentException if there is no system
   */
  public ReportData {
    systems = List.copyOf(systems);
    comparisons = List.copyOf(comparisons);
    gallery = List.copyOf(gallery);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    if (systems.isEmpty()) {
      throw new IllegalArgumentException("A report needs at least one system.");
    }
  }

  /** The tests of all systems, each once, in the order they come. */
  List<String> scenarios() {
    return systems.stream()
        .flatMap(system -> system.results().stream())
        .map(ScenarioResult::scenario)
        .distinct()
        .toList();
  }

  /** The colour of a system: the same in every table and chart. */
  int colour(String system) {
    return Math.max(0, systems.stream().map(SystemReport::name).toList().indexOf(system));
  }

  /** What makes all numbers again. */
  Source source() {
    return new Source(run.commandLine(), "the settings below");
  }
}
