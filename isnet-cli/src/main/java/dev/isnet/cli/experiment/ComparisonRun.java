package dev.isnet.cli.experiment;

import dev.isnet.data.InputException;
import dev.isnet.train.DivergedException;
import java.io.PrintWriter;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Trains and tests the systems of a comparison one after the other, each seed in a run folder of
 * its own. Runs that are finished are only tested again; one that was interrupted goes on.
 */
public final class ComparisonRun {
  private final ComparisonConfig comparison;
  private final String command;
  private final PrintWriter err;

  /**
   * Prepares the comparison.
   *
   * @param comparison what to compare
   * @param command the command that repeats it
   * @param err where progress is shown
   */
  public ComparisonRun(ComparisonConfig comparison, String command, PrintWriter err) {
    this.comparison = comparison;
    this.command = command;
    this.err = err;
  }

  /**
   * Runs it.
   *
   * @return the systems in the file's order
   * @throws InputException if something in the data or a run folder is wrong, or every training of
   *     a system diverged
   * @throws Exception if anything else fails
   */
  public List<ComparedSystem> run() throws Exception {
    ExperimentConfig any = comparison.systems().values().iterator().next();
    if (new ExperimentData(any).multiLabel()) {
      throw new InputException(
          "%s has images with several labels; systems are compared on data with one label an image."
              .formatted(any.data().folder()));
    }
    List<ComparedSystem> systems = new ArrayList<>();
    for (String name : comparison.systems().keySet()) {
      systems.add(system(name));
    }
    return systems;
  }

  private ComparedSystem system(String name) throws Exception {
    TreeMap<Long, List<TestResult>> tests = new TreeMap<>();
    TreeMap<Long, String> failures = new TreeMap<>();
    Optional<TrainedSystem> example = Optional.empty();
    for (long seed : comparison.seeds()) {
      ExperimentConfig config = comparison.experiment(name, seed);
      String title = name + ", seed " + seed;
      ZonedDateTime started = ZonedDateTime.now();
      try {
        TrainedSystem trained = new Experiment(config, title, err).run();
        RunOutcome.write(trained, title, command, started);
        tests.put(seed, trained.tests());
        example = example.or(() -> Optional.of(trained));
      } catch (DivergedException e) {
        err.printf("%s, seed %d: %s%n", name, seed, e.getMessage());
        failures.put(seed, e.getMessage());
      }
    }
    TrainedSystem first =
        example.orElseThrow(
            () ->
                new InputException(
                    "No training of the system %s came to an end: %s"
                        .formatted(name, failures.firstEntry().getValue())));
    return new ComparedSystem(name, first, tests, failures, Cost.of(first));
  }
}
