package dev.isnet.graph.op;

/**
 * Sums over parts of runs. Four sums side by side: a single one would wait for each addition, since
 * floating point sums must not be reordered by the compiler.
 */
final class Runs {

  private Runs() {}

  static double sum(double[] a, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      s0 += a[i];
      s1 += a[i + 1];
      s2 += a[i + 2];
      s3 += a[i + 3];
    }
    for (; i < to; i++) {
      s0 += a[i];
    }
    return s0 + s1 + (s2 + s3);
  }

  /** Σ aᵢ·bᵢ. */
  static double dot(double[] a, double[] b, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < to; i++) {
      s0 += a[i] * b[i];
    }
    return s0 + s1 + (s2 + s3);
  }

  /** Σ (aᵢ − mean)². */
  static double squares(double[] a, double mean, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    int i = from;
    for (; i + 1 < to; i += 2) {
      double d0 = a[i] - mean;
      double d1 = a[i + 1] - mean;
      s0 += d0 * d0;
      s1 += d1 * d1;
    }
    for (; i < to; i++) {
      s0 += (a[i] - mean) * (a[i] - mean);
    }
    return s0 + s1;
  }
}
