package dev.isnet.cli.experiment;

import dev.isnet.cli.Table;
import dev.isnet.cli.report.Cell;
import dev.isnet.cli.report.DataTable;
import dev.isnet.cli.report.Differences;
import dev.isnet.cli.report.Facts;
import dev.isnet.cli.report.HeatmapGallery;
import dev.isnet.cli.report.IntervalChart;
import dev.isnet.cli.report.Note;
import dev.isnet.cli.report.Page;
import dev.isnet.cli.report.Section;
import dev.isnet.cli.report.Source;
import dev.isnet.cli.report.SystemComparison;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.BiasDrop;
import dev.isnet.evaluate.Estimate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The finished systems of a comparison as a table, as JSON and as a page. */
public final class ComparisonResults {
  private final ComparisonConfig comparison;
  private final List<ComparedSystem> systems;
  private final String command;
  private final Split split;
  private final List<BiasScenario> scenarios;
  private final List<Pairs.Pair> pairs;

  /**
   * Takes the results.
   *
   * @param comparison what was compared
   * @param systems at least one
   * @param command the command that repeats it
   */
  public ComparisonResults(
      ComparisonConfig comparison, List<ComparedSystem> systems, String command) {
    this.comparison = comparison;
    this.command = command;
    this.systems = List.copyOf(systems);
    ExperimentConfig config = systems.get(0).example().config();
    this.split = config.tests().get(config.tests().size() - 1);
    this.scenarios =
        config.bias().isPresent() ? List.of(BiasScenario.values()) : List.of(BiasScenario.STANDARD);
    this.pairs = Pairs.ofComparison(systems);
  }

  /** Macro F1, mean over the seeds, in each test. */
  public String table() {
    List<String> header = new ArrayList<>(List.of("macro F1, " + split));
    scenarios.forEach(scenario -> header.add(scenario.toString()));
    header.add("drop");
    Table table = new Table(header.toArray(String[]::new));
    for (ComparedSystem system : systems) {
      List<Object> row = new ArrayList<>(List.of(system.name()));
      scenarios.forEach(scenario -> row.add(mean(system.macroF1(split, scenario))));
      row.add(system.drop(split).map(drop -> (Object) drop.drop().value()).orElse("-"));
      table.row(row.toArray());
    }
    return table.toString();
  }

  /** {@code systems.<name>.<scenario>.macroF1}, one number for each seed, and the costs. */
  public Map<String, Object> json() {
    Map<String, Object> all = new LinkedHashMap<>();
    for (ComparedSystem system : systems) {
      Map<String, Object> one = new LinkedHashMap<>();
      for (BiasScenario scenario : scenarios) {
        double[] values = system.macroF1(split, scenario);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("macroF1", values);
        result.put("mean", mean(values));
        result.put("standardDeviation", deviation(values));
        one.put(scenario.toString(), result);
      }
      system.drop(split).ifPresent(drop -> one.put("drop", drop.drop()));
      one.put("cost", system.cost());
      one.put("failures", system.failures());
      all.put(system.name(), one);
    }
    Map<String, Object> root = Schemas.head("comparison");
    root.put("command", command);
    root.put("split", split.toString());
    root.put("seeds", comparison.seeds());
    root.put("systems", all);
    root.put("differences", MetricsJson.differences(pairs));
    root.put("versions", Versions.asMap());
    return root;
  }

  /**
   * Writes the page.
   *
   * @param file where to
   * @param title what was compared
   * @param started when it began
   * @throws IOException if the file cannot be written
   */
  public void write(Path file, String title, ZonedDateTime started) throws IOException {
    ExperimentConfig config = systems.get(0).example().config();
    Source source = new Source(command, "the settings below");
    List<Section> sections = new ArrayList<>();
    sections.add(scores().madeBy(source));
    if (!pairs.isEmpty()) {
      sections.add(Differences.section(pairs.stream().map(this::comparison).toList(), source));
    }
    sections.add(costs().madeBy(source));
    sections.add(heatmaps().madeBy(source));
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", config.data().folder().toString());
    facts.put("seeds", comparison.seeds().toString());
    facts.putAll(Versions.asMap());
    facts.put("numbers", "metrics.json and results.csv, beside this page");
    Map<String, ExperimentConfig> configs = new LinkedHashMap<>();
    systems.forEach(system -> configs.put(system.name(), system.example().config()));
    sections.add(Section.howItWasMade(command, new Facts(facts), Settings.of(configs)));
    Duration took = Duration.between(started, ZonedDateTime.now(started.getZone()));
    new Page(
            "isnet-dl4j comparison",
            title,
            headline(),
            "%s, last call %d min"
                .formatted(started.format(DateTimeFormatter.ISO_LOCAL_DATE), took.toMinutes()),
            Optional.empty(),
            sections)
        .write(file);
  }

