package dev.isnet.cli.experiment;

import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.PairedComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Results on the same images, compared. */
final class Pairs {
  private Pairs() {}

  /** Two systems in one test, the first less the second. */
  record Pair(
      Split split,
      BiasScenario scenario,
      TrainedSystem first,
      TrainedSystem second,
      PairedComparison paired) {}

  /** The second of two systems less the first, in every test; nothing unless there are two. */
  static List<Pair> all(List<TrainedSystem> systems) {
    List<Pair> pairs = new ArrayList<>();
    if (systems.size() == 2) {
      TrainedSystem first = systems.get(1);
      TrainedSystem second = systems.get(0);
      for (int i = 0; i < first.tests().size(); i++) {
        TestResult test = first.tests().get(i);
        of(test, second.tests().get(i), first.config())
            .ifPresent(
                paired ->
                    pairs.add(new Pair(test.split(), test.scenario(), first, second, paired)));
      }
    }
    return pairs;
  }

  /** The first result less the second; only single labels can be compared. */
  static Optional<PairedComparison> of(
      TestResult first, TestResult second, ExperimentConfig config) {
    return first.result() instanceof EvaluationResult one
            && second.result() instanceof EvaluationResult other
        ? Optional.of(
            PairedComparison.of(
                one,
                other,
                Bootstrap.stratified(
                    one.truth(), Bootstrap.DEFAULT_REPLICATES, config.training().seed())))
        : Optional.empty();
  }
}
