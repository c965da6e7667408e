package dev.isnet.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The receiver operating characteristic: what share of the positive samples lies above a threshold,
 * against what share of the negative ones. Its area is {@link RocAuc}.
 *
 * <p>The arrays are kept, not copied: do not change them.
 *
 * @param name the class that is positive
 * @param falsePositiveRate ascending from 0 to 1
 * @param truePositiveRate as many, ascending from 0 to 1
 */
public record RocCurve(String name, double[] falsePositiveRate, double[] truePositiveRate) {

  /**
   * The curve of some scores. Samples of equal score pass the threshold together; points between
   * two corners are left out.
   *
   * @param name the class that is positive
   * @param scores one for each sample, higher for what is more likely positive
   * @param positive whether each sample is positive
   * @return the curve
   * @throws IllegalArgumentException if the lengths differ, or there is no sample of one kind
   */
  public static RocCurve of(String name, double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new IllegalArgumentException(
          scores.length + " scores for " + positive.length + " samples.");
    }
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int positives = (int) IntStream.range(0, positive.length).filter(i -> positive[i]).count();
    int negatives = positive.length - positives;
    if (positives == 0 || negatives == 0) {
      throw new IllegalArgumentException(
          "An ROC needs positive and negative samples, not %d and %d."
              .formatted(positives, negatives));
    }
    List<int[]> corners = new ArrayList<>(List.of(new int[2]));
    int[] at = new int[2];
    for (int i = 0; i < order.length; i++) {
      at[positive[order[i]] ? 1 : 0]++;
      boolean tied = i + 1 < order.length && scores[order[i]] == scores[order[i + 1]];
      if (!tied) {
        addCorner(corners, at.clone());
      }
    }
    return new RocCurve(
        name,
        corners.stream().mapToDouble(corner -> (double) corner[0] / negatives).toArray(),
        corners.stream().mapToDouble(corner -> (double) corner[1] / positives).toArray());
  }

  /**
   * The curve of each class against the rest; classes without samples of both kinds are left out.
   */
  public static List<RocCurve> ofClasses(
      List<String> names, double[][] probabilities, boolean[][] positive) {
    List<RocCurve> curves = new ArrayList<>();
    for (int k = 0; k < names.size(); k++) {
      boolean[] truth = RocAuc.column(positive, k);
      long positives = IntStream.range(0, truth.length).filter(i -> truth[i]).count();
      if (positives > 0 && positives < truth.length) {
        curves.add(of(names.get(k), RocAuc.column(probabilities, k), truth));
      }
    }
    return curves;
  }

  /** A point in line with the two before it takes the place of the last. */
  private static void addCorner(List<int[]> corners, int[] next) {
    int n = corners.size();
    if (n > 1) {
      int[] a = corners.get(n - 2);
      int[] b = corners.get(n - 1);
      long turn = (long) (b[0] - a[0]) * (next[1] - b[1]) - (long) (b[1] - a[1]) * (next[0] - b[0]);
      if (turn == 0) {
        corners.remove(n - 1);
      }
    }
    corners.add(next);
  }
}
