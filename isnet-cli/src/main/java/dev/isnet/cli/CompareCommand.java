package dev.isnet.cli;

import dev.isnet.cli.experiment.ComparedSystem;
import dev.isnet.cli.experiment.ComparisonConfig;
import dev.isnet.cli.experiment.ComparisonResults;
import dev.isnet.cli.experiment.ComparisonRun;
import dev.isnet.cli.experiment.MetricsJson;
import dev.isnet.cli.experiment.RunFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "compare",
    description = {
      "Trains several systems on the same data with the same seeds and shows them in one table.",
      "A comparison that was interrupted goes on with the same command."
    })
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "experiment.yaml", description = "See docs/comparing.md.")
  private Path file;

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    final ZonedDateTime started = ZonedDateTime.now();
    ComparisonConfig comparison = ComparisonConfig.read(file);
    BackendPreflight.check();
    PrintWriter err = spec.commandLine().getErr();
    String command = "isnet compare " + file;
    List<ComparedSystem> systems =
        Interruption.during(err, () -> new ComparisonRun(comparison, command, err).run());
    ComparisonResults results = new ComparisonResults(comparison, systems, command);
    RunFolder folder = new RunFolder(comparison.out());
    MetricsJson.write(folder.metricsJson(), results.json());
    results.writeCsv(folder.resultsCsv());
    results.write(folder.report(), file.getFileName().toString(), started);
    spec.commandLine()
        .getOut()
        .print(
            json
                ? MetricsJson.text(results.json()) + "\n"
                : results.table() + "\nReport: " + folder.report() + "\n");
    return 0;
  }
}
