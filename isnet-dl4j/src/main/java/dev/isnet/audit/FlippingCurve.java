package dev.isnet.audit;

import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.PixelFlipping;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A deletion or insertion curve, the mean over images.
 *
 * @param way whether pixels are replaced or shown, the most relevant first
 * @param region which pixels
 * @param points along the way, the share of the region's pixels rising from 0 to 1
 * @param area under the curve: the mean score along the way
 */
public record FlippingCurve(Way way, Region region, List<Point> points, Estimate area) {

  /** What happens to pixels. */
  public enum Way {
    /** They are replaced by those of the blurred image. */
    DELETION("deletion"),
    /** They are shown in the blurred image. */
    INSERTION("insertion");

    private final String key;

    Way(String key) {
      this.key = key;
    }

    /** Its name, for people and programs. */
    public String key() {
      return key;
    }

    PixelFlipping.Curve of(
        float[] image,
        float[] baseline,
        float[] relevance,
        boolean[] pixels,
        int steps,
        PixelFlipping.Score score) {
      return this == DELETION
          ? PixelFlipping.deletion(image, baseline, relevance, pixels, steps, score)
          : PixelFlipping.insertion(image, baseline, relevance, pixels, steps, score);
    }
  }

  /** The pixels that are replaced or shown; the others stay those of the image. */
  public enum Region {
    /** All. */
    WHOLE("whole", "whole image"),
    /** The foreground's. */
    INSIDE("inside", "inside the mask"),
    /** The background's. */
    OUTSIDE("outside", "outside the mask");

    private final String key;
    private final String words;

    Region(String key, String words) {
      this.key = key;
      this.words = words;
    }

    /** Its name in files that programs read. */
    public String key() {
      return key;
    }

    /** Its name for people. */
    public String words() {
      return words;
    }

    boolean[] of(boolean[] foreground) {
      boolean[] pixels = new boolean[foreground.length];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = this == WHOLE || foreground[i] == (this == INSIDE);
      }
      return pixels;
    }
  }

  /**
   * A point of a curve.
   *
   * @param share of the region's pixels that are replaced or shown
   * @param score mean probability of what was decided for
   */
  public record Point(double share, Estimate score) {}

  /** Copies the list. */
  public FlippingCurve {
    points = List.copyOf(points);
  }

  /** The mean of curves with as many points each. */
  static FlippingCurve mean(
      Way way, Region region, List<PixelFlipping.Curve> curves, Bootstrap bootstrap) {
    int last = curves.get(0).scores().length - 1;
    return new FlippingCurve(
        way,
        region,
        IntStream.rangeClosed(0, last)
            .mapToObj(
                i ->
                    new Point(
                        (double) i / last,
                        bootstrap.interval(
                            drawn ->
                                Arrays.stream(drawn)
                                    .mapToDouble(image -> curves.get(image).scores()[i])
                                    .average()
                                    .orElseThrow())))
            .toList(),
        bootstrap.interval(
            drawn ->
                Arrays.stream(drawn)
                    .mapToDouble(image -> curves.get(image).area())
                    .average()
                    .orElseThrow()));
  }
}
