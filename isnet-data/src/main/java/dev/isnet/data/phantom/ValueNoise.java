package dev.isnet.data.phantom;

import java.util.SplittableRandom;

/** Smooth noise: random values on a grid, interpolated; mean 0, range −1 to 1. */
final class ValueNoise {
  private static final int CELLS = 64;

  private final float[] grid = new float[CELLS * CELLS];

  ValueNoise(SplittableRandom random) {
    for (int i = 0; i < grid.length; i++) {
      grid[i] = (float) (2 * random.nextDouble() - 1);
    }
  }

  /** The noise at a point; grid points lie at whole numbers and repeat after 64. */
  double at(double x, double y) {
    double floorX = Math.floor(x);
    double floorY = Math.floor(y);
    double u = Anatomy.smooth(x - floorX);
    double v = Anatomy.smooth(y - floorY);
    int left = (int) floorX & (CELLS - 1);
    int right = (left + 1) & (CELLS - 1);
    int top = ((int) floorY & (CELLS - 1)) * CELLS;
    int bottom = (top + CELLS) & (CELLS * CELLS - 1);
    double upper = grid[top + left] + u * (grid[top + right] - grid[top + left]);
    double lower = grid[bottom + left] + u * (grid[bottom + right] - grid[bottom + left]);
    return upper + v * (lower - upper);
  }
}
