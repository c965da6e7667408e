package dev.isnet.explain;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * The outline of a foreground mask, drawn into pictures of any size.
 *
 * @param foreground h·w cells, row by row; true is foreground; kept, not copied
 * @param height h, in cells
 * @param width w, in cells
 */
public record MaskOutline(boolean[] foreground, int height, int width) {

  /** Stands out from photographs and radiographs. */
  public static final Color ON_PHOTO = new Color(0xFF, 0xD5, 0x1E);

  /** Stands out from white, red and blue. */
  public static final Color ON_HEATMAP = new Color(0x26, 0x2B, 0x33);

  /** One line in as many pixels of the picture's shorter side, but never thinner than a pixel. */
  private static final int PIXELS_PER_LINE_WIDTH = 128;

  /**
   * @throws IllegalArgumentException if the sizes do not fit
   */
  public MaskOutline {
    Pictures.requireSize(foreground.length, 1, height, width);
  }

  /**
   * @param mask h·w values; 0.5 and more is foreground
   */
  public static MaskOutline of(float[] mask, int height, int width) {
    boolean[] foreground = new boolean[mask.length];
    for (int i = 0; i < mask.length; i++) {
      foreground[i] = mask[i] >= 0.5f;
    }
    return new MaskOutline(foreground, height, width);
  }

  /**
   * Draws the outline into a picture, which it changes. The line lies inside the foreground, along
   * every side of a foreground cell that no other foreground cell shares; the picture's border
   * closes it.
   */
  public void draw(BufferedImage picture, Color colour) {
    int line =
        Math.max(1, Math.min(picture.getWidth(), picture.getHeight()) / PIXELS_PER_LINE_WIDTH);
    for (int row = 0; row < height; row++) {
      int top = row * picture.getHeight() / height;
      int bottom = (row + 1) * picture.getHeight() / height;
      for (int column = 0; column < width; column++) {
        if (!isForeground(row, column)) {
          continue;
        }
        int left = column * picture.getWidth() / width;
        int right = (column + 1) * picture.getWidth() / width;
        // A cell that is smaller than a pixel still leaves a trace.
        int cellWidth = Math.max(1, right - left);
        int cellHeight = Math.max(1, bottom - top);
        if (!isForeground(row - 1, column)) {
          fill(picture, colour, left, top, cellWidth, line);
        }
        if (!isForeground(row + 1, column)) {
          fill(picture, colour, left, bottom - line, cellWidth, line);
        }
        if (!isForeground(row, column - 1)) {
          fill(picture, colour, left, top, line, cellHeight);
        }
        if (!isForeground(row, column + 1)) {
          fill(picture, colour, right - line, top, line, cellHeight);
        }
      }
    }
  }

  /**
   * The outline as the path of an SVG of w×h units, along every side between a foreground cell and
   * one that is not, the picture's border included. Sides in a row are one stroke.
   *
   * @return commands M, h and v; empty if no cell is foreground
   */
  public String svgPath() {
    StringBuilder path = new StringBuilder();
    for (int row = 0; row <= height; row++) {
      for (int from = 0; from < width; from++) {
        int to = from;
        while (to < width && isForeground(row, to) != isForeground(row - 1, to)) {
          to++;
        }
        if (to > from) {
          path.append("M%d %dh%d".formatted(from, row, to - from));
          from = to;
        }
      }
    }
    for (int column = 0; column <= width; column++) {
      for (int from = 0; from < height; from++) {
        int to = from;
        while (to < height && isForeground(to, column) != isForeground(to, column - 1)) {
          to++;
        }
        if (to > from) {
          path.append("M%d %dv%d".formatted(column, from, to - from));
          from = to;
        }
      }
    }
    return path.toString();
  }

  /** True if no cell is foreground. */
  public boolean isEmpty() {
    for (boolean cell : foreground) {
      if (cell) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MaskOutline that
        && height == that.height
        && width == that.width
        && Arrays.equals(foreground, that.foreground);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(foreground);
  }

  @Override
  public String toString() {
    return "MaskOutline[" + height + "×" + width + "]";
  }

  private boolean isForeground(int row, int column) {
    return row >= 0
        && row < height
        && column >= 0
        && column < width
        && foreground[row * width + column];
  }

  // Not through Graphics2D, which needs the host's graphics libraries.
  private static void fill(
      BufferedImage picture, Color colour, int left, int top, int width, int height) {
    for (int y = Math.max(0, top); y < Math.min(picture.getHeight(), top + height); y++) {
      for (int x = Math.max(0, left); x < Math.min(picture.getWidth(), left + width); x++) {
        picture.setRGB(x, y, colour.getRGB());
      }
    }
  }
}
