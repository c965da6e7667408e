package dev.isnet.explain;

import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;

/** The colours of relevance, as packed RGB: blue at −1, white at 0, red at 1. */
final class Diverging {

  /** Dark enough to stand out from white, equally bright, and distinct for the colour-blind. */
  static final int POSITIVE = 0xB2182B;

  static final int NEGATIVE = 0x2166AC;
  static final int ZERO = 0xFFFFFF;

  /** Degrees of transparency on either side of zero. */
  private static final int LEVELS = 127;

  private Diverging() {}

  /** The colour of a value; beyond ±1 it does not change, and what is not a number is white. */
  static int colour(double value) {
    return mix(ZERO, value > 0 ? POSITIVE : NEGATIVE, strength(value));
  }

  /** The full colour of a value's sign, laid over another as strongly as the value is. */
  static int over(int rgb, double value, double alpha) {
    return mix(rgb, value > 0 ? POSITIVE : NEGATIVE, alpha * strength(value));
  }

  /** Full colours from transparent to opaque: index 127 is zero, 0 is −1 and 254 is 1. */
  static IndexColorModel transparent() {
    int[] argb = new int[2 * LEVELS + 1];
    for (int i = 0; i < argb.length; i++) {
      int alpha = Math.round(255f * Math.abs(i - LEVELS) / LEVELS);
      argb[i] = alpha << 24 | (i > LEVELS ? POSITIVE : NEGATIVE);
    }
    return new IndexColorModel(8, argb.length, argb, 0, true, -1, DataBuffer.TYPE_BYTE);
  }

  /** The index of a value in {@link #transparent}. */
  static int transparentIndex(double value) {
    int level = (int) Math.round(LEVELS * strength(value));
    return value < 0 ? LEVELS - level : LEVELS + level;
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
