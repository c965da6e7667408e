package dev.isnet.cli;

import dev.isnet.cli.experiment.Experiment;
import dev.isnet.cli.experiment.ExperimentConfig;
import dev.isnet.cli.experiment.ExperimentYaml;
import dev.isnet.cli.experiment.MetricsJson;
import dev.isnet.cli.experiment.RunFolder;
import dev.isnet.cli.experiment.RunOutcome;
import dev.isnet.cli.experiment.SegmenterExperiment;
import dev.isnet.cli.experiment.SegmenterReports;
import dev.isnet.cli.experiment.TestResult;
import dev.isnet.cli.experiment.TrainedSystem;
import dev.isnet.data.Split;
import dev.isnet.segment.SegmentationResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    description = {
      "Trains what an experiment file describes, evaluates it, and writes a run folder.",
      "A run that was interrupted goes on with the same command."
    })
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "experiment.yaml", description = "See docs/experiment-yaml.md.")
  private Path file;

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    final ZonedDateTime started = ZonedDateTime.now();
    ExperimentConfig config = ExperimentYaml.read(file);
    BackendPreflight.check();
    PrintWriter err = spec.commandLine().getErr();
    if (config.system() == ExperimentConfig.System.SEGMENTER) {
      return segmenter(config, started, err);
    }
    TrainedSystem system =
        Interruption.during(err, () -> new Experiment(config, "train", err).run());
    String command = "isnet train " + file;
    RunOutcome.write(system, file.getFileName().toString(), command, started);
    spec.commandLine()
        .getOut()
        .print(
            json
                ? MetricsJson.text(MetricsJson.of(system, command)) + "\n"
                : text(system) + "\nRun folder: " + config.out() + "\n");
    return 0;
  }

  private static String text(TrainedSystem system) {
    StringBuilder text = new StringBuilder(table(system.tests()).toString());
    TrainedSystem.Foreground foreground = system.foreground();
    if (!foreground.withoutSegmenter().isEmpty()) {
      text.append("\nThe classifier without its segmenter:\n\n")
          .append(table(foreground.withoutSegmenter()));
    }
    if (!foreground.masks().isEmpty()) {
      text.append("\nThe masks:\n\n").append(masks(foreground.masks()));
    }
    return text.toString();
  }

  private static Table masks(Map<Split, SegmentationResult> results) {
    Table table = new Table("split", "images", "Dice", "median", "least", "IoU", "median");
    results.forEach(
        (split, r) ->
            table.row(
                split,
                r.images(),
                r.dice(),
                r.medianDice(),
                r.leastDice(),
                r.iou(),
                r.medianIou()));
    return table;
  }

  private int segmenter(ExperimentConfig config, ZonedDateTime started, PrintWriter err)
      throws Exception {
    SegmenterExperiment.Trained run =
        Interruption.during(err, () -> new SegmenterExperiment(config, "train", err).run());
    RunFolder folder = new RunFolder(config.out());
    Map<String, Object> metrics = MetricsJson.of(run);
    MetricsJson.write(folder.metricsJson(), metrics);
    SegmenterReports.write(
        folder.report(), file.getFileName().toString(), "isnet train " + file, started, run);
    spec.commandLine()
        .getOut()
        .print(
            json
                ? MetricsJson.text(metrics) + "\n"
                : masks(run.tests()) + "\nRun folder: " + folder.path() + "\n");
    return 0;
  }

  private static Table table(List<TestResult> tests) {
    Table table = new Table("split", "scenario", "images", "accuracy", "macro F1");
    tests.forEach(
        test ->
            table.row(
                test.split(),
                test.scenario(),
                test.result().size(),
                test.result().accuracy(),
                test.result().macroF1()));
    return table;
  }
}
