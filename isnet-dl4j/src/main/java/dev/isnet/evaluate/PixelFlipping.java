package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Whether a heatmap tells what the decision rests on (Petsiuk, Das, Saenko: RISE, BMVC 2018): the
 * most relevant pixels are replaced first, and the score should fall at once (deletion), or are
 * shown first, and it should rise at once (insertion). The order is that of the relevance with its
 * channels summed, the greatest first, equal ones in reading order.
 *
 * <p>Only the pixels of a region are replaced or shown, the others stay those of the image: with
 * the foreground as region the curve tells what the object contributes, with the background what
 * the background does. What replaces a pixel is a baseline of the image's size; {@link #meanColour}
 * makes one, a blurred copy is another. The score says which baseline it belongs to by nothing but
 * its documentation: name it wherever an area is reported.
 */
public final class PixelFlipping {

  private PixelFlipping() {}

  /** The score of images, usually the probability of one class. */
  @FunctionalInterface
  public interface Score {
    /**
     * Scores images.
     *
     * @param images each C·h·w values, channel after channel
     * @return one score for each
     */
    double[] of(float[][] images);
  }

  /**
   * The scores along the way.
   *
   * @param shares of the region's pixels that are replaced or shown, rising from 0 to 1
   * @param scores at each of them
   */
  public record Curve(double[] shares, double[] scores) {

    /** The area under the curve, by trapezia: the mean score along the way. */
    public double area() {
      double area = 0;
      for (int i = 1; i < shares.length; i++) {
        area += (shares[i] - shares[i - 1]) * (scores[i] + scores[i - 1]) / 2;
      }
      return area;
    }
  }

  /**
   * Replaces the region's pixels by those of the baseline, the most relevant first.
   *
   * @param image C·h·w values; not changed
   * @param baseline C·h·w values; not changed
   * @param relevance C·h·w values; not changed
   * @param region h·w cells, at least one of them true
   * @param steps number of steps, at least 1; the curve has one point more
   * @param score of the images along the way
   * @return the curve; a smaller area is better
   * @throws IllegalArgumentException if the sizes do not fit, or the region is empty
   */
  public static Curve deletion(
      float[] image,
      float[] baseline,
      float[] relevance,
      boolean[] region,
      int steps,
      Score score) {
    return curve(image, baseline, relevance, region, steps, score);
  }

  /**
   * Starts with the region's pixels replaced by those of the baseline and shows them, the most
   * relevant first.
   *
   * @param image C·h·w values; not changed
   * @param baseline C·h·w values; not changed
   * @param relevance C·h·w values; not changed
   * @param region h·w cells, at least one of them true
   * @param steps number of steps, at least 1; the curve has one point more
   * @param score of the images along the way
   * @return the curve; a larger area is better
   * @throws IllegalArgumentException if the sizes do not fit, or the region is empty
   */
  public static Curve insertion(
      float[] image,
      float[] baseline,
      float[] relevance,
      boolean[] region,
      int steps,
      Score score) {
    float[] hidden = image.clone();
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = region[i % region.length] ? baseline[i] : image[i];
    }
    return curve(hidden, image, relevance, region, steps, score);
  }

  /** Moves the region's pixels from one image to another. */
  private static Curve curve(
      float[] from, float[] to, float[] relevance, boolean[] region, int steps, Score score) {
    int[] order = order(relevance, region);
    if (from.length != to.length || from.length != relevance.length || order.length == 0) {
      throw new IllegalArgumentException(
          "%d, %d and %d values and a region of %d pixels do not belong together."
              .formatted(from.length, to.length, relevance.length, order.length));
    }
    float[][] images = new float[steps + 1][];
    double[] shares = new double[steps + 1];
    images[0] = from.clone();
    int done = 0;
    for (int step = 1; step <= steps; step++) {
      images[step] = images[step - 1].clone();
      int until = (int) Math.round((double) step * order.length / steps);
      for (; done < until; done++) {
        for (int i = order[done]; i < to.length; i += region.length) {
          images[step][i] = to[i];
        }
      }
      shares[step] = (double) until / order.length;
    }
    return new Curve(shares, score.of(images));
  }

  private static int[] order(float[] relevance, boolean[] region) {
    double[] evidence = Attribution.summed(relevance, region);
    return IntStream.range(0, region.length)
        .filter(i -> region[i])
        .boxed()
        .sorted((a, b) -> Double.compare(evidence[b], evidence[a]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * The baseline that has the image's mean colour everywhere.
   *
   * @param image C·h·w values; not changed
   * @param channels C
   * @return C·h·w values
   */
  public static float[] meanColour(float[] image, int channels) {
    int area = image.length / channels;
    float[] baseline = new float[image.length];
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (int i = c * area; i < (c + 1) * area; i++) {
        sum += image[i];
      }
      Arrays.fill(baseline, c * area, (c + 1) * area, (float) (sum / area));
    }
    return baseline;
  }
}
