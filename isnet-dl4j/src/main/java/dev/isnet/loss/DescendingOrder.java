package dev.isnet.loss;

/**
 * Sorts non-negative numbers by falling value: a radix sort on their bits, which orders
 * non-negative floating point numbers like whole numbers. Numbers that are floats, as those of most
 * networks are, take 32 bits each, and their positions travel in the other half of a long. One
 * instance serves one thread and is reused, so that sorting allocates nothing.
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
    if (areFloats(values, count)) {
      sortFloats(values, count);
      return order;
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

  private static boolean areFloats(double[] values, int count) {
    boolean all = true;
    for (int i = 0; i < count; i++) {
      all &= (float) values[i] == values[i];
    }
    return all;
  }

  private void sortFloats(double[] values, int count) {
    int differing = 0;
    int first = count == 0 ? 0 : ~Float.floatToRawIntBits((float) values[0]);
    for (int i = 0; i < count; i++) {
      int key = ~Float.floatToRawIntBits((float) values[i]); // the greatest first
      keys[i] = (long) key << 32 | i;
      differing |= key ^ first;
    }
    for (int shift = Integer.numberOfTrailingZeros(differing);
        shift < 31 && differing >>> shift != 0;
        shift += DIGIT_BITS) {
      count(shift + 32, count);
      for (int i = 0; i < count; i++) {
        otherKeys[starts[(int) (keys[i] >>> shift + 32) & (BUCKETS - 1)]++] = keys[i];
      }
      swapKeys();
    }
    for (int i = 0; i < count; i++) {
      order[i] = (int) keys[i];
    }
  }

  /** Where the keys of each digit start. */
  private void count(int shift, int count) {
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
  }

  private void swapKeys() {
    long[] swap = keys;
    keys = otherKeys;
    otherKeys = swap;
  }

  private void pass(int shift, int count) {
    count(shift, count);
    for (int i = 0; i < count; i++) {
      int to = starts[(int) (keys[i] >>> shift) & (BUCKETS - 1)]++;
      otherKeys[to] = keys[i];
      otherOrder[to] = order[i];
    }
    swapKeys();
    int[] swapOrder = order;
    order = otherOrder;
    otherOrder = swapOrder;
  }
}
