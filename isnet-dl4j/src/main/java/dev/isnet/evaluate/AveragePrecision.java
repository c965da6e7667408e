package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The area under the precision-recall curve. */
public final class AveragePrecision {

  private AveragePrecision() {}

  /**
   * Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over the thresholds from the highest score down, without interpolation;
   * samples of equal score pass the threshold together.
   *
   * @param scores one for each sample, higher for what is more likely positive
   * @param positive whether each sample is positive
   * @return in [0, 1]; the share of positives is what chance achieves
   * @throws IllegalArgumentException if the lengths differ, a score is not a number, or no sample
   *     is positive
   */
  public static double of(double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new IllegalArgumentException(
          scores.length + " scores for " + positive.length + " samples.");
    }
    if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("A score is not a number.");
    }
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    long positives = IntStream.range(0, positive.length).filter(i -> positive[i]).count();
    if (positives == 0) {
      throw new IllegalArgumentException("A precision-recall curve needs a positive sample.");
    }
    double area = 0;
    long found = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      long before = found;
      while (to < order.length && scores[order[to]] == scores[order[from]]) {
        found += positive[order[to]] ? 1 : 0;
        to++;
      }
      area += (double) (found - before) / positives * found / to;
      from = to;
    }
    return Math.min(1, area); // Of a perfect order rounding makes a little more.
  }
}
