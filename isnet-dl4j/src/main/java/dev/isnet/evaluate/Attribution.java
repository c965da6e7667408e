package dev.isnet.evaluate;

import java.util.Arrays;

/**
 * Where in an image a heatmap lies, measured against a foreground mask.
 *
 * <p>Relevance comes channel after channel, C·h·w values, one channel or several; the mask has h·w
 * cells, row after row, true for foreground. A measure is not a number (NaN) for a map of which it
 * says nothing: one without relevance, or without positive relevance where only that counts.
 */
public final class Attribution {

  private Attribution() {}

  /**
   * The share of the relevance that lies in the background: Σ|R|·(1 − M) / Σ|R| over all channels
   * and pixels.
   *
   * @param relevance C·h·w values; not changed
   * @param foreground h·w cells
   * @return in [0, 1], less is better; NaN for a map of zeros
   */
  public static double backgroundShare(float[] relevance, boolean[] foreground) {
    double[] magnitude = new double[foreground.length];
    for (int i = 0; i < requirePlanes(relevance, foreground); i++) {
      magnitude[i % magnitude.length] += Math.abs(relevance[i]);
    }
    return 1 - insideShare(magnitude, foreground);
  }

  /**
   * Relevance mass accuracy (Arras, Osman, Samek: CLEVR-XAI, Information Fusion 81, 2022): the
   * share of the relevance that lies in the foreground, the channels of a pixel pooled to their sum
   * of squares, Σ P·M / Σ P with P = Σ_c R_c².
   *
   * @param relevance C·h·w values; not changed
   * @param foreground h·w cells
   * @return in [0, 1], more is better; NaN for a map of zeros
   */
  public static double massAccuracy(float[] relevance, boolean[] foreground) {
    return insideShare(squares(relevance, foreground), foreground);
  }

  /**
   * Relevance rank accuracy (Arras, Osman, Samek 2022): of the K most relevant pixels, K the number
   * of foreground pixels, the share that are foreground; channels are pooled as in {@link
   * #massAccuracy}. Pixels of equal relevance share the places that they compete for.
   *
   * @param relevance C·h·w values; not changed
   * @param foreground h·w cells, at least one of them foreground
   * @return in [0, 1], more is better; NaN for a map of zeros
   */
  public static double rankAccuracy(float[] relevance, boolean[] foreground) {
    double[] pooled = squares(relevance, foreground);
    return Arrays.stream(pooled).allMatch(p -> p == 0)
        ? Double.NaN
        : amongGreatest(pooled, foreground, count(foreground));
  }

  /**
   * The pointing game (Zhang, Bargal, Lin, Brandt, Shen, Sclaroff: Top-down neural attention by
   * excitation backprop, IJCV 126, 2018): whether the pixel that speaks most for the class,
   * channels summed, is foreground or at most so far away from it. The paper's tolerance is 15
   * pixels, on images of several hundred.
   *
   * @param relevance C·h·w values; not changed
   * @param foreground h·w cells
   * @param width w
   * @param tolerance Euclidean distance in pixels, at least 0
   * @return whether it is a hit; of several greatest pixels the first counts; a map without
   *     positive relevance points nowhere and is no hit
   */
  public static boolean pointingGame(
      float[] relevance, boolean[] foreground, int width, double tolerance) {
    double[] evidence = summed(relevance, foreground);
    int best = 0;
    for (int i = 0; i < evidence.length; i++) {
      best = evidence[i] > evidence[best] ? i : best;
    }
    if (!(evidence[best] > 0)) {
      return false;
    }
    for (int i = 0; i < foreground.length; i++) {
      double dx = i % width - best % width;
      double dy = i / width - best / width;
      if (foreground[i] && dx * dx + dy * dy <= tolerance * tolerance) {
        return true;
      }
    }
    return false;
  }

