package dev.isnet.cli.report;

import dev.isnet.evaluate.BootstrapCheck;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.evaluate.ConfusionPosterior;
import dev.isnet.evaluate.ConfusionPosterior.ClassPosterior;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.GroupResults;
import dev.isnet.evaluate.Performance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Everything that was measured: all tests in one table, then each by itself. */
public final class TestDetails {

  private TestDetails() {}

  /** A section with all tests side by side, and one for each. */
  static List<Section> sections(ReportData data) {
    List<Section> sections = new ArrayList<>();
    if (data.scenarios().isEmpty()) {
      return sections;
    }
    sections.add(
        Section.of("All measures", overview(data))
            .and(
                new Note(
                    "In the confusion matrices below, rows are true classes, columns what the"
                        + " classifier said, numbers are images; the darker a cell, the larger its"
                        + " share of the row. Every class is measured against all others; macro values"
                        + " are means over the classes that have images."))
            .madeBy(data.source()));
    for (SystemReport system : data.systems()) {
      for (ScenarioResult result : system.results()) {
        sections.add(test(system, result, data.colour(system.name())));
      }
    }
    return sections;
  }

  private static DataTable overview(ReportData data) {
    DataTable table =
        DataTable.of(
                "All measures of all tests; smaller, values to expect with their 95 % intervals",
                "system and test")
            .numbers(
                "macro F1",
                "balanced accuracy",
                "macro precision",
                "macro specificity",
                "MCC",
                "macro AUC",
                "macro AP",
                "ECE");
    for (SystemReport system : data.systems()) {
      for (ScenarioResult result : system.results()) {
        Performance found = result.performance();
        ConfusionPosterior posterior = found.posterior();
        table =
            table.row(
                Cell.text(system.name() + ", " + result.scenario())
                    .coloured(data.colour(system.name())),
                Cell.ratio(found.macroF1(), posterior.macroF1()),
                result
                    .confusion()
                    .map(m -> Cell.ratio(m.macroRecall(), posterior.macroRecall()))
                    .orElse(Cell.none()),
                Cell.ratio(mean(found, ClassMetrics::precision), posterior.macroPrecision()),
                Cell.ratio(mean(found, ClassMetrics::specificity), posterior.macroSpecificity()),
                result
                    .confusion()
                    .map(m -> Cell.ratio(m.mcc(), posterior.mcc()))
                    .orElse(Cell.none()),
                found.macroAuc().map(Cell::ratio).orElse(Cell.none()),
                Cell.ratio(found.macroAveragePrecision()),
                Cell.ratio(found.calibration().expectedError()));
      }
    }
    return table;
  }

  private static Section test(SystemReport system, ScenarioResult result, int colour) {
    Performance found = result.performance();
    List<Block> charts = new ArrayList<>();
    result
        .confusion()
        .ifPresent(
            matrix ->
                charts.add(
                    new ConfusionTable(
                        "%d images, accuracy %s"
                            .formatted(matrix.total(), Text.fine(matrix.accuracy())),
                        matrix)));
    charts.add(
        LineChart.ofReliability(
            "Reliability, ECE " + Text.fine(found.calibration().expectedError()),
            found.calibration(),
            colour));
    if (!result.rocs().isEmpty()) {
      charts.add(LineChart.ofRocs("ROC, each class against the rest", result.rocs()));
    }
    List<Block> blocks = new ArrayList<>(List.of(new Columns(charts), perClass(found)));
    result
        .sources()
        .filter(groups -> groups.groups().size() > 1)
        .map(TestDetails::sources)
        .ifPresent(blocks::add);
    BootstrapCheck check = found.bootstrap();
    blocks.add(
        new Note(
            "As a check, a bootstrap that draws %s: macro F1 %s %s, accuracy %s %s."
                .formatted(
                    check.patients() < found.samples()
                        ? "the %d patients with all their images".formatted(check.patients())
                        : "images",
                    Text.fine(check.macroF1().value()),
                    Text.interval(check.macroF1()),
                    Text.fine(check.accuracy().value()),
                    Text.interval(check.accuracy()))));
    return new Section(
        Text.capitalised(system.name()) + ", " + result.scenario() + " test",
        blocks,
        Optional.of(result.source()));
  }

  /**
   * What is achieved on the images of each source.
   *
   * @param groups the sources
   * @return a table that names the worst
   */
  public static DataTable sources(GroupResults groups) {
    DataTable table =
        DataTable.of("By source; the worst is " + groups.worst().name(), "source")
            .numbers("images", "right", "macro F1");
    for (GroupResults.Group group : groups.groups()) {
      table =
          table.row(
              Cell.text(group.name()),
              Cell.count(group.images()),
              Cell.percent(group.accuracy()),
              Double.isNaN(group.macroF1()) ? Cell.none() : Cell.ratio(group.macroF1()));
    }
    return table;
  }

  private static DataTable perClass(Performance found) {
    DataTable table =
        DataTable.of("Each class; smaller, values to expect with their 95 % intervals", "class")
            .numbers("images", "precision", "recall", "specificity", "F1", "AUC", "AP");
    for (int k = 0; k < found.counted().size(); k++) {
      ClassMetrics counted = found.counted().get(k);
      ClassPosterior posterior = found.posterior().perClass().get(k);
      Performance.Ranking ranking = found.rankings().get(k);
      table =
          table.row(
              Cell.text(counted.name()),
              Cell.count(counted.support()),
              of(counted, counted.precision(), posterior.precision()),
              of(counted, counted.recall(), posterior.recall()),
              Cell.ratio(counted.specificity(), posterior.specificity()),
              of(counted, counted.f1(), posterior.f1()),
              ranking.auc().map(Cell::ratio).orElse(Cell.none()),
              ranking.averagePrecision().map(Cell::ratio).orElse(Cell.none()));
    }
    return table;
  }

  /** What a class without images has no value of. */
  private static Cell of(ClassMetrics counted, double value, Estimate posterior) {
    return counted.present() ? Cell.ratio(value, posterior) : Cell.none();
  }

  private static double mean(Performance found, ToDoubleFunction<ClassMetrics> measure) {
    return found.counted().stream()
        .filter(ClassMetrics::present)
        .mapToDouble(measure)
        .average()
        .orElse(0);
  }
}
