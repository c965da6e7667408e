package dev.isnet.explain;

/** The colours of relevance, as packed RGB: blue at −1, white at 0, red at 1. */
final class Diverging {

  /** Dark enough to stand out from white, equally bright, and distinct for the colour-blind. */
  static final int POSITIVE = 0xB2182B;

  static final int NEGATIVE = 0x2166AC;
  static final int ZERO = 0xFFFFFF;

  private Diverging() {}

  /** The colour of a value; beyond ±1 it does not change, and what is not a number is white. */
  static int colour(double value) {
    return mix(ZERO, value > 0 ? POSITIVE : NEGATIVE, strength(value));
  }

  /** The full colour of a value's sign, laid over another as strongly as the value is. */
  static int over(int rgb, double value, double alpha) {
    return mix(rgb, value > 0 ? POSITIVE : NEGATIVE, alpha * strength(value));
  }

  /** The grey of the same brightness (ITU-R BT.601). */
  static int grey(int rgb) {
    int level =
        (int)
            Math.round(0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255));
    return level << 16 | level << 8 | level;
  }

  private static double strength(double value) {
    return Double.isNaN(value) ? 0 : Math.min(1, Math.abs(value));
  }

  private static int mix(int from, int to, double share) {
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = from >> shift & 255;
      int b = to >> shift & 255;
      rgb |= (int) Math.round(a + share * (b - a)) << shift;
    }
    return rgb;
  }
}
