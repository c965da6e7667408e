package dev.isnet.benchmarks;

import java.util.Arrays;

/**
 * One result.
 *
 * @param name what was measured
 * @param ratio the figure
 * @param limit what it must not exceed
 */
record Measurement(String name, double ratio, double limit) {

  /** Median time of each of two tasks that take turns, so that both see the same machine. */
  static double[] medians(int rounds, Runnable first, Runnable second) {
    double[] a = new double[rounds];
    double[] b = new double[rounds];
    for (int i = -2; i < rounds; i++) { // two rounds to warm up
      double timeA = time(first);
      double timeB = time(second);
      if (i >= 0) {
        a[i] = timeA;
        b[i] = timeB;
      }
    }
    Arrays.sort(a);
    Arrays.sort(b);
    return new double[] {a[rounds / 2], b[rounds / 2]};
  }

  private static double time(Runnable task) {
    long start = System.nanoTime();
    task.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
