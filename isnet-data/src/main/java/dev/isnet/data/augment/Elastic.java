package dev.isnet.data.augment;

import dev.isnet.data.ImageSize;
import java.util.SplittableRandom;

/**
 * An elastic deformation: a random displacement at each corner of a coarse grid, smooth in between
 * and nothing at the border.
 */
final class Elastic {
  private static final int CELLS = 6;

  private final int width;
  private final float[] dx;
  private final float[] dy;

  /**
   * Draws a field.
   *
   * @param most the largest displacement in pixels, along each axis
   */
  Elastic(ImageSize size, double most, SplittableRandom random) {
    width = size.width();
    dx = field(size, most, random);
    dy = field(size, most, random);
  }

  private static float[] field(ImageSize size, double most, SplittableRandom random) {
    double[][] corners = new double[CELLS + 1][CELLS + 1];
    for (int i = 1; i < CELLS; i++) {
      for (int j = 1; j < CELLS; j++) {
        corners[i][j] = most * (2 * random.nextDouble() - 1);
      }
    }
    float[] field = new float[size.area()];
    for (int y = 0; y < size.height(); y++) {
      double v = CELLS * (y + 0.5) / size.height();
      int i = (int) v;
      double down = smooth(v - i);
      for (int x = 0; x < size.width(); x++) {
        double u = CELLS * (x + 0.5) / size.width();
        int j = (int) u;
        double right = smooth(u - j);
        double upper = corners[i][j] + right * (corners[i][j + 1] - corners[i][j]);
        double lower = corners[i + 1][j] + right * (corners[i + 1][j + 1] - corners[i + 1][j]);
        field[y * size.width() + x] = (float) (upper + down * (lower - upper));
      }
    }
    return field;
  }

  /** Hermite step from 0 to 1. */
  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  float x(int column, int row) {
    return dx[row * width + column];
  }

  float y(int column, int row) {
    return dy[row * width + column];
  }
}
