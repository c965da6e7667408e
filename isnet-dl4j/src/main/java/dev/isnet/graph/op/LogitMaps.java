package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where relevance starts: logits [B, K] → [K·B, K], in map k of every image a one at logit k. */
public final class LogitMaps extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param logits for their shape
   */
  public LogitMaps(SDVariable logits) {
    super(1, logits);
  }

  @Override
  public boolean readsShapeOnly(int input) {
    return true;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {{in[0][0] * in[0][1], in[0][1]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells maps = Cells.of(out[0]);
    long images = in[0].size(0);
    long classes = in[0].size(1);
    return () -> {
      for (long row = 0; row < images * classes; row++) {
        for (long k = 0; k < classes; k++) {
          maps.set(row * classes + k, row / images == k ? 1 : 0);
        }
      }
    };
  }
}
