package dev.isnet.cli.experiment;

import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.BiasDrop;
import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.EvaluationResult;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A system of a comparison with all its trainings.
 *
 * @param name as the comparison calls it
 * @param example the finished training with the first seed, network included
 * @param tests what each training achieved, by seed
 * @param failures for each seed whose training came to nothing, why
 * @param cost what it costs, measured on the example
 */
public record ComparedSystem(
    String name,
    TrainedSystem example,
    TreeMap<Long, List<TestResult>> tests,
    TreeMap<Long, String> failures,
    Cost cost) {

  /** The results of all trainings on a split in a scenario, in the order of their seeds. */
  List<EvaluationResult> results(Split split, BiasScenario scenario) {
    return tests.values().stream()
        .flatMap(List::stream)
        .filter(test -> test.split() == split && test.scenario() == scenario)
        .map(test -> (EvaluationResult) test.result()) // ComparisonRun asked for one label an image
        .toList();
  }

  /** Macro F1 of each training. */
  double[] macroF1(Split split, BiasScenario scenario) {
    return results(split, scenario).stream()
        .mapToDouble(result -> result.confusion().macroF1())
        .toArray();
  }

  /** The drop from the biased to the deceiving test, if there is a bias. */
  Optional<BiasDrop> drop(Split split) {
    List<EvaluationResult> biased = results(split, BiasScenario.BIASED);
    if (biased.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        BiasDrop.of(
            biased,
            results(split, BiasScenario.DECEIVING),
            Bootstrap.byPatient(
                biased.get(0).truth(), biased.get(0).patients(), Bootstrap.DEFAULT_REPLICATES, 1)));
  }
}
