package dev.isnet.cli.experiment;

import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.PairedComparison;
import java.util.ArrayList;
import java.util.List;

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
        pairs.add(
            new Pair(
                test.split(),
                test.scenario(),
                first,
                second,
                of(test, second.tests().get(i), first.config())));
      }
    }
    return pairs;
  }

  /** The first result less the second. */
  static PairedComparison of(TestResult first, TestResult second, ExperimentConfig config) {
    return PairedComparison.of(
        first.result(),
        second.result(),
        Bootstrap.stratified(
            first.result().truth(), Bootstrap.DEFAULT_REPLICATES, config.training().seed()));
  }
}
