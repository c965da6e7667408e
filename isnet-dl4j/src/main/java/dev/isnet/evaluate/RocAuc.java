package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The area under the receiver operating characteristic: the probability that a positive sample is
 * scored above a negative one, ties counting half. Standard deviations, intervals and tests are
 * those of DeLong, DeLong and Clarke-Pearson (Biometrics 1988), in the O(n log n) form of Sun and
 * Xu (2014).
 *
 * <p>Scores are numbers of any range, higher for what is more likely positive. Where every positive
 * stands above every negative, the standard deviation is 0 and the interval a point, however few
 * samples there are; this is a known limit of the method.
 */
public final class RocAuc {
  /** Below it a deviation is 0 but for rounding: one changed pair of 100,000 samples exceeds it. */
  private static final double NO_DEVIATION = 1e-12;

  private RocAuc() {}

  /**
   * The difference of two areas on the same samples. Areas that differ without any deviation, of a
   * perfect and a constant score say, leave the test undefined: there is no z and no p then, and
   * the interval is all that a difference can be.
   *
   * @param difference first area less the second
   * @param z difference / standard deviation; 0 if there is no difference
   * @param pValue two-sided, of both areas being equal
   */
  public record Difference(Estimate difference, OptionalDouble z, OptionalDouble pValue) {}

  /**
   * The area with its interval.
   *
   * @param scores one for each sample
   * @param positive whether each sample is positive
   * @return the area, in [0, 1]
   * @throws IllegalArgumentException if the lengths differ, a score is not a number, or there are
   *     not two samples of each kind
   */
  public static Estimate of(double[] scores, boolean[] positive) {
    Placements p = Placements.of(scores, positive);
    return Estimate.ofNormal(p.area, norm(p.deviations), 0, 1);
  }

  /**
   * The mean of the areas of each class against the rest. Its deviation takes into account that all
   * areas come from the same samples.
   *
   * @param probabilities [N][K]
   * @param positive [N][K]: whether sample n is of class k
   * @return the mean area
   * @throws IllegalArgumentException as {@link #of}
   */
  public static Estimate macro(double[][] probabilities, boolean[][] positive) {
    int classes = probabilities.length == 0 ? 0 : probabilities[0].length;
    int[] all = IntStream.range(0, probabilities.length).toArray();
    return macro(probabilities, positive, Collections.nCopies(classes, all));
  }

  /**
   * The same where not every sample has an answer for every class.
   *
   * @param probabilities [N][K]
   * @param positive [N][K]: whether sample n is of class k
   * @param samples for each class those that count
   * @return the mean area
   * @throws IllegalArgumentException as {@link #of}
   */
  static Estimate macro(double[][] probabilities, boolean[][] positive, List<int[]> samples) {
    int classes = samples.size();
    double area = 0;
    double[] deviations = new double[probabilities.length];
    for (int k = 0; k < classes; k++) {
      int[] counted = samples.get(k);
      Placements p = Placements.of(column(probabilities, counted, k), column(positive, counted, k));
      area += p.area / classes;
      for (int i = 0; i < counted.length; i++) {
        deviations[counted[i]] += p.deviations[i] / classes;
      }
    }
    return Estimate.ofNormal(area, norm(deviations), 0, 1);
  }

  /**
   * Compares two scores of the same samples.
   *
   * @param first scores of one system
   * @param second scores of the other
   * @param positive whether each sample is positive
   * @return the first area less the second
   * @throws IllegalArgumentException as {@link #of}
   */
  public static Difference difference(double[] first, double[] second, boolean[] positive) {
    Placements a = Placements.of(first, positive);
    Placements b = Placements.of(second, positive);
    double[] deviations = new double[positive.length];
    Arrays.setAll(deviations, i -> a.deviations[i] - b.deviations[i]);
    double deviation = norm(deviations);
    double difference = a.area - b.area;
    if (difference != 0 && deviation < NO_DEVIATION) {
      return new Difference(
          new Estimate(difference, 0, -1, 1), OptionalDouble.empty(), OptionalDouble.empty());
    }
    double z = difference == 0 ? 0 : difference / deviation;
    return new Difference(
        Estimate.ofNormal(difference, deviation, -1, 1),
        OptionalDouble.of(z),
        OptionalDouble.of(2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z))));
  }

  static double[] column(double[][] rows, int k) {
    return Arrays.stream(rows).mapToDouble(row -> row[k]).toArray();
  }

  static double[] column(double[][] rows, int[] which, int k) {
    return Arrays.stream(which).mapToDouble(i -> rows[i][k]).toArray();
  }

  static boolean[] column(boolean[][] rows, int k) {
    return column(rows, IntStream.range(0, rows.length).toArray(), k);
  }

  static boolean[] column(boolean[][] rows, int[] which, int k) {
    boolean[] column = new boolean[which.length];
    for (int i = 0; i < column.length; i++) {
      column[i] = rows[which[i]][k];
    }
    return column;
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
  }

  /**
   * An area and what each sample adds to its deviation. The squares of the deviations sum to
   * DeLong's variance S₁₀/m + S₀₁/n, those of a linear combination to the variance of that.
   */
  private record Placements(double area, double[] deviations) {

    static Placements of(double[] scores, boolean[] positive) {
      if (scores.length != positive.length) {
        throw new IllegalArgumentException(
            scores.length + " scores for " + positive.length + " samples.");
      }
      if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
        throw new IllegalArgumentException("A score is not a number.");
      }
      int[] positives = where(positive, true);
      int[] negatives = where(positive, false);
      int m = positives.length;
      int n = negatives.length;
      if (m < 2 || n < 2) {
        throw new IllegalArgumentException(
            "An ROC needs two positive and two negative samples, not %d and %d.".formatted(m, n));
      }
      double[] all = midranks(scores, IntStream.range(0, scores.length).toArray());
      double[] amongPositives = midranks(scores, positives);
      double[] amongNegatives = midranks(scores, negatives);
      double[] share = new double[scores.length];
      double area = 0;
      for (int i : positives) {
        share[i] = (all[i] - amongPositives[i]) / n;
        area += share[i] / m;
      }
      for (int i : negatives) {
        share[i] = 1 - (all[i] - amongNegatives[i]) / m;
      }
      double[] deviations = new double[scores.length];
      for (int i = 0; i < deviations.length; i++) {
        double size = positive[i] ? m : n;
        deviations[i] = (share[i] - area) / Math.sqrt(size * (size - 1));
      }
      return new Placements(area, deviations);
    }

    private static int[] where(boolean[] positive, boolean wanted) {
      return IntStream.range(0, positive.length).filter(i -> positive[i] == wanted).toArray();
    }

    /** Ranks from 1 among the given samples, equal scores sharing their mean, by sample. */
    private static double[] midranks(double[] scores, int[] samples) {
      int[] order =
          Arrays.stream(samples)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> scores[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      double[] ranks = new double[scores.length];
      for (int from = 0; from < order.length; ) {
        int to = from;
        while (to < order.length && scores[order[to]] == scores[order[from]]) {
          to++;
        }
        for (int i = from; i < to; i++) {
          ranks[order[i]] = (from + 1 + to) / 2.0;
        }
        from = to;
      }
      return ranks;
    }
  }
}