  /**
   * Writes all numbers as a table.
   *
   * @param file where to
   * @throws IOException if the file cannot be written
   */
  public void writeCsv(Path file) throws IOException {
    ResultsCsv csv = new ResultsCsv();
    for (ComparedSystem system : systems) {
      csv.add(system, split);
      for (TestResult example : system.example().tests()) {
        double[] values = system.macroF1(example.split(), example.scenario());
        csv.add(system.name(), example, "macroF1Mean", mean(values));
        csv.add(system.name(), example, "macroF1StandardDeviation", deviation(values));
        csv.add(system.name(), example, "macroF1Least", Arrays.stream(values).min().orElseThrow());
        csv.add(
            system.name(), example, "macroF1Greatest", Arrays.stream(values).max().orElseThrow());
      }
    }
    csv.add(pairs).write(file);
  }

  private SystemComparison comparison(Pairs.Pair pair) {
    return new SystemComparison(
        "%s, %s, seed %d".formatted(pair.split(), pair.scenario(), pair.seed()),
        pair.first(),
        pair.second(),
        pair.classes(),
        pair.paired());
  }

  private String headline() {
    ComparedSystem best =
        systems.stream()
            .max(
                (a, b) ->
                    Double.compare(
                        mean(a.macroF1(split, hardest())), mean(b.macroF1(split, hardest()))))
            .orElseThrow();
    return "%s has the highest macro F1 in the %s test: %.3f, mean of %d trainings."
        .formatted(
            best.name(), hardest(), mean(best.macroF1(split, hardest())), best.tests().size());
  }

  private BiasScenario hardest() {
    return scenarios.contains(BiasScenario.DECEIVING)
        ? BiasScenario.DECEIVING
        : BiasScenario.STANDARD;
  }

  private Section scores() {
    DataTable table = DataTable.of("Macro F1 on the " + split + " images", "system");
    for (BiasScenario scenario : scenarios) {
      table = table.numbers(scenario.toString());
    }
    table = table.numbers("drop", "trainings");
    List<IntervalChart.Bar> bars = new ArrayList<>();
    for (int i = 0; i < systems.size(); i++) {
      ComparedSystem system = systems.get(i);
      List<Cell> row = new ArrayList<>(List.of(Cell.text(system.name()).coloured(i)));
      for (BiasScenario scenario : scenarios) {
        row.add(spread(system.macroF1(split, scenario)));
      }
      Optional<Estimate> drop = system.drop(split).map(BiasDrop::drop);
      row.add(drop.map(Cell::change).orElse(Cell.none()));
      row.add(Cell.count(system.tests().size()));
      table = table.row(row);
      if (drop.isPresent()) {
        bars.add(IntervalChart.Bar.ratio(system.name(), drop.get(), i));
      }
    }
    Section section =
        Section.of(
            "Results",
            table,
            new Note(
                "Means over the seeds, with the standard deviation and the least and greatest value of the"
                    + " trainings. The drop is the biased less the deceiving test; its 95 % interval is that of a"
                    + " bootstrap over the images. A system that ignores the background has a drop of about 0."));
    for (ComparedSystem system : systems) {
      for (Map.Entry<Long, String> failure : system.failures().entrySet()) {
        section =
            section.and(
                new Note(
                    "%s with seed %d is not counted: %s"
                        .formatted(system.name(), failure.getKey(), failure.getValue())));
      }
    }
    return bars.isEmpty()
        ? section
        : section.and(IntervalChart.of("Drop from the biased to the deceiving test", bars));
  }

  private Section costs() {
    Cost reference = systems.get(0).cost();
    String than = systems.get(0).name();
    DataTable table =
        DataTable.of("What each system costs", "system")
            .numbers(
                "parameters",
                "an epoch, relative to " + than,
                "a decision, ms",
                "memory of a step, MB");
    for (int i = 0; i < systems.size(); i++) {
      Cost cost = systems.get(i).cost();
      table =
          table.row(
              Cell.text(systems.get(i).name()).coloured(i),
              Cell.count(cost.parameters()),
              Cell.ratio(cost.secondsPerEpoch() / reference.secondsPerEpoch()),
              Cell.ratio(cost.millisecondsPerImage()),
              Cell.count((cost.stepBytes() + 999_999) / 1_000_000));
    }
    return Section.of(
        "Costs",
        table,
        new Note(
            "Times were taken on the machine that ran the comparison and hold there alone. Parameters are those of"
                + " the network that is used, which for a pipeline has its segmenter inside."));
  }

  private Section heatmaps() {
    List<String> names = systems.stream().map(ComparedSystem::name).toList();
    List<TrainedSystem> examples = systems.stream().map(ComparedSystem::example).toList();
    return Section.of(
        "What each system looks at", new HeatmapGallery(new Gallery(names, examples).rows()));
  }

  private static Cell spread(double[] values) {
    Cell mean = Cell.ratio(mean(values));
    return new Cell(
        mean.text(),
        String.format(
            Locale.ROOT,
            "± %.3f [%.3f, %.3f]",
            deviation(values),
            Arrays.stream(values).min().orElse(Double.NaN),
            Arrays.stream(values).max().orElse(Double.NaN)),
        mean.order(),
        mean.colour());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
  }
}
