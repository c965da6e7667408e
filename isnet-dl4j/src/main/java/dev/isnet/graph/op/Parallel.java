package dev.isnet.graph.op;

import java.util.stream.IntStream;

/** Splits a range of independent work over the processors. */
public final class Parallel {

  /** Work on the half-open range [from, to). */
  @FunctionalInterface
  public interface Range {
    /**
     * Does the part of the work from {@code from} to before {@code to}.
     *
     * @param from first index
     * @param to index after the last
     */
    void run(long from, long to);
  }

  private static final long SMALLEST_SHARE = 1 << 14;

  private Parallel() {}

  /**
   * Runs cheap work, a few instructions an index, in as many shares as there are processors; short
   * ranges run in the caller's thread.
   *
   * @param length number of indices
   * @param work what to do; must not depend on the order of the shares
   */
  static void cells(long length, Range work) {
    shares(length, (int) Math.min(threads(), Math.max(1, length / SMALLEST_SHARE)), work);
  }

  /**
   * Runs dear work, thousands of instructions an index, in as many shares as there are processors.
   *
   * @param length number of indices
   * @param work what to do; must not depend on the order of the shares
   */
  public static void each(long length, Range work) {
    shares(length, (int) Math.min(threads(), length), work);
  }

  /**
   * Runs work of which each index stands for several cells, in as many shares as that is worth.
   *
   * @param length number of indices
   * @param cells number of cells, a few instructions each, of all indices together
   * @param work what to do; must not depend on the order of the shares
   */
  static void shared(long length, long cells, Range work) {
    shares(length, (int) Math.min(threads(), Math.min(length, cells / SMALLEST_SHARE)), work);
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static void shares(long length, int shares, Range work) {
    if (shares <= 1) {
      work.run(0, length);
    } else {
      IntStream.range(0, shares)
          .parallel()
          .forEach(s -> work.run(length * s / shares, length * (s + 1) / shares));
    }
  }
}
