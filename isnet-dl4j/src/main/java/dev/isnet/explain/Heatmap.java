package dev.isnet.explain;

import dev.isnet.evaluate.Attribution;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;

/**
 * How much each value of an image speaks for (positive) or against (negative) one class.
 *
 * <p>In pictures red is positive, blue is negative and white is zero; the colours are symmetric
 * about zero and can be told apart with every kind of colour blindness. A scale is the relevance
 * that gets the full colour; what exceeds it is clipped. {@link #commonScale} gives the one to draw
 * a set of maps with.
 *
 * @param values relevance, channel-major C·h·w; kept, not copied
 * @param channels C
 * @param height h, in pixels
 * @param width w, in pixels
 * @param className the class that is explained
 * @param logit the class's output before softmax
 */
public record Heatmap(
    float[] values, int channels, int height, int width, String className, double logit) {

  /**
   * The percentile of |relevance| that gets the full colour. Relevance has a few extreme pixels; a
   * scale at the maximum would leave everything else white.
   */
  public static final double SCALE_PERCENTILE = 99.5;

  /** How much of a photograph the full colour covers unless something else is asked for. */
  public static final double COVER = 0.6;

  /**
   * @throws IllegalArgumentException if the sizes do not fit
   */
  public Heatmap {
    Pictures.requireSize(values.length, channels, height, width);
  }

  /** Relevance of each pixel, h·w: the sum over the channels. This is what pictures show. */
  public float[] summed() {
    int plane = height * width;
    float[] sum = new float[plane];
    for (int i = 0; i < values.length; i++) {
      sum[i % plane] += values[i];
    }
    return sum;
  }

  /** The largest absolute value of {@link #summed}. */
  public double maxAbs() {
    double max = 0;
    for (float value : summed()) {
      max = Math.max(max, Math.abs(value));
    }
    return max;
  }

  /**
   * The scale at which maps can be compared with each other: the {@value #SCALE_PERCENTILE}th
   * percentile of the absolute {@link #summed} relevance of all their pixels.
   *
   * @return a positive number; 1 if all maps are zero; the maximum if so few pixels are relevant
   *     that the percentile is zero
   * @throws IllegalArgumentException if there is no map
   */
  public static double commonScale(List<Heatmap> maps) {
    if (maps.isEmpty()) {
      throw new IllegalArgumentException("A scale needs at least one heatmap.");
    }
    List<float[]> sums = maps.stream().map(Heatmap::summed).toList();
    double[] magnitudes = new double[sums.stream().mapToInt(sum -> sum.length).sum()];
    int n = 0;
    for (float[] sum : sums) {
      for (float value : sum) {
        magnitudes[n++] = Math.abs(value);
      }
    }
    Arrays.sort(magnitudes);
    double percentile = magnitudes[(int) Math.ceil(n * SCALE_PERCENTILE / 100) - 1];
    double scale = percentile > 0 ? percentile : magnitudes[n - 1];
    return scale > 0 ? scale : 1;
  }

  /**
   * The share of the relevance that lies outside the mask: Σ|R|·(1 − M) / Σ|R| over all channels
   * and pixels.
   *
   * @return in [0, 1]; NaN if the map is zero everywhere, so that nothing lies anywhere
   * @throws IllegalArgumentException if the mask has another size
   */
  public double backgroundShare(MaskOutline mask) {
    if (mask.height() != height || mask.width() != width) {
      throw new IllegalArgumentException(
          "A heatmap of %d×%d pixels needs a mask of that size, not of %d×%d."
              .formatted(height, width, mask.height(), mask.width()));
    }
    return Attribution.backgroundShare(values, mask.foreground());
  }

  /**
   * The same map divided by {@link #maxAbs}, so that its {@link #summed} relevance lies in [−1, 1]
   * and reaches one end. The logit stays what it was. Normalised maps show where relevance lies;
   * how much there is can no longer be compared between them.
   *
   * @return a new map; this one if it is zero everywhere
   */
  public Heatmap normalise() {
    double max = maxAbs();
    if (max == 0) {
      return this;
    }
    float[] normalised = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      normalised[i] = (float) (values[i] / max);
    }
    return new Heatmap(normalised, channels, height, width, className, logit);
  }

  /** The scale at which this map alone is drawn: {@link #commonScale} of it. */
  public double scale() {
    return commonScale(List.of(this));
  }

  /** Draws the map at its own {@link #scale}. */
  public BufferedImage toImage() {
    return toImage(scale());
  }

  /**
   * Draws the map over a photograph at its own {@link #scale}; the full colour covers {@value
   * #COVER} of the photograph.
   *
   * @param photo of any size; the map is stretched to it without smoothing
   * @return an opaque RGB picture of the photograph's size
   */
  public BufferedImage overlay(BufferedImage photo) {
    return overlay(photo, COVER, scale());
  }

  /**
   * Draws the map, one pixel for each of its own.
   *
   * @param scale the relevance that gets the full colour, positive
   * @return an opaque RGB picture
   * @throws IllegalArgumentException if the scale is not a positive number
   */
  public BufferedImage toImage(double scale) {
    requireScale(scale);
    float[] sum = summed();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < sum.length; i++) {
      image.setRGB(i % width, i / width, Diverging.colour(sum[i] / scale));
    }
    return image;
  }

  /**
   * Draws the map as a layer to be laid over something else: the full colour of each pixel's sign,
   * the more opaque the stronger its relevance. Over white it is {@link #toImage}, over a
   * photograph it is an {@link #overlay}.
   *
   * @param scale the relevance that gets the full colour, positive
   * @return a transparent picture of 255 colours, one pixel for each of the map's own
   * @throws IllegalArgumentException if the scale is not a positive number
   */
  public BufferedImage toLayer(double scale) {
    requireScale(scale);
    float[] sum = summed();
    BufferedImage image =
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, Diverging.transparent());
    for (int i = 0; i < sum.length; i++) {
      image
          .getRaster()
          .setSample(i % width, i / width, 0, Diverging.transparentIndex(sum[i] / scale));
    }
    return image;
  }

  /**
   * Draws the map over a photograph. The photograph turns grey, so that all colour is relevance;
   * the stronger the relevance, the more of it is covered, and where there is none it stays free.
   *
   * @param photo of any size; the map is stretched to it without smoothing
   * @param alpha how much of the photograph the full colour covers, in [0, 1]
   * @param scale the relevance that gets the full colour, positive
   * @return an opaque RGB picture of the photograph's size
   * @throws IllegalArgumentException if alpha or scale is out of range
   */
  public BufferedImage overlay(BufferedImage photo, double alpha, double scale) {
    requireScale(scale);
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("Alpha lies between 0 and 1, not at " + alpha + ".");
    }
    float[] sum = summed();
    BufferedImage image =
        new BufferedImage(photo.getWidth(), photo.getHeight(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      int row = y * height / image.getHeight();
      for (int x = 0; x < image.getWidth(); x++) {
        double value = sum[row * width + x * width / image.getWidth()] / scale;
        int grey = Diverging.grey(photo.getRGB(x, y));
        image.setRGB(x, y, Diverging.over(grey, value, alpha));
      }
    }
    return image;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Heatmap that
        && channels == that.channels
        && height == that.height
        && width == that.width
        && Double.compare(logit, that.logit) == 0
        && className.equals(that.className)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * className.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Heatmap[%s, logit %s, %d×%d×%d]".formatted(className, logit, channels, height, width);
  }

  private static void requireScale(double scale) {
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException("A scale is a positive number, not " + scale + ".");
    }
  }
}
