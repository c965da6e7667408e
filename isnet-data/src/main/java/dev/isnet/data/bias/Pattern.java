package dev.isnet.data.bias;

import dev.isnet.data.ImageSize;
import java.util.SplittableRandom;

/** Patterns of two tones, 0 and 1, whose position is left to chance. */
public enum Pattern {
  /** One tone. */
  PLAIN,
  /** Stripes from left to right. */
  STRIPES,
  /** Stripes from corner to corner. */
  DIAGONALS,
  /** A checkerboard. */
  CHECKS,
  /** Discs in rows. */
  DOTS,
  /** Cells of random tones in between. */
  GRAIN;

  /** The tones of one image. */
  interface Field {
    /** From 0 to 1. */
    double at(int x, int y);
  }

  /**
   * Draws the position.
   *
   * @param size of the cells: below 1 a fraction of the image's height, otherwise pixels
   */
  Field field(ImageSize image, double size, SplittableRandom random) {
    double cell = Math.max(1, size < 1 ? size * image.height() : size);
    double fromX = random.nextDouble() * 2;
    double fromY = random.nextDouble() * 2;
    long seed = random.nextLong();
    return (x, y) -> tone(x / cell + fromX, y / cell + fromY, seed);
  }

  private double tone(double u, double v, long seed) {
    return switch (this) {
      case PLAIN -> 1;
      case STRIPES -> odd(v);
      case DIAGONALS -> odd((u + v) / Math.sqrt(2));
      case CHECKS -> odd(u) == odd(v) ? 1 : 0;
      case DOTS -> {
        double dx = u - Math.floor(u) - 0.5;
        double dy = v - Math.floor(v) - 0.5;
        yield dx * dx + dy * dy < 0.1 ? 1 : 0;
      }
      case GRAIN -> {
        long cellIndex = (long) Math.floor(u) * 1_000_003 + (long) Math.floor(v);
        yield new SplittableRandom(seed ^ cellIndex).nextDouble();
      }
    };
  }

  private static int odd(double t) {
    return (int) Math.floor(t) & 1;
  }
}
