package dev.isnet.tuning.arbiter;

import org.deeplearning4j.arbiter.optimize.api.termination.TerminationCondition;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;

/**
 * Ends a search whose generator has no more candidates. Without it Arbiter waits for ever after the
 * last point of a grid.
 */
public final class ExhaustedCondition implements TerminationCondition {

  @Override
  public void initialize(IOptimizationRunner runner) {}

  @Override
  public boolean terminate(IOptimizationRunner runner) {
    return runner.numCandidatesQueued() == 0
        && !runner.getConfiguration().getCandidateGenerator().hasMoreCandidates();
  }

  @Override
  public String toString() {
    return "ExhaustedCondition()";
  }
}
