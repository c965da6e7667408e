package dev.isnet.cli.report;

import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.explain.Heatmap;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A report as its templates see it: everything worked out, nothing left but to place it. */
final class ReportPage {

  /** How many colours the style sheet has for systems. */
  private static final int COLOURS = 6;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm O", Locale.ENGLISH);

  private final ReportData data;
  private final GalleryImages images;

  ReportPage(ReportData data) {
    this.data = data;
    this.images = new GalleryImages(data.gallery());
  }

  ReportData data() {
    return data;
  }

  /** The report in one sentence. */
  String headline() {
    List<String> scenarios = scenarios();
    if (scenarios.isEmpty()) {
      return "No test was run.";
    }
    return comparison()
        .map(comparison -> comparison.sentence(data.systems()))
        .orElseGet(() -> singleTest(scenarios.get(0)));
  }

  String date() {
    return DATE.format(data.run().started());
  }

  String duration() {
    return Text.duration(data.run().duration());
  }

  /** The tests of all systems, each once, in the order they come. */
  List<String> scenarios() {
    return data.systems().stream()
        .flatMap(system -> system.results().stream())
        .map(ScenarioResult::scenario)
        .distinct()
        .toList();
  }

  Optional<Comparison> comparison() {
    return Comparison.of(scenarios());
  }

  String macroF1(SystemReport system, String scenario) {
    return system.macroF1(scenario).map(Text::fine).orElse("–");
  }

  String change(SystemReport system) {
    return comparison().flatMap(c -> c.change(system)).map(Text::change).orElse("–");
  }

  /** The systems' macro F1 over the tests. */
  LineChart macroF1Chart() {
    List<String> scenarios = scenarios();
    List<LineChart.Line> lines = new ArrayList<>();
    for (SystemReport system : data.systems()) {
      double[] x = new double[scenarios.size()];
      double[] y = new double[scenarios.size()];
      for (int i = 0; i < x.length; i++) {
        x[i] = i;
        y[i] = system.macroF1(scenarios.get(i)).orElse(Double.NaN);
      }
      lines.add(new LineChart.Line(system.name(), colour(system.name()), false, x, y));
    }
    return new LineChart(
        "Macro F1",
        "",
        Axis.names(scenarios),
        Axis.spanning(0, 1, 5),
        lines,
        extremes(lines, scenarios.size()));
  }

  /** One chart for each quantity, in the order they come. */
  List<LineChart> learningCurves() {
    Map<String, List<LineChart.Line>> charts = new LinkedHashMap<>();
    for (SystemReport system : data.systems()) {
      for (CurveData curve : system.curves()) {
        if (!curve.isVisible()) {
          continue;
        }
        charts
            .computeIfAbsent(curve.quantity(), q -> new ArrayList<>())
            .add(
                new LineChart.Line(
                    system.name() + ", " + curve.name(),
                    colour(system.name()),
                    curve.isTraining(),
                    curve.x(),
                    curve.y()));
      }
    }
    return charts.entrySet().stream()
        .map(chart -> LineChart.ofEpochs(chart.getKey(), chart.getValue()))
        .toList();
  }

  /** The colour of a system: the same in every chart. */
  int colour(String system) {
    List<String> names = data.systems().stream().map(SystemReport::name).toList();
    return Math.max(0, names.indexOf(system)) % COLOURS;
  }

  /** How dark a cell of a confusion matrix is: tenths of its row. */
  int shade(ConfusionMatrix matrix, int truth, int predicted) {
    long row = matrix.support(truth);
    return row == 0 ? 0 : Math.round(10f * matrix.count(truth, predicted) / row);
  }

  /** The colour scale of each system's heatmaps. */
  Map<String, Double> scales() {
    return images.scales();
  }

  String photo(GalleryRow row) {
    return Pngs.dataUri(images.photo(row));
  }

  String map(GalleryRow row, Explanation explanation, Heatmap heatmap) {
    return Pngs.dataUri(images.map(row, explanation.system(), heatmap));
  }

  /** How much of a heatmap lies outside the mask, if there is a mask. */
  Optional<String> background(GalleryRow row, Heatmap heatmap) {
    return row.mask().map(mask -> Text.percent(heatmap.backgroundShare(mask)));
  }

  private String singleTest(String scenario) {
    List<String> clauses = new ArrayList<>();
    for (SystemReport system : data.systems()) {
      system
          .macroF1(scenario)
          .map(Text::ratio)
          .ifPresent(
              f1 ->
                  clauses.add(
                      "the "
                          + system.name()
                          + "’s"
                          + (clauses.isEmpty() ? " macro F1 is " : " ")
                          + f1));
    }
    return "In the " + scenario + " test " + String.join(", ", clauses) + ".";
  }

  /** Labels the highest point of each test above, and the lowest below. */
  private static List<LineChart.Label> extremes(List<LineChart.Line> lines, int tests) {
    List<LineChart.Label> labels = new ArrayList<>();
    for (int test = 0; test < tests; test++) {
      LineChart.Line highest = null;
      LineChart.Line lowest = null;
      for (LineChart.Line line : lines) {
        double value = line.y()[test];
        if (Double.isNaN(value)) {
          continue;
        }
        highest = highest == null || value > highest.y()[test] ? line : highest;
        lowest = lowest == null || value <= lowest.y()[test] ? line : lowest;
      }
      if (highest != null) {
        labels.add(label(highest, test, true));
      }
      if (lowest != highest) {
        labels.add(label(lowest, test, false));
      }
    }
    return labels;
  }

  private static LineChart.Label label(LineChart.Line line, int test, boolean above) {
    double value = line.y()[test];
    return new LineChart.Label(test, value, line.colour(), above, Text.ratio(value));
  }
}
