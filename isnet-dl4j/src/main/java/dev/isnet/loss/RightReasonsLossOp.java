package dev.isnet.loss;

import dev.isnet.graph.op.Cells;
import dev.isnet.graph.op.TwinOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The penalty of RRR (Ross et al. 2017, "Right for the Right Reasons") in a twin's graph: (input
 * gradients G [B, C, h, w], masks M [B, 1, h, w], counted [B]) → output 0: gradient of λ·L with
 * respect to G, output 1: [L], L = mean over the images of Σ((1 − M)·G)², the sum over channels and
 * pixels; an image that is not counted adds nothing.
 */
public final class RightReasonsLossOp extends TwinOp {

  private final double lambda;

  /**
   * Adds the loss.
   *
   * @param lambda λ, factor of the gradient
   * @param gradients G, one map an image
   * @param masks 1 foreground, 0 background
   * @param counted 1 for images with a mask, 0 for others
   */
  public RightReasonsLossOp(
      double lambda, SDVariable gradients, SDVariable masks, SDVariable counted) {
    super(2, gradients, masks, counted);
    this.lambda = lambda;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0], {1}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells gradients = Cells.of(in[0]);
    Cells masks = Cells.of(in[1]);
    Cells counted = Cells.of(in[2]);
    Cells towards = Cells.of(out[0]);
    Cells loss = Cells.of(out[1]);
    int images = (int) in[0].size(0);
    int channels = (int) in[0].size(1);
    int pixels = (int) (in[0].size(2) * in[0].size(3));
    return () -> {
      double[] mask = new double[pixels];
      double[] g = new double[pixels];
      double total = 0;
      for (int b = 0; b < images; b++) {
        masks.read((long) b * pixels, mask, pixels);
        double share = counted.get(b) > 0 ? 1.0 / images : 0;
        for (int c = 0; c < channels; c++) {
          long start = ((long) b * channels + c) * pixels;
          gradients.read(start, g, pixels);
          for (int i = 0; i < pixels; i++) {
            double outside = (1 - mask[i]) * (1 - mask[i]) * g[i] * share;
            total += outside * g[i];
            g[i] = 2 * lambda * outside;
          }
          towards.write(start, g, pixels);
        }
      }
      loss.set(0, total);
    };
  }
}
