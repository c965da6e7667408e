package dev.isnet.cli;

import dev.isnet.cli.experiment.CandidateTraining;
import dev.isnet.cli.experiment.ExperimentYaml;
import dev.isnet.cli.experiment.MetricsJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code isnet tune} starts for each trial, in a JVM of its own; see {@link CandidateJvm}. */
@Command(name = CandidateCommand.NAME, hidden = true, description = "One trial of a search.")
final class CandidateCommand implements Callable<Integer> {
  static final String NAME = "candidate";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "experiment.yaml", description = "The candidate.")
  private Path file;

  @Option(names = "--epochs", required = true, description = "Epochs in all.")
  private int epochs;

  @Override
  public Integer call() throws Exception {
    Thread watch = new Thread(CandidateCommand::endWithParent, "parent");
    watch.setDaemon(true);
    watch.start();
    BackendPreflight.check();
    spec.commandLine()
        .getOut()
        .println(
            MetricsJson.text(
                CandidateTraining.run(
                    ExperimentYaml.read(file), epochs, spec.commandLine().getErr())));
    return 0;
  }

  /** The standard input ends when whoever started this program does, however it is killed. */
  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        continue;
      }
    } catch (IOException e) {
      // The same.
    }
    Runtime.getRuntime().halt(Failures.FAILED);
  }
}
