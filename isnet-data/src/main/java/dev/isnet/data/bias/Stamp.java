package dev.isnet.data.bias;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A shape in a size in pixels, as horizontal runs. */
final class Stamp {
  /** Pixels from {@code begin} (inclusive) to {@code end} (exclusive) of one row of the shape. */
  private record Run(int row, int begin, int end) {}

  /** The upper left corner of a stamp on an image. */
  record Position(int x, int y) {}

  private final int size;
  private final List<Run> runs;
  private final List<Run> square;
  private final List<Run> footprint;

  /** A shape, alone or on a square plate. */
  Stamp(Shape shape, int size, boolean plate) {
    this.size = size;
    runs = runs(shape, size);
    square = runs(Shape.SQUARE, size);
    footprint = plate ? square : runs;
  }

  private static List<Run> runs(Shape shape, int size) {
    List<Run> runs = new ArrayList<>();
    for (int y = 0; y < size; y++) {
      int begin = -1;
      for (int x = 0; x <= size; x++) {
        boolean filled = x < size && shape.contains((x + 0.5) / size, (y + 0.5) / size);
        if (filled && begin < 0) {
          begin = x;
        } else if (!filled && begin >= 0) {
          runs.add(new Run(y, begin, x));
          begin = -1;
        }
      }
    }
    return runs;
  }

  /**
   * Draws a position uniformly among those that cover the fewest foreground pixels, and the fewest
   * that another cue has taken (by the whole square that the shape lies in), and of these are
   * nearest to the corner, if the placement names one.
   */
  Position place(Room room, int height, int width, Placement placement, long seed) {
    int[][] foreground = rowSums(room.background(), false, height, width);
    int[][] taken = rowSums(room.taken(), true, height, width);
    int lastX = width - size;
    int lastY = height - size;
    long least = Long.MAX_VALUE;
    int[] best = new int[(lastX + 1) * (lastY + 1)];
    int count = 0;
    for (int y = 0; y <= lastY; y++) {
      for (int x = 0; x <= lastX; x++) {
        long covered = overlap(footprint, foreground, x, y) + overlap(square, taken, x, y);
        long cost = (covered << 32) + placement.distance(x, y, lastX, lastY);
        if (cost < least) {
          least = cost;
          count = 0;
        }
        if (cost == least) {
          best[count++] = y * (lastX + 1) + x;
        }
      }
    }
    int chosen = best[new SplittableRandom(seed).nextInt(count)];
    return new Position(chosen % (lastX + 1), chosen / (lastX + 1));
  }

  /**
   * Draws the plate, if there is one, and the shape into one channel, which starts at {@code
   * offset}; what was there shows through where the contrast is below 1.
   */
  void draw(float[] image, int offset, int width, Position at, float value, float contrast) {
    if (footprint != runs) {
      fill(footprint, image, offset, width, at, 1 - value, contrast);
    }
    fill(runs, image, offset, width, at, value, contrast);
  }

  private static void fill(
      List<Run> runs,
      float[] image,
      int offset,
      int width,
      Position at,
      float value,
      float contrast) {
    for (Run run : runs) {
      int row = offset + (at.y + run.row) * width + at.x;
      for (int i = row + run.begin; i < row + run.end; i++) {
        image[i] = contrast == 1 ? value : image[i] + contrast * (value - image[i]);
      }
    }
  }

  private static long overlap(List<Run> runs, int[][] sums, int x, int y) {
    long total = 0;
    for (Run run : runs) {
      int[] row = sums[y + run.row];
      total += row[x + run.end] - row[x + run.begin];
    }
    return total;
  }

  private static int[][] rowSums(boolean[] cells, boolean counted, int height, int width) {
    int[][] sums = new int[height][width + 1];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        sums[y][x + 1] = sums[y][x] + (cells[y * width + x] == counted ? 1 : 0);
      }
    }
    return sums;
  }
}
