package dev.isnet.loss;

import dev.isnet.graph.op.Cells;
import dev.isnet.graph.op.TwinOp;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The attention terms of hierarchical attention mining (Ouyang et al., IEEE TMI 2020): (class
 * activation maps C [B, K, h, w], anomaly map A [B, 1, h, w], labels [B, K], masks M [B, 1, H, W],
 * counted [B]) → output 0 and 1: gradients of the weighted sum with respect to C and A, output 2:
 * [bound, union, mask].
 *
 * <ul>
 *   <li>bound: a class is seen within the anomaly, (ΣC − Σ min(C, A)·σ(100·(C − 0.75)))/ΣC, mean
 *       over all pairs of an image and one of its classes;
 *   <li>union: an anomaly is one of the classes, the same of A within the greatest C of the image's
 *       classes, mean over the images that have one;
 *   <li>mask: with C brought to [0, 1] by its own least and greatest cell, Q = σ(100·(C − 0.4)) and
 *       M brought to the maps' size by area, Σ(Q − M)²/(ΣQ + ΣM), mean over the pairs of images
 *       with a mask.
 * </ul>
 *
 * A term without any pair is 0. Sums go over cells; divisors are at least 1e-5.
 */
public final class HierarchicalAttentionLossOp extends TwinOp {

  private static final double STEEPNESS = 100;
  private static final double SEEN = 0.75;
  private static final double ATTENDED = 0.4;
  private static final double LEAST = 1e-5;

  private final double bound;
  private final double union;
  private final double mask;

