package dev.isnet.graph.op;

import java.util.SplittableRandom;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One logit of every image, drawn anew in every step: the greatest one with probability ½, else one
 * of the others, each as likely. (logits [B, K], seed [1] LONG) → a one at the drawn logit, [B, K].
 * Constant to gradients.
 */
public final class DrawnLogit extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param logits the logits
   * @param seed one LONG, another one in every step
   */
  public DrawnLogit(SDVariable logits, SDVariable seed) {
    super(1, logits, seed);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells logits = Cells.of(in[0]);
    Cells drawn = Cells.of(out[0]);
    int images = (int) in[0].size(0);
    int classes = (int) in[0].size(1);
    return () -> {
      SplittableRandom random = new SplittableRandom(in[1].getLong(0));
      double[] row = new double[classes];
      for (int b = 0; b < images; b++) {
        logits.read((long) b * classes, row, classes);
        int chosen = draw(row, random);
        java.util.Arrays.fill(row, 0);
        row[chosen] = 1;
        drawn.write((long) b * classes, row, classes);
      }
    };
  }

  /**
   * Draws a class.
   *
   * @param logits the image's logits
   * @param random where chance comes from
   * @return the class
   */
  static int draw(double[] logits, SplittableRandom random) {
    int greatest = 0;
    for (int k = 1; k < logits.length; k++) {
      if (logits[k] > logits[greatest]) {
        greatest = k;
      }
    }
    boolean favourite = random.nextBoolean();
    if (favourite || logits.length == 1) {
      return greatest;
    }
    int other = random.nextInt(logits.length - 1);
    return other < greatest ? other : other + 1;
  }
}
