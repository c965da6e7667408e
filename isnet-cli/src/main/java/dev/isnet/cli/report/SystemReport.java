package dev.isnet.cli.report;

import dev.isnet.evaluate.Estimate;
import java.util.List;
import java.util.Optional;

/**
 * One classifier: how it learnt and what it achieves.
 *
 * @param name a noun that reads well after "the", as in "the plain classifier"; unique
 * @param curves its learning curves; may be empty
 * @param results its results, in the order of the tables; may be empty
 * @param change how its macro F1 changes between the tests of the {@link Comparison}, when both
 *     were made on the same images
 */
public record SystemReport(
    String name, List<CurveData> curves, List<ScenarioResult> results, Optional<Estimate> change) {

  /** Copies the lists. */
  public SystemReport {
    curves = List.copyOf(curves);
    results = List.copyOf(results);
  }

  /** The result of a test, if the system was tested in it. */
  Optional<ScenarioResult> result(String scenario) {
    return results.stream().filter(result -> result.scenario().equals(scenario)).findFirst();
  }

  /** Macro F1 in a test, if the system was tested in it. */
  Optional<Double> macroF1(String scenario) {
    return result(scenario).map(result -> result.performance().macroF1());
  }
}
