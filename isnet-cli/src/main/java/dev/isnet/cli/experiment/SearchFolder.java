package dev.isnet.cli.experiment;

import dev.isnet.tuning.Trial;
import java.nio.file.Path;

/**
 * What a search leaves behind: its journal, a run folder for each candidate, the best experiment
 * and the report.
 *
 * @param path the folder
 */
public record SearchFolder(Path path) {

  /** One line for each trial. */
  public Path journal() {
    return journal(path);
  }

  static Path journal(Path folder) {
    return folder.resolve("journal.jsonl");
  }

  /** The best candidate's experiment, for {@code isnet train}. */
  public Path best() {
    return path.resolve("best.yaml");
  }

  /** The report for people. */
  public Path report() {
    return path.resolve("tune.html");
  }

  /**
   * A candidate's run folder.
   *
   * @param trial one of its trials
   * @param trainingSeed the search's own
   */
  public Path candidate(Trial trial, long trainingSeed) {
    String number = "%04d".formatted(trial.candidate());
    return path.resolve("candidates")
        .resolve(trial.seed() == trainingSeed ? number : number + "-seed-" + trial.seed());
  }

  /**
   * C1 and C2 of all candidates of a seed, when they share them.
   *
   * @param seed of the trainings
   */
  public Path tuneCut(long seed) {
    return path.resolve("candidates").resolve("tune-cut-" + seed + ".json");
  }

  /**
   * C1 and C2 of one candidate, when tune-cut found them.
   *
   * @param candidate its run folder
   */
  public static Path tuneCut(Path candidate) {
    return new RunFolder(candidate).tuneCut();
  }
}
