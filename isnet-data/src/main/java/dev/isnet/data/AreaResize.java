package dev.isnet.data;

import java.util.Arrays;

/**
 * Resizing by area interpolation: a target cell is the mean of the source area that it covers,
 * pixels cut by its border counting by the part inside. Written in Java so that the result is the
 * same on every platform.
 */
final class AreaResize {
  /** The source positions that a target position covers, and how much of each. */
  private record Span(int first, float[] weights) {}

  private final int width;
  private final Span[] rows;
  private final Span[] columns;

  AreaResize(int fromHeight, int fromWidth, int toHeight, int toWidth) {
    this.width = fromWidth;
    this.rows = spans(fromHeight, toHeight);
    this.columns = spans(fromWidth, toWidth);
  }

  /**
   * Resizes one channel.
   *
   * @param source interleaved samples
   * @param channel the channel to take
   * @param channels the number of channels side by side
   * @param scale what every value is multiplied by
   * @param target where the resized channel goes
   * @param offset the first position to write
   */
  void apply(char[] source, int channel, int channels, float scale, float[] target, int offset) {
    float[] line = new float[width];
    int out = offset;
    for (Span row : rows) {
      Arrays.fill(line, 0);
      for (int i = 0; i < row.weights.length; i++) {
        float weight = row.weights[i];
        int at = (row.first + i) * width * channels + channel;
        for (int x = 0; x < width; x++, at += channels) {
          line[x] += weight * source[at];
        }
      }
      for (Span column : columns) {
        float sum = 0;
        for (int i = 0; i < column.weights.length; i++) {
          sum += column.weights[i] * line[column.first + i];
        }
        // Rounding of the weights may leave [0, 1] by one unit in the last place.
        target[out++] = Math.min(1f, sum * scale);
      }
    }
  }

  private static Span[] spans(int from, int to) {
    Span[] spans = new Span[to];
    for (int i = 0; i < to; i++) {
      // In units of 1/to of a source pixel, so that the borders are whole numbers.
      long begin = (long) i * from;
      long end = begin + from;
      int first = (int) (begin / to);
      int last = (int) ((end - 1) / to);
      float[] weights = new float[last - first + 1];
      for (int j = first; j <= last; j++) {
        long covered = Math.min(end, (long) (j + 1) * to) - Math.max(begin, (long) j * to);
        weights[j - first] = (float) ((double) covered / from);
      }
      spans[i] = new Span(first, weights);
    }
    return spans;
  }
}
