package dev.isnet.data.bias;

import dev.isnet.data.ImageSize;
import dev.isnet.data.Pixels;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The same object before another background: what a classifier that decides by the object must not
 * mind. The mask decides what is background; the object's pixels stay as they are, to the bit. The
 * borders are hard. And the control, the same background without the object.
 *
 * <p>Every method takes an image with a mask and changes nothing in it.
 */
public final class ReplacedBackground {

  /** The blur's standard deviation, as a share of the image's shorter side. */
  private static final double BLUR = 0.1;

  private ReplacedBackground() {}

  /**
   * The background of another image. What that one shows must not come along: each of its
   * foreground pixels takes the value of the background pixel that is nearest to it (in steps up,
   * down, left and right), so that the surroundings grow into the hole from all sides.
   *
   * @param image with a mask
   * @param donor with a mask, of the same size
   * @return the image before the donor's background
   */
  public static Pixels another(Pixels image, Pixels donor) {
    return anotherFilled(image, withoutForeground(donor));
  }

  /** The same for a donor whose object is gone already. */
  static Pixels anotherFilled(Pixels image, Pixels filled) {
    if (!filled.size().equals(image.size())) {
      throw new IllegalArgumentException(filled.size() + " for " + image.size());
    }
    return replaced(image, filled.image());
  }

  /**
   * Noise of the background's own mean and standard deviation in each channel, independent from
   * pixel to pixel, clipped to [0, 1].
   *
   * @param image with a mask
   * @param seed of the noise
   * @return the image before noise
   */
  public static Pixels noise(Pixels image, long seed) {
    ImageSize size = image.size();
    SplittableRandom random = new SplittableRandom(seed);
    float[] noise = new float[size.values()];
    for (int c = 0; c < size.channels(); c++) {
      double mean = mean(image, c, 0);
      double deviation = Math.sqrt(mean(image, c, mean));
      for (int i = c * size.area(); i < (c + 1) * size.area(); i++) {
        double value = mean + deviation * random.nextGaussian();
        noise[i] = (float) Math.max(0, Math.min(1, value));
      }
    }
    return replaced(image, noise);
  }

  /**
   * A blurred background, in which shapes and letters are gone and brightness and colours stay. Of
   * the object nothing runs into it: a blurred pixel is the mean of background pixels alone,
   * weighted nearly as by a Gaussian of a tenth of the shorter side (three means over a square).
   *
   * @param image with a mask
   * @return the image before its blurred background
   */
  public static Pixels blur(Pixels image) {
    return replaced(image, blurred(image, inverted(image)));
  }

  /**
   * The background's mean colour, everywhere.
   *
   * @param image with a mask
   * @return the image before one colour
   */
  public static Pixels meanColour(Pixels image) {
    ImageSize size = image.size();
    float[] plain = new float[size.values()];
    for (int c = 0; c < size.channels(); c++) {
      Arrays.fill(plain, c * size.area(), (c + 1) * size.area(), (float) mean(image, c, 0));
    }
    return replaced(image, plain);
  }

  /**
   * The control: the background without the object, filled from its surroundings as in {@link
   * #another}.
   *
   * @param image with a mask
   * @return the background; without a mask, since all of it is background now
   */
  public static Pixels withoutForeground(Pixels image) {
    foreground(image);
    return Background.withoutForeground(image);
  }

  /**
   * The whole image blurred as {@link #blur} blurs a background: a baseline that shows next to
   * nothing.
   *
   * @param image with or without a mask
   * @return C·h·w values
   */
  public static float[] blurred(Pixels image) {
    boolean[] all = new boolean[image.size().area()];
    Arrays.fill(all, true);
    return blurred(image, all);
  }

  private static boolean[] foreground(Pixels image) {
    return image
        .mask()
        .orElseThrow(
            () -> new IllegalArgumentException("Without a mask nobody knows the background."));
  }

  private static boolean[] inverted(Pixels image) {
    boolean[] foreground = foreground(image);
    boolean[] background = new boolean[foreground.length];
    for (int i = 0; i < background.length; i++) {
      background[i] = !foreground[i];
    }
    return background;
  }

  private static Pixels replaced(Pixels image, float[] background) {
    boolean[] foreground = foreground(image);
    float[] values = image.image().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = foreground[i % foreground.length] ? values[i] : background[i];
    }
    return new Pixels(image.size(), values, Optional.of(foreground));
  }

  /** The mean of a channel's background, or of its squared distance from a centre other than 0. */
  private static double mean(Pixels image, int channel, double centre) {
    boolean[] foreground = foreground(image);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < foreground.length; i++) {
      if (!foreground[i]) {
        double value = image.image()[channel * foreground.length + i];
        sum += centre == 0 ? value : (value - centre) * (value - centre);
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /** Weighted means: values and weights are blurred alike and then divided. */
  private static float[] blurred(Pixels image, boolean[] counted) {
    ImageSize size = image.size();
    // Three means over 2r + 1 pixels have the variance r(r + 1).
    double deviation = BLUR * Math.min(size.height(), size.width());
    int radius = (int) Math.max(1, Math.round(Math.sqrt(deviation * deviation + 0.25) - 0.5));
    double[] weights = new double[size.area()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = counted[i] ? 1 : 0;
    }
    double[] mass = smooth(weights, size, radius);
    float[] result = new float[size.values()];
    for (int c = 0; c < size.channels(); c++) {
      double[] values = new double[size.area()];
      for (int i = 0; i < values.length; i++) {
        values[i] = weights[i] * image.image()[c * values.length + i];
      }
      double[] smooth = smooth(values, size, radius);
      for (int i = 0; i < values.length; i++) {
        result[c * values.length + i] = mass[i] > 1e-9 ? (float) (smooth[i] / mass[i]) : 0;
      }
    }
    return result;
  }

  private static double[] smooth(double[] values, ImageSize size, int radius) {
    double[] smooth = values;
    for (int pass = 0; pass < 3; pass++) {
      smooth = sums(smooth, size.height(), size.width(), size.width(), 1, radius);
      smooth = sums(smooth, size.width(), size.height(), 1, size.width(), radius);
    }
    return smooth;
  }

  /** For each position of each line the mean over its neighbourhood; outside there is nothing. */
  private static double[] sums(
      double[] values, int lines, int length, int lineStep, int step, int radius) {
    double[] result = new double[values.length];
    for (int line = 0; line < lines; line++) {
      double sum = 0;
      for (int i = -radius; i < length; i++) {
        if (i + radius < length) {
          sum += values[line * lineStep + (i + radius) * step];
        }
        if (i - radius - 1 >= 0) {
          sum -= values[line * lineStep + (i - radius - 1) * step];
        }
        if (i >= 0) {
          result[line * lineStep + i * step] = sum / (2 * radius + 1);
        }
      }
    }
    return result;
  }
}
