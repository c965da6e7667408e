package dev.isnet.data;

import java.util.ArrayList;
import java.util.List;

/**
 * How well a linear model tells the classes apart: ridge regression on ±1 for each class, on
 * standardised values, in the dual form, because there are more values than images.
 */
final class LinearProbe {
  private static final double LEAST_DEVIATION = 1e-3;

  /** The ridge, per value of an image: standardised values have squares of this sum. */
  private static final double RIDGE = 1;

  private final double[] mean;
  private final double[] scale;
  private final double[][] weights;
  private final double[] intercepts;

  private LinearProbe(double[] mean, double[] scale, double[][] weights, double[] intercepts) {
    this.mean = mean;
    this.scale = scale;
    this.weights = weights;
    this.intercepts = intercepts;
  }

  /**
   * Fits a model.
   *
   * @param values for each image its values, all of the same number
   * @param targets for each image and class 1 or 0
   */
  static LinearProbe fit(List<float[]> values, List<float[]> targets) {
    int n = values.size();
    int d = values.get(0).length;
    int classes = targets.get(0).length;
    double[] mean = new double[d];
    double[] scale = new double[d];
    for (int j = 0; j < d; j++) {
      double sum = 0;
      double squares = 0;
      for (float[] each : values) {
        sum += each[j];
        squares += (double) each[j] * each[j];
      }
      mean[j] = sum / n;
      double deviation = Math.sqrt(Math.max(0, squares / n - mean[j] * mean[j]));
      scale[j] = deviation < LEAST_DEVIATION ? 0 : 1 / deviation;
    }
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = standardised(values.get(i), mean, scale);
    }
    double[][] factor = cholesky(kernel(rows, RIDGE * d));
    double[][] weights = new double[classes][d];
    double[] intercepts = new double[classes];
    for (int k = 0; k < classes; k++) {
      double[] dual = new double[n];
      for (int i = 0; i < n; i++) {
        dual[i] = targets.get(i)[k] > 0 ? 1 : -1;
        intercepts[k] += dual[i] / n;
      }
      for (int i = 0; i < n; i++) {
        dual[i] -= intercepts[k];
      }
      solve(factor, dual);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < d; j++) {
          weights[k][j] += dual[i] * rows[i][j];
        }
      }
    }
    return new LinearProbe(mean, scale, weights, intercepts);
  }

  private static double[] standardised(float[] values, double[] mean, double[] scale) {
    double[] row = new double[values.length];
    for (int j = 0; j < values.length; j++) {
      row[j] = (values[j] - mean[j]) * scale[j];
    }
    return row;
  }

  private static double[][] kernel(double[][] rows, double ridge) {
    double[][] kernel = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      kernel[i] = new double[i + 1];
      for (int j = 0; j <= i; j++) {
        double sum = i == j ? ridge : 0;
        for (int l = 0; l < rows[i].length; l++) {
          sum += rows[i][l] * rows[j][l];
        }
        kernel[i][j] = sum;
      }
    }
    return kernel;
  }

  /** The lower triangle's factor, in place. */
  private static double[][] cholesky(double[][] a) {
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int l = 0; l < j; l++) {
          sum -= a[i][l] * a[j][l];
        }
        a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
      }
    }
    return a;
  }

  private static void solve(double[][] factor, double[] b) {
    for (int i = 0; i < b.length; i++) {
      for (int j = 0; j < i; j++) {
        b[i] -= factor[i][j] * b[j];
      }
      b[i] /= factor[i][i];
    }
    for (int i = b.length - 1; i >= 0; i--) {
      b[i] /= factor[i][i];
      for (int j = 0; j < i; j++) {
        b[j] -= factor[i][j] * b[i];
      }
    }
  }

  /** The model's answers for one image: the larger, the more likely the class. */
  double[] scores(float[] values) {
    double[] scores = intercepts.clone();
    for (int k = 0; k < scores.length; k++) {
      for (int j = 0; j < values.length; j++) {
        scores[k] += weights[k][j] * (values[j] - mean[j]) * scale[j];
      }
    }
    return scores;
  }

  /**
   * Balanced accuracy: the mean over the classes of the share of their images that the model finds;
   * with several labels per image the mean of found and rightly not found.
   *
   * @return NaN without an image
   */
  double accuracy(List<float[]> values, List<float[]> targets, boolean several) {
    List<Double> shares = new ArrayList<>();
    for (int k = 0; k < weights.length; k++) {
      int[] count = new int[2];
      int[] right = new int[2];
      for (int i = 0; i < values.size(); i++) {
        double[] scores = scores(values.get(i));
        boolean has = targets.get(i)[k] > 0;
        boolean found = several ? scores[k] > 0 : scores[k] >= max(scores);
        count[has ? 1 : 0]++;
        right[has ? 1 : 0] += found == has ? 1 : 0;
      }
      for (int side = several ? 0 : 1; side < 2; side++) {
        if (count[side] > 0) {
          shares.add((double) right[side] / count[side]);
        }
      }
    }
    return shares.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  private static double max(double[] scores) {
    double max = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      max = Math.max(max, score);
    }
    return max;
  }
}
