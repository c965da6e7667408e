package dev.isnet.data;

/**
 * Derives seeds from seeds. Generators that are seeded with neighbouring numbers give similar first
 * draws; the seeds made here are mixed so that every bit depends on every bit of the input.
 */
public final class Seeds {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /**
   * The seed for one particular use.
   *
   * @param seed the seed it comes from
   * @param path what it is for, e.g. epoch, sample index, kind of draw
   * @return a well-mixed seed; the same arguments always give the same one
   */
  public static long derive(long seed, long... path) {
    long state = mix(seed + GOLDEN_GAMMA);
    for (long step : path) {
      state = mix(state * GOLDEN_GAMMA + mix(step + GOLDEN_GAMMA));
    }
    return state;
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014), a bijection on 64 bits. */
  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
