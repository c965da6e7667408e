package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where relevance starts when single logits are explained: for every map and image a row of
 * coefficients [K] with a one at the explained logit. Constant to gradients.
 */
public final class LogitMaps extends TwinOp {

  private final int first;
  private final int count;

  private LogitMaps(SDVariable logits, int first, int count) {
    super(1, logits);
    this.first = first;
    this.count = count;
  }

  /**
   * Some or all of the logits, one map each: [B, K] → [count·B, K].
   *
   * @param logits for their shape
   * @param first the first explained logit
   * @param count how many from there; 0 for all of them
   * @return the coefficients
   */
  public static SDVariable of(SDVariable logits, int first, int count) {
    return new LogitMaps(logits, first, count).out(0);
  }

  /**
   * All logits at once in one map: [B, K] → ones [B, K].
   *
   * @param logits for their shape
   * @return the coefficients
   */
  public static SDVariable together(SDVariable logits) {
    return new Constant(logits, 1).out(0);
  }

  @Override
  public boolean readsShapeOnly(int input) {
    return true;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long maps = count == 0 ? in[0][1] : count;
    return new long[][] {{in[0][0] * maps, in[0][1]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells maps = Cells.of(out[0]);
    long images = in[0].size(0);
    long classes = in[0].size(1);
    long rows = out[0].size(0);
    return () -> {
      for (long row = 0; row < rows; row++) {
        for (long k = 0; k < classes; k++) {
          maps.set(row * classes + k, first + row / images == k ? 1 : 0);
        }
      }
    };
  }
}
