package dev.isnet.cli;

import dev.isnet.cli.experiment.SearchFolder;
import dev.isnet.cli.experiment.TuneExperiment;
import dev.isnet.cli.experiment.TuneOutput;
import dev.isnet.data.InputException;
import dev.isnet.tuning.Journal;
import dev.isnet.tuning.Outcome;
import dev.isnet.tuning.Results;
import dev.isnet.tuning.Search;
import dev.isnet.tuning.SearchPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "tune",
    description = {
      "Searches the ranges that an experiment file has in the place of values.",
      "A search that was interrupted goes on with the same command."
    })
final class TuneCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "experiment.yaml", description = "See docs/tuning.md.")
  private Path file;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "Trials at the same time, each in a process of its own.")
  private Integer parallel;

  @Option(names = "--report", description = "Write the report of what has been found, and end.")
  private boolean report;

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (parallel != null && (parallel < 1 || parallel > 64)) {
      throw new WrongUseException("--parallel is %d, but must be 1 to 64.".formatted(parallel));
    }
    TuneExperiment experiment = TuneExperiment.read(file);
    SearchPlan plan =
        experiment.plan(parallel == null ? OptionalInt.empty() : OptionalInt.of(parallel));
    SearchFolder folder = new SearchFolder(experiment.out());
    TuneOutput output = new TuneOutput(experiment, plan, folder, "isnet tune " + file);
    PrintWriter err = spec.commandLine().getErr();
    if (report) {
      return print(output, output.write(Journal.read(folder.journal())));
    }
    BackendPreflight.check();
    experiment.readAll(err);
    try (Journal journal = Journal.open(folder.journal(), experiment.identity(plan))) {
      TuneProgress progress = new TuneProgress(plan, journal, err);
      Search search =
          new Search(
              plan,
              journal,
              new CandidateJvm(experiment, folder, plan.trainingSeed(), plan.parallel()),
              progress);
      progress.ended(Interruption.during(err, "candidate", search::run));
      requireScore(Results.of(journal.entries(), plan));
      return print(output, output.write(journal.entries()));
    }
  }

  private static void requireScore(Results results) {
    if (results.ranking().isEmpty() && !results.tried().isEmpty()) {
      String reason =
          results.tried().get(0).outcome() instanceof Outcome.Failed failed
              ? failed.reason()
              : "a measure of the score is missing, as 'backgroundShare' is when there are no masks, or all heatmaps are zero.";
      throw new InputException(
          "None of the %d candidates has a score; the first one: %s"
              .formatted(results.tried().size(), reason));
    }
  }

  private int print(TuneOutput output, TuneOutput.Text text) {
    spec.commandLine().getOut().print(json ? text.json() : text.table());
    return 0;
  }
}
