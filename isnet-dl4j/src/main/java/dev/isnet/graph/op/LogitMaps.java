package dev.isnet.graph.op;

import dev.isnet.data.InputException;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where relevance starts when single logits are explained: for every map and image a row of
 * coefficients [K] with a one at the explained logit. Constant to gradients.
 */
public final class LogitMaps extends TwinOp {

  private final int[] chosen; // empty for all

  private LogitMaps(SDVariable logits, int... chosen) {
    super(1, logits);
    this.chosen = chosen;
  }

  /** One logit for each image: a selection that comes with the batch. */
  private static final class Selected extends TwinOp {
    Selected(SDVariable logits, SDVariable selection) {
      super(1, logits, selection);
    }

    @Override
    public boolean readsShapeOnly(int input) {
      return input == 0;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0].clone()};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells selection = Cells.of(in[1]);
      Cells maps = Cells.of(out[0]);
      long images = in[0].size(0);
      long classes = in[0].size(1);
      return () -> {
        for (long b = 0; b < images; b++) {
          for (long k = 0; k < classes; k++) {
            maps.set(b * classes + k, selection.get(b) == k ? 1 : 0);
          }
        }
      };
    }
  }

  /**
   * One logit for each image, one map: [B, K] → [B, K].
   *
   * @param logits for their shape
   * @param selection [B], for each image the position of its explained logit
   * @return the coefficients
   */
  public static SDVariable selected(SDVariable logits, SDVariable selection) {
    return new Selected(logits, selection).out(0);
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
    return new LogitMaps(logits, IntStream.range(first, first + count).toArray()).out(0);
  }

  /**
   * Chosen logits, one map each: [B, K] → [chosen·B, K].
   *
   * @param logits for their shape
   * @param chosen positions of the explained logits, at least one
   * @return the coefficients
   */
  public static SDVariable chosen(SDVariable logits, int... chosen) {
    return new LogitMaps(logits, chosen.clone()).out(0);
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
    for (int k : chosen) {
      if (k < 0 || k >= in[0][1]) {
        throw new InputException(
            "There is no class %d; the network has the classes 0 to %d."
                .formatted(k, in[0][1] - 1));
      }
    }
    long maps = chosen.length == 0 ? in[0][1] : chosen.length;
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
          int map = (int) (row / images);
          maps.set(row * classes + k, (chosen.length == 0 ? map : chosen[map]) == k ? 1 : 0);
        }
      }
    };
  }
}
