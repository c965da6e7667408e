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

  private static final int BLOCK = 4;

  /**
   * Median time of each of two tasks that take turns in blocks, so that both see the same machine,
   * but neither the traces that the other leaves in the caches: the first of a block does not
   * count.
   */
  static double[] medians(int rounds, Runnable first, Runnable second) {
    double[] a = new double[rounds];
    double[] b = new double[rounds];
    for (int i = -4 * BLOCK; i < rounds; i += BLOCK) { // four blocks to warm up
      block(first, a, i);
      block(second, b, i);
    }
    Arrays.sort(a);
    Arrays.sort(b);
    return new double[] {a[rounds / 2], b[rounds / 2]};
  }

  private static void block(Runnable task, double[] times, int from) {
    task.run();
    for (int i = from; i < from + BLOCK; i++) {
      double milliseconds = time(task);
      if (i >= 0 && i < times.length) {
        times[i] = milliseconds;
      }
    }
  }

  private static double time(Runnable task) {
    long start = System.nanoTime();
    task.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
