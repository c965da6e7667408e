package dev.isnet.cli.report;

import dev.isnet.evaluate.ClassifierResult;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.GroupResults;
import dev.isnet.evaluate.Performance;
import dev.isnet.evaluate.RocCurve;
import java.util.List;
import java.util.Optional;

/**
 * The result of one test.
 *
 * @param scenario the test's name, as in "biased", "standard", "deceiving"
 * @param performance all measures with their intervals
 * @param confusion the counts, where each sample has one class
 * @param rocs the receiver operating characteristic of each class that has one
 * @param sources what is achieved on the images of each source, where sources are known
 * @param source what makes these numbers again
 */
public record ScenarioResult(
    String scenario,
    Performance performance,
    Optional<ConfusionMatrix> confusion,
    List<RocCurve> rocs,
    Optional<GroupResults> sources,
    Source source) {

  /** Copies the list. */
  public ScenarioResult {
    rocs = List.copyOf(rocs);
  }

  /** The result of a test. */
  public static ScenarioResult of(
      String scenario, ClassifierResult result, Performance performance, Source source) {
    return new ScenarioResult(
        scenario,
        performance,
        result instanceof EvaluationResult single
            ? Optional.of(single.confusion())
            : Optional.empty(),
        result.rocs(),
        Optional.empty(),
        source);
  }

  /** The same with what is achieved on the images of each source. */
  public ScenarioResult bySource(Optional<GroupResults> groups) {
    return new ScenarioResult(scenario, performance, confusion, rocs, groups, source);
  }
}
