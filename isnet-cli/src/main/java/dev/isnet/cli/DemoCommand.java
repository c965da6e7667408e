package dev.isnet.cli;

import dev.isnet.cli.experiment.Demo;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description = {
      "Shows the main job on generated chest radiographs: the same network trained plainly and as an"
          + " ISNet, with a hospital marker that follows the class, tested with the marker as in"
          + " training, without it, and with the marker of another class."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run folder (default: ${DEFAULT-VALUE}).",
      defaultValue = "runs/demo")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What everything random follows from (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private long seed;

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    BackendPreflight.check();
    PrintWriter err = spec.commandLine().getErr();
    Demo.Outcome outcome =
        Interruption.during(err, () -> new Demo(out.toAbsolutePath().normalize(), seed, err).run());
    spec.commandLine().getOut().print(json ? outcome.json() : outcome.text());
    return 0;
  }
}
