package dev.isnet.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program itself, which only knows its commands. */
@Command(
    name = "isnet",
    description = "Trains image classifiers that decide by the object and not by its background.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    subcommands = {
      DemoCommand.class,
      TrainCommand.class,
      CompareCommand.class,
      TuneCommand.class,
      CandidateCommand.class,
      EvaluateCommand.class,
      ExplainCommand.class,
      AuditCommand.class,
      DataCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong use"})
final class IsnetCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new Main.MissingCommandException(spec.commandLine());
  }
}
