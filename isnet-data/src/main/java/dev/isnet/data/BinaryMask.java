package dev.isnet.data;

import java.util.Arrays;

/**
 * A foreground mask in the size of its file.
 *
 * @param height rows
 * @param width columns
 * @param foreground true for foreground, row after row
 */
record BinaryMask(int height, int width, boolean[] foreground) {

  /** The mask in another size, row after row. */
  boolean[] resized(ImageSize size, MaskFormat.Resize how) {
    if (height == size.height() && width == size.width()) {
      return foreground.clone();
    }
    return switch (how) {
      case ANY -> any(size);
      case NEAREST -> nearest(size);
      case AREA -> area(size);
    };
  }

  private boolean[] any(ImageSize size) {
    boolean[] target = new boolean[size.area()];
    for (int y = 0; y < height; y++) {
      int top = (int) ((long) y * size.height() / height);
      int bottom = (int) (((long) (y + 1) * size.height() - 1) / height);
      for (int x = 0; x < width; x++) {
        if (foreground[y * width + x]) {
          int left = (int) ((long) x * size.width() / width);
          int right = (int) (((long) (x + 1) * size.width() - 1) / width);
          for (int row = top; row <= bottom; row++) {
            int begin = row * size.width();
            Arrays.fill(target, begin + left, begin + right + 1, true);
          }
        }
      }
    }
    return target;
  }

  private boolean[] nearest(ImageSize size) {
    boolean[] target = new boolean[size.area()];
    for (int y = 0; y < size.height(); y++) {
      int row = (int) ((2L * y + 1) * height / (2L * size.height())) * width;
      for (int x = 0; x < size.width(); x++) {
        target[y * size.width() + x] =
            foreground[row + (int) ((2L * x + 1) * width / (2L * size.width()))];
      }
    }
    return target;
  }

  private boolean[] area(ImageSize size) {
    char[] ones = new char[foreground.length];
    for (int i = 0; i < ones.length; i++) {
      ones[i] = (char) (foreground[i] ? 1 : 0);
    }
    float[] share = new float[size.area()];
    new AreaResize(height, width, size.height(), size.width()).apply(ones, 0, 1, 1, share, 0);
    boolean[] target = new boolean[share.length];
    for (int i = 0; i < share.length; i++) {
      // Half, less the rounding of the weights.
      target[i] = share[i] >= 0.5f - 1e-5f;
    }
    return target;
  }

  /** Every second run, column by column. */
  static BinaryMask of(MaskSource.Runs source) {
    boolean[] inside = new boolean[Math.multiplyExact(source.height(), source.width())];
    int at = 0;
    for (int i = 0; i < source.counts().length; i++) {
      for (int end = at + source.counts()[i]; at < end; at++) {
        inside[at % source.height() * source.width() + at / source.height()] = i % 2 == 1;
      }
    }
    return new BinaryMask(source.height(), source.width(), inside);
  }

  /** The pixels whose centres lie inside one of the outlines. */
  static BinaryMask of(MaskSource.Outlines source) {
    boolean[] inside = new boolean[Math.multiplyExact(source.height(), source.width())];
    source.outlines().forEach(outline -> fill(outline, source, inside));
    return new BinaryMask(source.height(), source.width(), inside);
  }

  /** Even-odd rule, row by row: between two crossings of an odd and an even count it is inside. */
  private static void fill(double[] outline, MaskSource.Outlines source, boolean[] inside) {
    int corners = outline.length / 2;
    double[] crossings = new double[corners];
    for (int y = 0; y < source.height(); y++) {
      double centre = y + 0.5;
      int count = 0;
      for (int i = 0; i < corners; i++) {
        int j = (i + 1) % corners;
        double y0 = outline[2 * i + 1];
        double y1 = outline[2 * j + 1];
        if (y0 <= centre != y1 <= centre) {
          double x0 = outline[2 * i];
          double x1 = outline[2 * j];
          crossings[count++] = x0 + (centre - y0) / (y1 - y0) * (x1 - x0);
        }
      }
      Arrays.sort(crossings, 0, count);
      for (int i = 0; i + 1 < count; i += 2) {
        int begin = clip(Math.ceil(crossings[i] - 0.5), source.width());
        int end = clip(Math.ceil(crossings[i + 1] - 0.5), source.width());
        if (begin < end) {
          Arrays.fill(inside, y * source.width() + begin, y * source.width() + end, true);
        }
      }
    }
  }

  private static int clip(double column, int width) {
    return (int) Math.max(0, Math.min(width, column));
  }
}
