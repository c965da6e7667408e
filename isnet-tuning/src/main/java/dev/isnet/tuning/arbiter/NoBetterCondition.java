package dev.isnet.tuning.arbiter;

import org.deeplearning4j.arbiter.optimize.api.termination.TerminationCondition;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Ends a search when so many candidates in a row were no better than the best before them. */
public final class NoBetterCondition implements TerminationCondition {
  private final int candidates;
  private transient int bestOf = -1;
  private transient int doneThen;

  /**
   * Makes a condition.
   *
   * @param candidates how many, failed ones included, at least 1
   */
  @JsonCreator
  public NoBetterCondition(@JsonProperty("candidates") int candidates) {
    this.candidates = candidates;
  }

  @Override
  public void initialize(IOptimizationRunner runner) {
    bestOf = -1;
    doneThen = 0;
  }

  @Override
  public boolean terminate(IOptimizationRunner runner) {
    int done = runner.numCandidatesCompleted() + runner.numCandidatesFailed();
    if (runner.bestScoreCandidateIndex() != bestOf) {
      bestOf = runner.bestScoreCandidateIndex();
      doneThen = done;
    }
    return done - doneThen >= candidates;
  }

  @Override
  public String toString() {
    return "NoBetterCondition(" + candidates + ")";
  }
}
