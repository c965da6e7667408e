package dev.isnet.loss;

import dev.isnet.graph.op.Cells;
import dev.isnet.graph.op.Parallel;

/**
 * The heatmap loss L_LRP = w1·L1 + w2·L2 of the paper: L1 drives the relevance outside the
 * foreground mask to zero, L2 keeps the relevance inside it within bounds.
 *
 * <p>For one map with A = |H|, mask M and e = 1e-10: A' = A/(Σ(A⊙M)/(ΣM + e) + e), U = A'⊙(1 − M),
 * r = GWRP_d(U) for each channel, L1 = ln(1 + r/E) averaged over channels, maps and images; g =
 * Σ(A⊙M), L2 = {@link ForegroundForm} of g averaged over maps and images. The rank weights of GWRP
 * are constants to the gradient.
 *
 * @param w1 weight of the background loss, ≥ 0
 * @param w2 weight of the foreground loss, ≥ 0
 * @param c1 least foreground relevance without a loss, &gt; 0
 * @param c2 greatest foreground relevance without a loss, ≥ c1
 * @param e E &gt; 0: the background loss is ln(1 + r/E)
 * @param d decay of the rank weights, in [0, 1]: 0 looks at the largest value only, 1 at the mean
 * @param foreground form of the foreground loss
 */