  /**
   * Adds the losses.
   *
   * @param bound weight of the first term
   * @param union weight of the second
   * @param mask weight of the third
   * @param classMaps C, at least 0
   * @param anomalyMap A, at least 0
   * @param labels above 0 for the classes of an image
   * @param masks 1 foreground, 0 background
   * @param counted 1 for images with a mask, 0 for others
   */
  public HierarchicalAttentionLossOp(
      double bound,
      double union,
      double mask,
      SDVariable classMaps,
      SDVariable anomalyMap,
      SDVariable labels,
      SDVariable masks,
      SDVariable counted) {
    super(3, classMaps, anomalyMap, labels, masks, counted);
    this.bound = bound;
    this.union = union;
    this.mask = mask;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0], in[1], {3}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells classMaps = Cells.of(in[0]);
    Cells anomalyMaps = Cells.of(in[1]);
    Cells labels = Cells.of(in[2]);
    Cells masks = Cells.of(in[3]);
    Cells counted = Cells.of(in[4]);
    Cells ofClasses = Cells.of(out[0]);
    Cells ofAnomaly = Cells.of(out[1]);
    Cells terms = Cells.of(out[2]);
    int images = (int) in[0].size(0);
    int classes = (int) in[0].size(1);
    int h = (int) in[0].size(2);
    int w = (int) in[0].size(3);
    int cells = h * w;
    int height = (int) in[3].size(2);
    int width = (int) in[3].size(3);
    return () -> {
      Counts counts = Counts.of(labels, counted, images, classes);
      double[][] c = new double[classes][cells];
      double[][] dc = new double[classes][cells];
      double[] pixels = new double[height * width];
      double[] sums = new double[3];
      for (int b = 0; b < images; b++) {
        double[] a = new double[cells];
        double[] da = new double[cells];
        double[] greatest = new double[cells];
        int[] from = new int[cells];
        anomalyMaps.read((long) b * cells, a, cells);
        masks.read((long) b * pixels.length, pixels, pixels.length);
        double[] foreground = byArea(pixels, height, width, h, w);
        boolean any = false;
        for (int k = 0; k < classes; k++) {
          long pair = (long) b * classes + k;
          classMaps.read(pair * cells, c[k], cells);
          Arrays.fill(dc[k], 0);
          if (labels.get(pair) > 0) {
            any = true;
            sums[0] += outside(c[k], a, bound * counts.ofPair(), dc[k], da);
            if (counted.get(b) > 0) {
              sums[2] += distance(c[k], foreground, mask * counts.ofMaskedPair(), dc[k]);
            }
            for (int i = 0; i < cells; i++) {
              if (c[k][i] > greatest[i]) {
                greatest[i] = c[k][i];
                from[i] = k;
              }
            }
          }
        }
        if (any) {
          double[] ofGreatest = new double[cells];
          sums[1] += outside(a, greatest, union * counts.ofImage(), da, ofGreatest);
          for (int i = 0; i < cells; i++) {
            if (greatest[i] > 0) {
              dc[from[i]][i] += ofGreatest[i];
            }
          }
        }
        for (int k = 0; k < classes; k++) {
          ofClasses.write(((long) b * classes + k) * cells, dc[k], cells);
        }
        ofAnomaly.write((long) b * cells, da, cells);
      }
      terms.set(0, counts.ofPair() * sums[0]);
      terms.set(1, counts.ofImage() * sums[1]);
      terms.set(2, counts.ofMaskedPair() * sums[2]);
    };
  }

  /** How much each pair and each image counts in the means. */
  private record Counts(double ofPair, double ofImage, double ofMaskedPair) {
    static Counts of(Cells labels, Cells counted, int images, int classes) {
      int pairs = 0;
      int positive = 0;
      int masked = 0;
      for (int b = 0; b < images; b++) {
        int own = 0;
        for (int k = 0; k < classes; k++) {
          own += labels.get((long) b * classes + k) > 0 ? 1 : 0;
        }
        pairs += own;
        positive += own > 0 ? 1 : 0;
        masked += counted.get(b) > 0 ? own : 0;
      }
      return new Counts(share(pairs), share(positive), share(masked));
    }

    private static double share(int count) {
      return 1.0 / Math.max(1, count);
    }
  }

  /**
   * How much of what is seen in one map lies outside another: (Σx − Σ min(x, y)·σ(100·(x −
   * 0.75)))/Σx. Adds its gradients, times a factor.
   */
  private static double outside(double[] x, double[] y, double factor, double[] dx, double[] dy) {
    double sum = 0;
    double within = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i];
      within += Math.min(x[i], y[i]) * sigmoid(x[i] - SEEN);
    }
    double divisor = Math.max(sum, LEAST);
    double share = (sum - within) / divisor;
    double ofDivisor = sum > LEAST ? share : 0;
    for (int i = 0; i < x.length; i++) {
      double seen = sigmoid(x[i] - SEEN);
      boolean inside = x[i] <= y[i];
      double slope =
          (inside ? seen : 0) + Math.min(x[i], y[i]) * STEEPNESS * seen * sigmoid(SEEN - x[i]);
      dx[i] += factor * (1 - slope - ofDivisor) / divisor;
      dy[i] -= inside ? 0 : factor * seen / divisor;
    }
    return share;
  }

  /** Σ(Q − M)²/(ΣQ + ΣM); adds its gradient with respect to the map, times a factor. */
  private static double distance(double[] map, double[] m, double factor, double[] gradient) {
    int n = map.length;
    int least = 0;
    int greatest = 0;
    for (int i = 1; i < n; i++) {
      least = map[i] < map[least] ? i : least;
      greatest = map[i] > map[greatest] ? i : greatest;
    }
    double range = map[greatest] - map[least];
    double[] x = new double[n];
    double squares = 0;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      x[i] = range > 0 ? (map[i] - map[least]) / range : 0;
      double q = sigmoid(x[i] - ATTENDED);
      squares += (q - m[i]) * (q - m[i]);
      sum += q + m[i];
    }
    double divisor = Math.max(sum, LEAST);
    double distance = squares / divisor;
    if (range > 0) {
      double ofDivisor = sum > LEAST ? distance : 0;
      for (int i = 0; i < n; i++) {
        double q = sigmoid(x[i] - ATTENDED);
        double slope = STEEPNESS * q * sigmoid(ATTENDED - x[i]);
        double own = factor * (2 * (q - m[i]) - ofDivisor) / divisor * slope / range;
        gradient[i] += own;
        gradient[least] -= own * (1 - x[i]);
        gradient[greatest] -= own * x[i];
      }
    }
    return distance;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-STEEPNESS * x));
  }

  /** Each cell the mean of the pixels that it covers, those that its border cuts by their part. */
  private static double[] byArea(double[] pixels, int height, int width, int h, int w) {
    double[] cells = new double[h * w];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int i = y * h / height; i < h && i * height < (y + 1) * h; i++) {
          double rows = covered(y, i, height, h);
          for (int j = x * w / width; j < w && j * width < (x + 1) * w; j++) {
            cells[i * w + j] += rows * covered(x, j, width, w) * pixels[y * width + x];
          }
        }
      }
    }
    return cells;
  }

  /** The part of a cell that a pixel covers, along one side. */
  private static double covered(int pixel, int cell, int pixels, int cells) {
    int begin = Math.max(pixel * cells, cell * pixels);
    int end = Math.min((pixel + 1) * cells, (cell + 1) * pixels);
    return Math.max(0, end - begin) / (double) pixels;
  }
}