  /**
   * Attribution localisation (Kohlbrenner, Bauer, Nakajima, Binder, Samek, Lapuschkin: Towards best
   * practice in explaining neural network decisions with LRP, IJCNN 2020): the inside-total
   * relevance ratio μ, the positive relevance in the foreground by all positive relevance, channels
   * summed.
   *
   * @param relevance C·h·w values; not changed
   * @param foreground h·w cells
   * @return in [0, 1], more is better; NaN for a map without positive relevance
   */
  public static double localisation(float[] relevance, boolean[] foreground) {
    double[] positive =
        Arrays.stream(summed(relevance, foreground)).map(r -> Math.max(0, r)).toArray();
    return insideShare(positive, foreground);
  }

  /**
   * The same paper's weighted ratio μ_w = μ·h·w / ΣM, which takes into account how large the
   * foreground is: 1 where positive relevance is as dense in the foreground as in the whole image.
   *
   * @param relevance C·h·w values; not changed
   * @param foreground h·w cells, at least one of them foreground
   * @return at least 0, more is better; NaN for a map without positive relevance
   */
  public static double weightedLocalisation(float[] relevance, boolean[] foreground) {
    return localisation(relevance, foreground) * foreground.length / count(foreground);
  }

  /**
   * Top-k intersection (Theiner, Müller-Budack, Ewerth: Interpretable semantic photo geolocation,
   * WACV 2022): of the k pixels that speak most for the class, channels summed, the share that are
   * foreground. Pixels of equal relevance share the places that they compete for.
   *
   * @param relevance C·h·w values; not changed
   * @param foreground h·w cells
   * @param k from 1 to h·w
   * @return in [0, 1], more is better; NaN for a map of zeros
   * @throws IllegalArgumentException if k is out of range
   */
  public static double topKIntersection(float[] relevance, boolean[] foreground, int k) {
    if (k < 1 || k > foreground.length) {
      throw new IllegalArgumentException(
          "k is %d, but a map has %d pixels.".formatted(k, foreground.length));
    }
    double[] evidence = summed(relevance, foreground);
    return Arrays.stream(evidence).allMatch(r -> r == 0)
        ? Double.NaN
        : amongGreatest(evidence, foreground, k);
  }

  /** Relevance of each pixel: the sum over its channels. */
  static double[] summed(float[] relevance, boolean[] foreground) {
    double[] sum = new double[foreground.length];
    for (int i = 0; i < requirePlanes(relevance, foreground); i++) {
      sum[i % sum.length] += relevance[i];
    }
    return sum;
  }

  private static double[] squares(float[] relevance, boolean[] foreground) {
    double[] sum = new double[foreground.length];
    for (int i = 0; i < requirePlanes(relevance, foreground); i++) {
      sum[i % sum.length] += (double) relevance[i] * relevance[i];
    }
    return sum;
  }

  private static int count(boolean[] foreground) {
    int count = 0;
    for (boolean cell : foreground) {
      count += cell ? 1 : 0;
    }
    return count;
  }

  private static double insideShare(double[] pooled, boolean[] foreground) {
    double inside = 0;
    double all = 0;
    for (int i = 0; i < pooled.length; i++) {
      all += pooled[i];
      inside += foreground[i] ? pooled[i] : 0;
    }
    return inside / all;
  }

  /** The expected share of foreground among the k greatest when ties are broken by chance. */
  private static double amongGreatest(double[] scores, boolean[] foreground, int k) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double least = sorted[sorted.length - k];
    int above = 0;
    int aboveInside = 0;
    int tied = 0;
    int tiedInside = 0;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > least) {
        above++;
        aboveInside += foreground[i] ? 1 : 0;
      } else if (scores[i] == least) {
        tied++;
        tiedInside += foreground[i] ? 1 : 0;
      }
    }
    return (aboveInside + (double) (k - above) * tiedInside / tied) / k;
  }

  /** The number of relevance values, once it is sure that they fit the mask. */
  private static int requirePlanes(float[] relevance, boolean[] foreground) {
    if (foreground.length == 0
        || relevance.length == 0
        || relevance.length % foreground.length != 0) {
      throw new IllegalArgumentException(
          "%d values of relevance do not belong to a mask of %d cells."
              .formatted(relevance.length, foreground.length));
    }
    return relevance.length;
  }
}
