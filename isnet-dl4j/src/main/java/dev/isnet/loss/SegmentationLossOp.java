package dev.isnet.loss;

import dev.isnet.data.InputException;
import dev.isnet.graph.op.Cells;
import dev.isnet.graph.op.Parallel;
import dev.isnet.graph.op.TwinOp;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss of a segmenter in a twin's graph: (logits [B, 1, h, w], masks [B, 1, h, w], counted [B])
 * → output 0: gradient with respect to the logits, output 1: [cross-entropy, 1 − soft Dice]. The
 * loss is the sum of the two.
 *
 * <p>With p the sigmoid of the logits and m the mask, the cross-entropy of an image is the mean
 * over its pixels of −m·ln p − (1 − m)·ln(1 − p), and its soft Dice coefficient is (2·Σpm + 1)/(Σp
 * + Σm + 1), sums over its pixels (Milletari et al. 2016; the ones keep an empty image defined).
 * Both are means over the images that count; where none does, loss and gradient are 0.
 *
 * <p>Value and gradient come from one pass, so the backward pass starts from output 0.
 */
public final class SegmentationLossOp extends TwinOp {

  private static final double SMOOTHING = 1;

  /**
   * Adds the loss.
   *
   * @param logits one for each pixel
   * @param masks 1 for foreground, 0 for background
   * @param counted 1 for images with a mask, 0 for others, which are left out
   */
  public SegmentationLossOp(SDVariable logits, SDVariable masks, SDVariable counted) {
    super(2, logits, masks, counted);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    if (!Arrays.equals(in[0], in[1])) {
      throw new InputException(
          "The network's output is %s, but the masks are %s (batch, planes, height, width); a segmenter gives one logit for each pixel, as a U-Net does."
              .formatted(Arrays.toString(in[0]), Arrays.toString(in[1])));
    }
    return new long[][] {in[0], {2}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells logits = Cells.of(in[0]);
    Cells masks = Cells.of(in[1]);
    Cells counted = Cells.of(in[2]);
    Cells gradient = Cells.of(out[0]);
    Cells terms = Cells.of(out[1]);
    int images = (int) in[0].size(0);
    int pixels = (int) (in[0].length() / images);
    return () -> {
      int counting = 0;
      for (int b = 0; b < images; b++) {
        counting += counted.get(b) > 0 ? 1 : 0;
      }
      double share = 1.0 / Math.max(1, counting);
      double[] crossEntropy = new double[images];
      double[] dice = new double[images];
      Parallel.each(
          images,
          (from, to) -> {
            for (int b = (int) from; b < to; b++) {
              Image image = new Image(logits, masks, (long) b * pixels, pixels);
              if (counted.get(b) > 0) {
                crossEntropy[b] = image.crossEntropy();
                dice[b] = image.diceLoss();
                image.writeGradient(share, gradient);
              } else {
                gradient.write((long) b * pixels, new double[pixels], pixels);
              }
            }
          });
      terms.set(0, share * Arrays.stream(crossEntropy).sum());
      terms.set(1, share * Arrays.stream(dice).sum());
    };
  }

  /** One image's pixels: their sums first, then the gradient. */
  private static final class Image {
    private final long start;
    private final double[] mask;
    private final double[] probability;
    private double crossEntropy;
    private double overlap;
    private double sizes;

    Image(Cells logits, Cells masks, long start, int pixels) {
      this.start = start;
      mask = new double[pixels];
      probability = new double[pixels];
      masks.read(start, mask, pixels);
      logits.read(start, probability, pixels);
      for (int i = 0; i < pixels; i++) {
        double z = probability[i];
        double small = Math.exp(-Math.abs(z));
        crossEntropy += Math.max(z, 0) - z * mask[i] + Math.log1p(small);
        double p = (z >= 0 ? 1 : small) / (1 + small);
        probability[i] = p;
        overlap += p * mask[i];
        sizes += p + mask[i];
      }
    }

    double crossEntropy() {
      return crossEntropy / mask.length;
    }

    double diceLoss() {
      return 1 - (2 * overlap + SMOOTHING) / (sizes + SMOOTHING);
    }

    /** d/dz of both terms: (p − m)/n, and −dDice/dp · p(1 − p). */
    void writeGradient(double share, Cells gradient) {
      double denominator = sizes + SMOOTHING;
      double dice = (2 * overlap + SMOOTHING) / denominator;
      double[] values = new double[mask.length];
      for (int i = 0; i < values.length; i++) {
        double p = probability[i];
        double ofDice = (2 * mask[i] - dice) / denominator;
        values[i] = share * ((p - mask[i]) / mask.length - ofDice * p * (1 - p));
      }
      gradient.write(start, values, values.length);
    }
  }
}
