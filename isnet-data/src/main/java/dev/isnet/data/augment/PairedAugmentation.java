package dev.isnet.data.augment;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedImage;
import dev.isnet.data.Pixels;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Random flips, rotation, translation, scaling, brightness and contrast. One draw holds for image
 * and mask: the image is interpolated linearly, the mask takes the nearest value and stays exactly
 * binary; what comes in from outside is 0 in both. Where the drawn movement would push the whole
 * foreground out of sight, it is left out. Values stay in [0, 1].
 *
 * @param flipHorizontal probability of exchanging left and right, 0 to 1
 * @param flipVertical probability of exchanging top and bottom, 0 to 1
 * @param rotate largest angle in degrees, drawn from [−rotate, rotate], 0 to 180
 * @param translate largest shift as a fraction of height and width, drawn from [−translate,
 *     translate] for each axis, 0 to 1
 * @param scale largest change of size, the factor is drawn from [1 − scale, 1 + scale], 0 to 0.9
 * @param brightness largest change of all values, drawn from [−brightness, brightness], 0 to 1
 * @param contrast largest change of contrast, values move away from or towards 0.5 by a factor
 *     drawn from [1 − contrast, 1 + contrast], 0 to 1
 */
public record PairedAugmentation(
    double flipHorizontal,
    double flipVertical,
    double rotate,
    double translate,
    double scale,
    double brightness,
    double contrast) {

  /**
   * Checks the ranges.
   *
   * @throws InputException if a value is out of its range
   */
  public PairedAugmentation {
    check("flipHorizontal", flipHorizontal, 1);
    check("flipVertical", flipVertical, 1);
    check("rotate", rotate, 180);
    check("translate", translate, 1);
    check("scale", scale, 0.9);
    check("brightness", brightness, 1);
    check("contrast", contrast, 1);
  }

  private static void check(String name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new InputException(
          "The augmentation's %s is %s, but must be between 0 and %s."
              .formatted(name, value, most));
    }
  }

  /** The augmentation that changes nothing. */
  public static PairedAugmentation none() {
    return builder().build();
  }

  /** A builder in which everything is off. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Changes a copy of an image and its mask.
   *
   * @param in the image; not changed, not closed
   * @param seed decides every draw
   * @return a new image with arrays of its own, which the caller closes
   */
  public MaskedImage apply(MaskedImage in, long seed) {
    return apply(Pixels.of(in.image(), in.mask()), seed).toMaskedImage(in.label(), in.file());
  }

  /**
   * Changes an image and its mask.
   *
   * @param in the image; not changed
   * @param seed decides every draw
   * @return the changed image, or {@code in} itself when this augmentation changes nothing
   */
  public Pixels apply(Pixels in, long seed) {
    if (equals(none())) {
      return in;
    }
    // Every number is drawn whether it is used or not, so that switching one kind of change on
    // or off leaves the draws of the others as they were.
    SplittableRandom random = new SplittableRandom(seed);
    boolean flipX = random.nextDouble() < flipHorizontal;
    boolean flipY = random.nextDouble() < flipVertical;
    double angle = Math.toRadians(rotate * symmetric(random));
    double shiftX = translate * symmetric(random) * in.size().width();
    double shiftY = translate * symmetric(random) * in.size().height();
    double factor = 1 + scale * symmetric(random);
    double added = brightness * symmetric(random);
    double gain = 1 + contrast * symmetric(random);

    Movement movement = Movement.of(in.size(), flipX, flipY, angle, factor, shiftX, shiftY);
    Optional<boolean[]> mask = in.mask().map(movement::mask);
    if (mask.isPresent() && !anyTrue(mask.get())) {
      movement = Movement.of(in.size(), flipX, flipY, 0, 1, 0, 0);
      mask = in.mask().map(movement::mask);
    }
    float[] image = movement.image(in.image());
    if (added != 0 || gain != 1) {
      for (int i = 0; i < image.length; i++) {
        double value = (image[i] - 0.5) * gain + 0.5 + added;
        image[i] = (float) Math.max(0, Math.min(1, value));
      }
    }
    return new Pixels(in.size(), image, mask);
  }

  private static double symmetric(SplittableRandom random) {
    return 2 * random.nextDouble() - 1;
  }

  private static boolean anyTrue(boolean[] values) {
    for (boolean value : values) {
      if (value) {
        return true;
      }
    }
    return false;
  }

  /**
   * Where each target pixel comes from: x' = xx·x + xy·y + x0, y' = yx·x + yy·y + y0, in pixels of
   * the source.
   */
  private record Movement(
      ImageSize size, double xx, double xy, double x0, double yx, double yy, double y0) {

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
          centreY - signY * (-sin * fromX + cos * fromY));
    }

    boolean[] mask(boolean[] source) {
      int h = size.height();
      int w = size.width();
      boolean[] target = new boolean[source.length];
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          long fromX = Math.round(xx * x + xy * y + x0);
          long fromY = Math.round(yx * x + yy * y + y0);
          target[y * w + x] =
              fromX >= 0
                  && fromX < w
                  && fromY >= 0
                  && fromY < h
                  && source[(int) (fromY * w + fromX)];
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
          double fromX = xx * x + xy * y + x0;
          double fromY = yx * x + yy * y + y0;
          if (fromX <= -1 || fromX >= w || fromY <= -1 || fromY >= h) {
            continue;
          }
          int left = (int) Math.floor(fromX);
          int top = (int) Math.floor(fromY);
          float right = (float) (fromX - left);
          float down = (float) (fromY - top);
          for (int c = 0; c < size.channels(); c++) {
            int plane = c * h * w;
            float upper = between(source, plane, top, left, right);
            float lower = down == 0 ? 0 : between(source, plane, top + 1, left, right);
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

  /** Settings; everything is off unless it is set. Ranges are those of the record. */
  public static final class Builder {
    private double flipHorizontal;
    private double flipVertical;
    private double rotate;
    private double translate;
    private double scale;
    private double brightness;
    private double contrast;

    private Builder() {}

    /** Sets the probability of a horizontal flip; default 0. */
    public Builder optFlipHorizontal(double probability) {
      this.flipHorizontal = probability;
      return this;
    }

    /** Sets the probability of a vertical flip; default 0. */
    public Builder optFlipVertical(double probability) {
      this.flipVertical = probability;
      return this;
    }

    /** Sets the largest angle in degrees; default 0. */
    public Builder optRotate(double degrees) {
      this.rotate = degrees;
      return this;
    }

    /** Sets the largest shift as a fraction of height and width; default 0. */
    public Builder optTranslate(double fraction) {
      this.translate = fraction;
      return this;
    }

    /** Sets the largest relative change of size; default 0. */
    public Builder optScale(double range) {
      this.scale = range;
      return this;
    }

    /** Sets the largest change of all values; default 0. */
    public Builder optBrightness(double range) {
      this.brightness = range;
      return this;
    }

    /** Sets the largest relative change of contrast; default 0. */
    public Builder optContrast(double range) {
      this.contrast = range;
      return this;
    }

    /**
     * Finishes.
     *
     * @return the augmentation
     * @throws InputException if a value is out of its range
     */
    public PairedAugmentation build() {
      return new PairedAugmentation(
          flipHorizontal, flipVertical, rotate, translate, scale, brightness, contrast);
    }
  }
}
