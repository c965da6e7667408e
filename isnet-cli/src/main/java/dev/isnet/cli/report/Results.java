package dev.isnet.cli.report;

import dev.isnet.evaluate.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Macro F1 of every system in every test: what most readers want to know. */
final class Results {

  private final ReportData data;
  private final List<String> scenarios;
  private final Optional<Comparison> comparison;

  Results(ReportData data) {
    this.data = data;
    this.scenarios = data.scenarios();
    this.comparison = Comparison.of(scenarios);
  }

  /** The report in one sentence. */
  String headline() {
    if (scenarios.isEmpty()) {
      return "No test was run.";
    }
    return comparison
        .map(each -> each.sentence(data.systems()))
        .orElseGet(() -> singleTest(scenarios.get(0)));
  }

  /** Each system's macro F1 in the test that tells most: the last. */
  Optional<KeyFigures> figures() {
    if (scenarios.isEmpty()) {
      return Optional.empty();
    }
    String test = comparison.map(Comparison::to).orElse(scenarios.get(0));
    List<KeyFigures.Figure> figures = new ArrayList<>();
    for (SystemReport system : data.systems()) {
      system
          .result(test)
          .map(ScenarioResult::performance)
          .ifPresent(
              found ->
                  figures.add(
                      KeyFigures.Figure.ratio(
                              Text.capitalised(system.name()),
                              found.macroF1(),
                              found.posterior().macroF1(),
                              "macro F1 in the " + test + " test, " + found.samples() + " images")
                          .coloured(data.colour(system.name()))));
    }
    return Optional.of(new KeyFigures(figures));
  }

  Section section() {
    Block below = comparison.isPresent() ? Columns.of(chart(), notes()) : notes();
    return Section.of("Results", table(), below).madeBy(data.source());
  }

  private DataTable table() {
    List<String> columns = new ArrayList<>(scenarios);
    comparison.ifPresent(each -> columns.add(each.from() + " → " + each.to()));
    DataTable table =
        DataTable.of(
                "Macro F1, from 0 (nothing right) to 1 (everything right); smaller, the value to expect with its 95 % interval",
                "system")
            .numbers(columns.toArray(String[]::new));
    for (SystemReport system : data.systems()) {
      List<Cell> row = new ArrayList<>();
      row.add(Cell.text(system.name()).coloured(data.colour(system.name())));
      for (String scenario : scenarios) {
        row.add(
            system
                .result(scenario)
                .map(ScenarioResult::performance)
                .map(found -> Cell.ratio(found.macroF1(), found.posterior().macroF1()))
                .orElse(Cell.none()));
      }
      comparison.ifPresent(each -> row.add(change(each, system)));
      table = table.row(row);
    }
    return table;
  }

  private static Cell change(Comparison comparison, SystemReport system) {
    return system
        .change()
        .map(Cell::change)
        .or(() -> comparison.change(system).map(Cell::change))
        .orElse(Cell.none());
  }

  private LineChart chart() {
    List<LineChart.Line> lines = new ArrayList<>();
    for (SystemReport system : data.systems()) {
      double[][] columns = new double[4][scenarios.size()];
      for (int i = 0; i < scenarios.size(); i++) {
        Optional<ScenarioResult> result = system.result(scenarios.get(i));
        Optional<Estimate> interval = result.map(r -> r.performance().posterior().macroF1());
        columns[0][i] = i;
        columns[1][i] = interval.map(Estimate::value).orElse(Double.NaN);
        columns[2][i] = interval.map(Estimate::low).orElse(Double.NaN);
        columns[3][i] = interval.map(Estimate::high).orElse(Double.NaN);
      }
      lines.add(
          new LineChart.Line(
              system.name(),
              data.colour(system.name()),
              false,
              columns[0],
              columns[1],
              columns[2],
              columns[3]));
    }
    return LineChart.ofTests("Macro F1 to expect, with its 95 % interval", scenarios, lines);
  }

  private Block notes() {
    if (comparison.filter(Comparison::isOfBias).isEmpty()) {
      return new Note(
          "Macro F1 is the mean of the classes’ F1 values; every class counts the same, however many"
              + " images it has.");
    }
    Map<String, String> tests = new LinkedHashMap<>();
    tests.put("Biased", "The marker in the background follows the class, as it did in training.");
    tests.put("Standard", "The same images without a marker.");
    tests.put(
        "Deceiving",
        "The same images with the marker of another class. A classifier that reads the marker shines"
            + " in the first test and fails in this one; one that does not is the same in all.");
    return new Terms(tests);
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
}
