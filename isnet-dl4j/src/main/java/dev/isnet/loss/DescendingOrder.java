package dev.isnet.loss;

/**
 * Sorts non-negative numbers by falling value: a radix sort on their bits, which orders
 * non-negative doubles like whole numbers. One instance serves one thread and is reused, so that
 * sorting allocates nothing.
 */
final class DescendingOrder {

  private static final int DIGIT_BITS = 11;
  private static final int BUCKETS = 1 << DIGIT_BITS;

  private long[] keys = new long[0];
  private long[] otherKeys = new long[0];
  private int[] order = new int[0];
  private int[] otherOrder = new int[0];
  private final int[] starts = new int[BUCKETS];

  /**
   * Sorts.
   *
   * @param values not negative
   * @param count how many of them
   * @return positions by falling value, valid until the next call
   */
  int[] of(double[] values, int count) {
    if (keys.length < count) {
      keys = new long[count];
      otherKeys = new long[count];
      order = new int[count];
      otherOrder = new int[count];
    }
    long differing = 0;
    long first = count == 0 ? 0 : ~Double.doubleToRawLongBits(values[0]);
    for (int i = 0; i < count; i++) {
      keys[i] = ~Double.doubleToRawLongBits(values[i]); // the greatest first
      order[i] = i;
      differing |= keys[i] ^ first;
    }
    // The sign bit is the same everywhere; a digit in which all keys agree needs no pass.
    for (int shift = Long.numberOfTrailingZeros(differing);
        shift < 63 && differing >>> shift != 0;
        shift += DIGIT_BITS) {
      pass(shift, count);
    }
    return order;
  }

  private void pass(int shift, int count) {
    java.util.Arrays.fill(starts, 0);
    for (int i = 0; i < count; i++) {
      starts[(int) (keys[i] >>> shift) & (BUCKETS - 1)]++;
    }
    int start = 0;
    for (int b = 0; b < BUCKETS; b++) {
      int size = starts[b];
      starts[b] = start;
      start += size;
    }
    for (int i = 0; i < count; i++) {
      int to = starts[(int) (keys[i] >>> shift) & (BUCKETS - 1)]++;
      otherKeys[to] = keys[i];
      otherOrder[to] = order[i];
    }
    long[] swapKeys = keys;
    keys = otherKeys;
    otherKeys = swapKeys;
    int[] swapOrder = order;
    order = otherOrder;
    otherOrder = swapOrder;
  }
}
