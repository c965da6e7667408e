package dev.isnet.loss;

import dev.isnet.graph.op.Cells;
import dev.isnet.graph.op.TwinOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Positive or negative, as hierarchical attention mining asks (Ouyang et al., IEEE TMI 2020):
 * (anomaly logits [B, 1], labels [B, K]) → output 0: gradient of weight·L with respect to the
 * logits, output 1: [L], L the mean over the images of the sigmoid cross-entropy against their
 * greatest label. That is 1 for every image that has a class, so with single labels for all.
 */
public final class AnomalyLossOp extends TwinOp {

  private final double weight;

  /**
   * Adds the loss.
   *
   * @param weight factor of the gradient
   * @param logits one for each image
   * @param labels in [0, 1]
   */
  public AnomalyLossOp(double weight, SDVariable logits, SDVariable labels) {
    super(2, logits, labels);
    this.weight = weight;
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
    int classes = (int) in[1].size(1);
    return () -> {
      double total = 0;
      for (int b = 0; b < images; b++) {
        double target = 0;
        for (int k = 0; k < classes; k++) {
          target = Math.max(target, labels.get((long) b * classes + k));
        }
        double z = logits.get(b);
        total += Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z)));
        gradient.set(b, weight / images * (1 / (1 + Math.exp(-z)) - target));
      }
      loss.set(0, total / images);
    };
  }
}
