package dev.isnet.cli.report;

import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.Performance;
import dev.isnet.evaluate.RocCurve;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The result of one test.
 *
 * @param scenario the test's name, as in "biased", "standard", "deceiving"
 * @param performance all measures with their intervals
 * @param confusion the counts, where each sample has one class
 * @param rocs the receiver operating characteristic of each class that has one
 * @param source what makes these numbers again
 */
public record ScenarioResult(
    String scenario,
    Performance performance,
    Optional<ConfusionMatrix> confusion,
    List<RocCurve> rocs,
    Source source) {

  /** Copies the list. */
  public ScenarioResult {
    rocs = List.copyOf(rocs);
  }

  /** The result of a test with single labels. */
  public static ScenarioResult of(
      String scenario, EvaluationResult result, Performance performance, Source source) {
    List<String> classes = result.confusion().classes();
    boolean[][] truth = new boolean[result.size()][classes.size()];
    IntStream.range(0, truth.length).forEach(i -> truth[i][result.truth()[i]] = true);
    return new ScenarioResult(
        scenario,
        performance,
        Optional.of(result.confusion()),
        RocCurve.ofClasses(classes, result.probabilities(), truth),
        source);
  }
}
