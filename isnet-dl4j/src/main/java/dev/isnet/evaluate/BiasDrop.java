package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much macro F1 a system loses when the background changes sides: its mean over several
 * trainings on the biased test less that on the deceiving test. Both tests show the same objects,
 * so a system that looks at the object alone loses nothing.
 *
 * @param biased mean macro F1 with the background of training
 * @param deceiving mean macro F1 with the background of other classes
 * @param drop the difference, with the interval of the images that happened to be in the test
 */
public record BiasDrop(double biased, double deceiving, Estimate drop) {

  /**
   * Compares both tests by a bootstrap that resamples the images of all trainings alike.
   *
   * @param biased one result for each training
   * @param deceiving the same trainings on the same images, in the same order
   * @param bootstrap of these images
   * @return the drop
   * @throws IllegalArgumentException if the tests are not of the same images
   */
  public static BiasDrop of(
      List<EvaluationResult> biased, List<EvaluationResult> deceiving, Bootstrap bootstrap) {
    if (biased.isEmpty() || biased.size() != deceiving.size()) {
      throw new IllegalArgumentException(
          "%d biased and %d deceiving tests.".formatted(biased.size(), deceiving.size()));
    }
    EvaluationResult first = biased.get(0);
    for (List<EvaluationResult> results : List.of(biased, deceiving)) {
      for (EvaluationResult result : results) {
        if (!result.files().equals(first.files())
            || !Arrays.equals(result.truth(), first.truth())) {
          throw new IllegalArgumentException("The tests are not of the same images.");
        }
      }
    }
    int[] all = IntStream.range(0, first.size()).toArray();
    return new BiasDrop(
        macroF1(biased, all),
        macroF1(deceiving, all),
        bootstrap.interval(at -> macroF1(biased, at) - macroF1(deceiving, at)));
  }

  private static double macroF1(List<EvaluationResult> results, int[] at) {
    return results.stream()
        .mapToDouble(
            result ->
                ConfusionMatrix.of(
                        Arrays.stream(at).map(i -> result.truth()[i]).toArray(),
                        Arrays.stream(at).map(result::predicted).toArray(),
                        result.confusion().classes())
                    .macroF1())
        .average()
        .orElseThrow();
  }
}
