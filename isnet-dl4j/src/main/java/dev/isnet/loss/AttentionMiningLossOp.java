package dev.isnet.loss;

import dev.isnet.graph.op.Cells;
import dev.isnet.graph.op.Softmax;
import dev.isnet.graph.op.TwinOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The attention-mining loss of GAIN (Li et al., CVPR 2018): (logits [B, K] of the images from which
 * the attention was erased, labels [B, K]) → output 0: gradient of α·L with respect to the logits,
 * output 1: [L], L = mean over the images of the softmax probability of the true class. A
 * probability rather than a logit: that one has no least value, so minimising it never ends and
 * outgrows all other terms.
 */
public final class AttentionMiningLossOp extends TwinOp {

  private final double alpha;

  /**
   * Adds the loss.
   *
   * @param alpha α, factor of the gradient
   * @param logits of the erased images
   * @param labels one-hot rows
   */
  public AttentionMiningLossOp(double alpha, SDVariable logits, SDVariable labels) {
    super(2, logits, labels);
    this.alpha = alpha;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0], {1}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells logits = Cells.of(in[0]);
    Cells labels = Cells.of(in[1]);
    Cells gradient = Cells.of(out[0]);
    Cells loss = Cells.of(out[1]);
    int images = (int) in[0].size(0);
    int classes = (int) in[0].size(1);
    return () -> {
      double[] z = new double[classes];
      double[] y = new double[classes];
      double total = 0;
      for (int b = 0; b < images; b++) {
        logits.read((long) b * classes, z, classes);
        labels.read((long) b * classes, y, classes);
        double[] p = Softmax.of(z);
        double score = 0;
        for (int k = 0; k < classes; k++) {
          score += y[k] * p[k];
        }
        for (int k = 0; k < classes; k++) {
          p[k] *= alpha / images * (y[k] - score);
        }
        gradient.write((long) b * classes, p, classes);
        total += score;
      }
      loss.set(0, total / images);
    };
  }
}
