package dev.isnet.loss;

import dev.isnet.graph.op.Cells;
import dev.isnet.graph.op.TwinOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The external supervision of extended GAIN (Li et al., CVPR 2018): (attention A [B, 1, h, w],
 * masks M [B, 1, h, w], counted [B]) → output 0: gradient of w·L with respect to A, output 1: [L],
 * L = mean over the images of the mean over pixels of (A − M)²; an image that is not counted adds
 * nothing.
 */
public final class AttentionMaskLossOp extends TwinOp {

  private final double weight;

  /**
   * Adds the loss.
   *
   * @param weight w, factor of the gradient
   * @param attention A, in [0, 1]
   * @param masks 1 foreground, 0 background
   * @param counted 1 for images with a mask, 0 for others
   */
  public AttentionMaskLossOp(
      double weight, SDVariable attention, SDVariable masks, SDVariable counted) {
    super(2, attention, masks, counted);
    this.weight = weight;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0], {1}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells attention = Cells.of(in[0]);
    Cells masks = Cells.of(in[1]);
    Cells counted = Cells.of(in[2]);
    Cells gradient = Cells.of(out[0]);
    Cells loss = Cells.of(out[1]);
    int images = (int) in[0].size(0);
    int pixels = (int) (in[0].length() / images);
    return () -> {
      double[] a = new double[pixels];
      double[] m = new double[pixels];
      double total = 0;
      for (int b = 0; b < images; b++) {
        attention.read((long) b * pixels, a, pixels);
        masks.read((long) b * pixels, m, pixels);
        double share = counted.get(b) > 0 ? 1.0 / images / pixels : 0;
        for (int i = 0; i < pixels; i++) {
          double difference = a[i] - m[i];
          total += share * difference * difference;
          a[i] = 2 * weight * share * difference;
        }
        gradient.write((long) b * pixels, a, pixels);
      }
      loss.set(0, total);
    };
  }
}
