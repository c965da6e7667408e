package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.stream.IntStream;

/** How alike two maps of one size are. */
public final class MapSimilarity {

  /** Side of the windows of {@link #ssim}, in pixels; smaller maps are one window. */
  static final int WINDOW = 7;

  private static final double C1 = 0.01 * 0.01;
  private static final double C2 = 0.03 * 0.03;

  private MapSimilarity() {}

  /**
   * Spearman's rank correlation: Pearson's correlation of the ranks, equal values having the mean
   * of their ranks.
   *
   * @param a n values; not changed
   * @param b n values; not changed
   * @return in [−1, 1]; 0 where one of the maps has the same value everywhere
   * @throws IllegalArgumentException if the lengths differ
   */
  public static double spearman(double[] a, double[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(a.length + " and " + b.length + " values.");
    }
    double[] ranksA = ranks(a);
    double[] ranksB = ranks(b);
    double mean = (a.length + 1) / 2.0;
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (ranksA[i] - mean) * (ranksB[i] - mean);
      aa += (ranksA[i] - mean) * (ranksA[i] - mean);
      bb += (ranksB[i] - mean) * (ranksB[i] - mean);
    }
    return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
  }

  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted((i, j) -> Double.compare(values[i], values[j]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    for (int first = 0; first < order.length; ) {
      int end = first;
      while (end < order.length && values[order[end]] == values[order[first]]) {
        end++;
      }
      for (int i = first; i < end; i++) {
        ranks[order[i]] = (first + end + 1) / 2.0;
      }
      first = end;
    }
    return ranks;
  }

  /**
   * The structural similarity index (Wang, Bovik, Sheikh, Simoncelli, IEEE TIP 13, 2004), the mean
   * over all windows of {@value #WINDOW}×{@value #WINDOW} pixels with equal weights. Each map is
   * first divided by its largest absolute value, so that its shape counts and not its size; the
   * range L is 1.
   *
   * @param a h·w values, row after row; not changed
   * @param b h·w values; not changed
   * @param width w
   * @return in [−1, 1]; 1 for maps that differ by a positive factor alone
   * @throws IllegalArgumentException if the sizes do not fit
   */
  public static double ssim(double[] a, double[] b, int width) {
    if (a.length != b.length || width < 1 || a.length % width != 0) {
      throw new IllegalArgumentException(
          "%d and %d values in rows of %d.".formatted(a.length, b.length, width));
    }
    int height = a.length / width;
    int rows = Math.min(WINDOW, height);
    int columns = Math.min(WINDOW, width);
    double[] x = scaled(a);
    double[] y = scaled(b);
    double sum = 0;
    for (int top = 0; top + rows <= height; top++) {
      for (int left = 0; left + columns <= width; left++) {
        sum += window(x, y, width, top, left, rows, columns);
      }
    }
    return sum / ((height - rows + 1) * (double) (width - columns + 1));
  }

  private static double window(
      double[] x, double[] y, int width, int top, int left, int rows, int columns) {
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double syy = 0;
    double sxy = 0;
    for (int row = top; row < top + rows; row++) {
      for (int i = row * width + left; i < row * width + left + columns; i++) {
        sx += x[i];
        sy += y[i];
        sxx += x[i] * x[i];
        syy += y[i] * y[i];
        sxy += x[i] * y[i];
      }
    }
    double n = (double) rows * columns;
    double mx = sx / n;
    double my = sy / n;
    double covariance = sxy / n - mx * my;
    double variances = sxx / n - mx * mx + syy / n - my * my;
    return (2 * mx * my + C1)
        * (2 * covariance + C2)
        / ((mx * mx + my * my + C1) * (variances + C2));
  }

  private static double[] scaled(double[] values) {
    double max = Arrays.stream(values).map(Math::abs).max().orElse(0);
    return max == 0 ? values : Arrays.stream(values).map(v -> v / max).toArray();
  }
}
