package dev.isnet.cli.report;

import java.util.List;
import java.util.Optional;

/**
 * One classifier: how it learnt and what it achieves.
 *
 * @param name a noun that reads well after "the", as in "the plain classifier"; unique
 * @param curves its learning curves; may be empty
 * @param results its results, in the order of the tables; may be empty
 */
public record SystemReport(String name, List<CurveData> curves, List<ScenarioResult> results) {

  public SystemReport {
    curves = List.copyOf(curves);
    results = List.copyOf(results);
  }

  /** Macro F1 in a scenario, if the system was tested in it. */
  Optional<Double> macroF1(String scenario) {
    return results.stream()
        .filter(result -> result.scenario().equals(scenario))
        .map(result -> result.macroF1())
        .findFirst();
  }
}
