package dev.isnet.cli.experiment;

import dev.isnet.cli.Table;
import dev.isnet.cli.experiment.ExperimentConfig.System;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.phantom.PhantomWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The main job on generated data: {@code demo.yaml} trained plainly and as an ISNet. The run folder
 * holds the data set and both runs as ordinary run folders.
 */
public final class Demo {
  private final Path out;
  private final long seed;
  private final PrintWriter err;

  /**
   * What the demo found.
   *
   * @param text a table for people
   * @param json the same for programs
   */
  public record Outcome(String text, String json) {}

  /**
   * Prepares the demo.
   *
   * @param out the run folder
   * @param seed what data and training follow from
   * @param err where progress is shown
   */
  public Demo(Path out, long seed, PrintWriter err) {
    this.out = out;
    this.seed = seed;
    this.err = err;
  }

  /**
   * Runs it, or what is left of it if it was interrupted before.
   *
   * @return the results
   * @throws Exception if anything fails
   */
  public Outcome run() throws Exception {
    final ZonedDateTime started = ZonedDateTime.now();
    String text =
        resource("demo.yaml")
            .replace("${data}", out.resolve("data").toString())
            .replace("${seed}", Long.toString(seed));
    YamlSection yaml = YamlSection.parse(text, "demo.yaml");
    ExperimentConfig config = ExperimentConfig.of(yaml, out, "demo");
    writeData(yaml.section("phantoms"), config);
    yaml.done();
    List<TrainedSystem> systems = new ArrayList<>();
    for (System system : List.of(System.PLAIN, System.ISNET)) {
      String name = YamlSection.name(system);
      systems.add(new Experiment(config.with(system, out.resolve(name)), name, err).run());
    }
    RunFolder folder = new RunFolder(out);
    String command = "isnet demo --seed " + seed;
    Map<String, Object> metrics = MetricsJson.compare(systems, command);
    MetricsJson.write(folder.metricsJson(), metrics);
    ResultsCsv results = new ResultsCsv();
    systems.forEach(results::add);
    results.add(Pairs.ofRuns(systems));
    results.write(folder.resultsCsv());
    Reports.write(
        folder.report(),
        "Generated chest radiographs with a marker that follows the class",
        command,
        started,
        systems);
    return new Outcome(
        table(systems) + "\nReport: " + folder.report() + "\n", MetricsJson.text(metrics) + "\n");
  }

  /** Generates the images beside the runs, once. */
  private void writeData(YamlSection phantoms, ExperimentConfig config) throws IOException {
    PhantomWriter.Counts perClass =
        new PhantomWriter.Counts(
            phantoms.integer("train", 100, 1, 100_000),
            phantoms.integer("val", 30, 1, 100_000),
            phantoms.integer("test", 60, 1, 100_000));
    double signContrast = phantoms.number("signContrast", 1, 0.01, 3);
    phantoms.done();
    if (Files.exists(config.data().folder().resolve(DatasetManifest.LABELS_FILE))) {
      return;
    }
    Files.createDirectories(out);
    err.println("demo: drawing the images");
    PhantomWriter.write(config.data().folder(), config.image(), perClass, signContrast, seed);
  }

  private static Table table(List<TrainedSystem> systems) {
    Table table = new Table("macro F1", "biased", "standard", "deceiving");
    for (TrainedSystem system : systems) {
      Map<BiasScenario, Double> scores = new LinkedHashMap<>();
      system.tests().forEach(test -> scores.put(test.scenario(), test.result().macroF1()));
      table.row(
          YamlSection.name(system.config().system()),
          scores.get(BiasScenario.BIASED),
          scores.get(BiasScenario.STANDARD),
          scores.get(BiasScenario.DECEIVING));
    }
    return table;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Demo.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