public record HeatmapLoss(
    double w1, double w2, double c1, double c2, double e, double d, ForegroundForm foreground) {

  private static final double TINY = 1e-10;

  /** The paper's code clips f to 1 − 2⁻²³, so no map costs more than this. */
  private static final double GREATEST = 23 * Math.log(2);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public HeatmapLoss {
    require(w1 >= 0, "w1 must be at least 0", w1);
    require(w2 >= 0, "w2 must be at least 0", w2);
    require(c1 > 0, "c1 must be greater than 0", c1);
    require(c2 >= c1, "c2 must be at least c1", c2);
    require(e > 0, "e must be greater than 0", e);
    require(d >= 0 && d <= 1, "d must lie in [0, 1]", d);
  }

  private static void require(boolean holds, String rule, double value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ", not " + value);
    }
  }

  /**
   * w1 = 1, w2 = 3, C1 = 1, C2 = 25, E = 1, d = 0.996, hybrid.
   *
   * @return the loss
   */
  public static HeatmapLoss standard() {
    return new HeatmapLoss(1, 3, 1, 25, 1, 0.996, ForegroundForm.HYBRID);
  }

  /**
   * The same with other bounds of the foreground relevance.
   *
   * @param least C1 &gt; 0
   * @param greatest C2 ≥ C1
   * @return the loss
   */
  public HeatmapLoss withBounds(double least, double greatest) {
    return new HeatmapLoss(w1, w2, least, greatest, e, d, foreground);
  }

  /**
   * The two terms, not yet weighted by w1 and w2.
   *
   * @param background L1, mean over channels, maps and images
   * @param foreground L2, mean over maps and images
   */
  public record Terms(double background, double foreground) {}

  /**
   * The shape of a batch of heatmaps.
   *
   * @param maps m, maps an image
   * @param images B
   * @param channels C
   * @param pixels h·w
   * @param first which of the masks of an image belongs to its first map; of no account where all
   *     maps have the same
   * @param masks masks an image: 1 for all maps, or more, of which map k has number first + k
   */
  public record Shape(int maps, int images, int channels, int pixels, int first, int masks) {

    /**
     * All maps of an image have the same mask.
     *
     * @param maps m, maps an image
     * @param images B
     * @param channels C
     * @param pixels h·w
     */
    public Shape(int maps, int images, int channels, int pixels) {
      this(maps, images, channels, pixels, 0, 1);
    }

    /** Where the mask of a map begins. */
    long mask(int map) {
      int plane = masks == 1 ? 0 : first + map / images;
      return ((long) (map % images) * masks + plane) * pixels;
    }
  }

  /**
   * Computes the terms and the gradient of weight·(w1·L1 + w2·L2).
   *
   * @param heatmaps H, [mB, C, h, w], map k of image b at k·B + b
   * @param masks M, [B, 1, h, w] or as many as the shape says, 1 foreground, 0 background
   * @param counted for each image whether it has a mask; others add nothing
   * @param shape the sizes
   * @param weight factor of the gradient
   * @param gradient takes ∂/∂H, shape of H
   * @return the terms, means over all images, to which those that are not counted add nothing
   */
  public Terms evaluate(
      Cells heatmaps, Cells masks, boolean[] counted, Shape shape, double weight, Cells gradient) {
    int all = shape.maps() * shape.images();
    double[] background = new double[all];
    double[] foreground = new double[all];
    double share = 1.0 / all;
    RankWeights ranks = new RankWeights(d, shape.pixels());
    Parallel.each(
        all,
        (first, last) -> {
          OneMap work = new OneMap(shape, ranks);
          for (int map = (int) first; map < last; map++) {
            if (counted[map % shape.images()]) {
              work.evaluate(heatmaps, masks, map, share * weight, gradient);
              background[map] = work.background;
              foreground[map] = work.foreground;
            } else {
              work.clear(gradient, map);
            }
          }
        });
    double l1 = 0;
    double l2 = 0;
    for (int map = 0; map < all; map++) {
      l1 += background[map] * share;
      l2 += foreground[map] * share;
    }
    return new Terms(l1, l2);
  }

  /** The loss of one map of one image; its arrays are reused from map to map. */
  private final class OneMap {
    private final Shape shape;
    private final RankWeights ranks;
    private final double[] mask;
    private final double[] heat; // one channel
    private final double[] magnitudes; // those of its background
    private final int[] positions; // and where they stand
    private final double[] upstream; // ∂L1/∂A of all channels' background
    private final DescendingOrder order = new DescendingOrder();
    private double background;
    private double foreground;

    OneMap(Shape shape, RankWeights ranks) {
      this.shape = shape;
      this.ranks = ranks;
      this.mask = new double[shape.pixels()];
      this.heat = new double[shape.pixels()];
      this.magnitudes = new double[shape.pixels()];
      this.positions = new int[shape.pixels()];
      this.upstream = new double[shape.channels() * shape.pixels()];
    }

    void clear(Cells gradient, int map) {
      java.util.Arrays.fill(heat, 0);
      for (int c = 0; c < shape.channels(); c++) {
        gradient.write(start(map, c), heat, shape.pixels());
      }
    }

    private long start(int map, int channel) {
      return ((long) map * shape.channels() + channel) * shape.pixels();
    }

    void evaluate(Cells heatmaps, Cells masks, int map, double share, Cells gradient) {
      int pixels = shape.pixels();
      int channels = shape.channels();
      masks.read(shape.mask(map), mask, pixels);

      double inside = 0; // g = Σ(A⊙M)
      double area = 0;
      for (int c = 0; c < channels; c++) {
        heatmaps.read(start(map, c), heat, pixels);
        for (int p = 0; p < pixels; p++) {
          if (mask[p] > 0) {
            area++;
            inside += Math.abs(heat[p]);
          }
        }
      }
      double divisor = inside / (area + TINY) + TINY;

      background = 0;
      double towardsDivisor = 0; // Σ over channels of ∂L1/∂r·r
      for (int c = 0; c < channels; c++) {
        heatmaps.read(start(map, c), heat, pixels);
        towardsDivisor += channel(c, divisor);
      }

      foreground = HeatmapLoss.this.foreground.value(inside, c1, c2);
      double towardsInside =
          w2 * HeatmapLoss.this.foreground.slope(inside, c1, c2)
              - towardsDivisor / divisor / (area + TINY);
      for (int c = 0; c < channels; c++) {
        heatmaps.read(start(map, c), heat, pixels);
        for (int p = 0; p < pixels; p++) {
          double towardsMagnitude = mask[p] > 0 ? towardsInside : upstream[c * pixels + p];
          heat[p] = share * Math.signum(heat[p]) * towardsMagnitude;
        }
        gradient.write(start(map, c), heat, pixels);
      }
    }

    /** Adds a channel's background loss and puts down its gradient; returns ∂L1/∂r·r. */
    private double channel(int c, double divisor) {
      int count = 0;
      for (int p = 0; p < heat.length; p++) {
        if (mask[p] <= 0) {
          magnitudes[count] = Math.abs(heat[p]);
          positions[count++] = p;
        }
      }
      // The foreground's zeros rank behind all others and add nothing.
      int[] sorted = d == 1 ? null : order.of(magnitudes, count);
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += ranks.of(i) * magnitudes[sorted == null ? i : sorted[i]];
      }
      double r = sum / divisor;
      double loss = Math.log1p(r / e);
      background += Math.min(loss, GREATEST) / shape.channels();
      double slope = loss < GREATEST ? w1 / ((r + e) * shape.channels()) : 0;
      for (int i = 0; i < count; i++) {
        int at = sorted == null ? i : sorted[i];
        upstream[c * heat.length + positions[at]] = slope * ranks.of(i) / divisor;
      }
      return slope * r;
    }
  }
}
