package dev.isnet.data.augment;

import dev.isnet.data.ImageSize;
import java.util.Optional;

/**
 * Where each target pixel comes from: x' = xx·x + xy·y + x0, y' = yx·x + yy·y + y0, in pixels of
 * the source, plus an elastic displacement. Images are interpolated linearly, masks take the
 * nearest value; what comes in from outside is 0 in both.
 */
record Movement(
    ImageSize size,
    double xx,
    double xy,
    double x0,
    double yx,
    double yy,
    double y0,
    Optional<Elastic> elastic) {

  /** The inverse of: flip, then rotate and scale about the centre, then shift. */
  static Movement of(
      ImageSize size,
      boolean flipX,
      boolean flipY,
      double angle,
      double factor,
      double shiftX,
      double shiftY) {
    double cos = Math.cos(angle) / factor;
    double sin = Math.sin(angle) / factor;
    double signX = flipX ? -1 : 1;
    double signY = flipY ? -1 : 1;
    double centreX = (size.width() - 1) / 2.0;
    double centreY = (size.height() - 1) / 2.0;
    double fromX = centreX + shiftX;
    double fromY = centreY + shiftY;
    return new Movement(
        size,
        signX * cos,
        signX * sin,
        centreX - signX * (cos * fromX + sin * fromY),
        -signY * sin,
        signY * cos,
        centreY - signY * (-sin * fromX + cos * fromY),
        Optional.empty());
  }

  /** Followed by a shear: rows move by a factor of their distance from the middle. */
  Movement sheared(double factor) {
    double centreY = (size.height() - 1) / 2.0;
    return after(1, -factor, factor * centreY, 0, 1, 0);
  }

  /** Followed by a crop: a part of the image, given in fractions, fills it all. */
  Movement cropped(double side, double left, double top) {
    double x = left * (1 - side) * size.width() + side / 2 - 0.5;
    double y = top * (1 - side) * size.height() + side / 2 - 0.5;
    return after(side, 0, x, 0, side, y);
  }

  Movement bent(Elastic field) {
    return new Movement(size, xx, xy, x0, yx, yy, y0, Optional.of(field));
  }

  /** The target's coordinates go through another map first. */
  private Movement after(double axx, double axy, double ax0, double ayx, double ayy, double ay0) {
    return new Movement(
        size,
        xx * axx + xy * ayx,
        xx * axy + xy * ayy,
        xx * ax0 + xy * ay0 + x0,
        yx * axx + yy * ayx,
        yx * axy + yy * ayy,
        yx * ax0 + yy * ay0 + y0,
        elastic);
  }

  boolean[] mask(boolean[] source) {
    int h = size.height();
    int w = size.width();
    boolean[] target = new boolean[source.length];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        double dx = x;
        double dy = y;
        if (elastic.isPresent()) {
          dx += elastic.get().x(x, y);
          dy += elastic.get().y(x, y);
        }
        long fromX = Math.round(xx * dx + xy * dy + x0);
        long fromY = Math.round(yx * dx + yy * dy + y0);
        target[y * w + x] =
            fromX >= 0 && fromX < w && fromY >= 0 && fromY < h && source[(int) (fromY * w + fromX)];
      }
    }
    return target;
  }

  float[] image(float[] source) {
    int h = size.height();
    int w = size.width();
    float[] target = new float[source.length];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        double dx = x;
        double dy = y;
        if (elastic.isPresent()) {
          dx += elastic.get().x(x, y);
          dy += elastic.get().y(x, y);
        }
        double fromX = xx * dx + xy * dy + x0;
        double fromY = yx * dx + yy * dy + y0;
        if (fromX <= -1 || fromX >= w || fromY <= -1 || fromY >= h) {
          continue;
        }
        // As Math.floor, for values from −1 on.
        int left = (int) (fromX + 1) - 1;
        int top = (int) (fromY + 1) - 1;
        float right = (float) (fromX - left);
        float down = (float) (fromY - top);
        boolean inside = left >= 0 && left + 1 < w && top >= 0 && top + 1 < h;
        for (int c = 0; c < size.channels(); c++) {
          int plane = c * h * w;
          float upper;
          float lower;
          if (inside) {
            int at = plane + top * w + left;
            upper = source[at] + right * (source[at + 1] - source[at]);
            at += w;
            lower = source[at] + right * (source[at + 1] - source[at]);
          } else {
            upper = between(source, plane, top, left, right);
            lower = between(source, plane, top + 1, left, right);
          }
          target[plane + y * w + x] = upper + down * (lower - upper);
        }
      }
    }
    return target;
  }

  private float between(float[] source, int plane, int y, int left, float right) {
    int w = size.width();
    if (y < 0 || y >= size.height()) {
      return 0;
    }
    int at = plane + y * w + left;
    float first = left >= 0 ? source[at] : 0;
    float second = left + 1 < w ? source[at + 1] : 0;
    return first + right * (second - first);
  }
}
