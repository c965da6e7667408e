package dev.isnet.loss;

import dev.isnet.data.InputException;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.Cells;
import dev.isnet.graph.op.TwinOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The classification loss in a twin's graph: (logits [B, K], labels [B, K], weights [B, K], factor
 * [1]) → output 0: gradient of factor·L_C with respect to the logits, output 1: [L_C], the mean
 * over the images of the softmax cross-entropy or of the sum over classes of the sigmoid
 * cross-entropies, as DL4J's losses have them, each class's term times its weight.
 */
public final class ClassificationLossOp extends TwinOp {

  private final Twin.Output output;

  /**
   * Adds the loss.
   *
   * @param output softmax for single labels, sigmoid for several; identity counts as softmax
   * @param logits logits
   * @param labels targets in [0, 1]; one-hot rows for single labels
   * @param weights of each class of each image, at least 0
   * @param factor of the gradient
   */
  public ClassificationLossOp(
      Twin.Output output,
      SDVariable logits,
      SDVariable labels,
      SDVariable weights,
      SDVariable factor) {
    super(2, logits, labels, weights, factor);
    this.output = output;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    if (in[0].length != 2) {
      throw new InputException(
          "The network's output has %d axes, but a classifier's has 2, batch and classes; a network that gives masks is trained as a segmenter."
              .formatted(in[0].length));
    }
    if (in[0][1] != in[1][1]) {
      throw new InputException(
          "The network has %d outputs, but the data have %d classes; both must be the same."
              .formatted(in[0][1], in[1][1]));
    }
    return new long[][] {in[0], {1}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells logits = Cells.of(in[0]);
    Cells labels = Cells.of(in[1]);
    Cells weights = Cells.of(in[2]);
    Cells factor = Cells.of(in[3]);
    Cells gradient = Cells.of(out[0]);
    Cells loss = Cells.of(out[1]);
    int images = (int) in[0].size(0);
    int classes = (int) in[0].size(1);
    return () -> {
      double total = 0;
      for (int b = 0; b < images; b++) {
        long row = (long) b * classes;
        double share = factor.get(0) / images;
        total +=
            output == Twin.Output.SIGMOID
                ? sigmoid(logits, labels, weights, row, classes, share, gradient)
                : softmax(logits, labels, weights, row, classes, share, gradient);
      }
      loss.set(0, total / images);
    };
  }

  private static double softmax(
      Cells logits,
      Cells labels,
      Cells weights,
      long row,
      int classes,
      double share,
      Cells gradient) {
    double max = Double.NEGATIVE_INFINITY;
    for (long i = row; i < row + classes; i++) {
      max = Math.max(max, logits.get(i));
    }
    double sum = 0;
    double mass = 0;
    for (long i = row; i < row + classes; i++) {
      sum += Math.exp(logits.get(i) - max);
      mass += weights.get(i) * labels.get(i);
    }
    double loss = 0;
    for (long i = row; i < row + classes; i++) {
      double logProbability = logits.get(i) - max - Math.log(sum);
      double weighted = weights.get(i) * labels.get(i);
      loss -= weighted * logProbability;
      gradient.set(i, share * (mass * Math.exp(logProbability) - weighted));
    }
    return loss;
  }

  private static double sigmoid(
      Cells logits,
      Cells labels,
      Cells weights,
      long row,
      int classes,
      double share,
      Cells gradient) {
    double loss = 0;
    for (long i = row; i < row + classes; i++) {
      double z = logits.get(i);
      double weight = weights.get(i);
      loss += weight * (Math.max(z, 0) - z * labels.get(i) + Math.log1p(Math.exp(-Math.abs(z))));
      gradient.set(i, share * weight * (1 / (1 + Math.exp(-z)) - labels.get(i)));
    }
    return loss;
  }
}
