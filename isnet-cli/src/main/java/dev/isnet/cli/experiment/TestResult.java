package dev.isnet.cli.experiment;

import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.ConfusionPosterior;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.Performance;

/**
 * What a classifier did on one split in one scenario.
 *
 * @param split the images
 * @param scenario the shapes in their backgrounds
 * @param result what the classifier said about each image
 * @param performance what follows from that
 */
public record TestResult(
    Split split, BiasScenario scenario, EvaluationResult result, Performance performance) {

  /** Draws times squared classes: with more, a posterior takes minutes and gigabytes. */
  private static final int MOST_NUMBERS = 10_000_000;

  /** Enough for two digits of an interval. */
  private static final int LEAST_DRAWS = 5_000;

  /** Works out what follows from a result; the seed is that of the posterior's draws. */
  static TestResult of(Split split, BiasScenario scenario, EvaluationResult result, long seed) {
    int classes = result.confusion().classes().size();
    int draws =
        Math.min(
            ConfusionPosterior.DEFAULT_DRAWS,
            Math.max(LEAST_DRAWS, MOST_NUMBERS / (classes * classes)));
    return new TestResult(split, scenario, result, Performance.of(result, draws, seed));
  }

  /** The counts. */
  public ConfusionMatrix confusion() {
    return result.confusion();
  }
}
