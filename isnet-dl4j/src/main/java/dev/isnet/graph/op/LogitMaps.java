package dev.isnet.graph.op;

import dev.isnet.data.InputException;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where relevance starts when single logits are explained: for every map and image a row of
 * coefficients [K] with a one at the explained logit. Constant to gradients.
 */
public final class LogitMaps extends TwinOp {

  private final int first;
  private final int count; // 0 for all
  private final boolean chosen;

  private LogitMaps(int first, int count, boolean chosen, SDVariable... inputs) {
    super(1, inputs);
    this.first = first;
    this.count = count;
    this.chosen = chosen;
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
    return new LogitMaps(first, count, false, logits).out(0);
  }

  /**
   * Chosen logits, one map each: [B, K] → [mB, K].
   *
   * @param logits for their shape
   * @param chosen positions of the explained logits, [m], read in each run
   * @return the coefficients; a row of zeros for a logit that there is not
   */
  public static SDVariable chosen(SDVariable logits, SDVariable chosen) {
    return new LogitMaps(0, 0, true, logits, chosen).out(0);
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
    return input == 0;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] logits = in[0];
    if (logits.length != 2) {
      throw new InputException(
          "The network gives logits of the shape %s; relevance explains a classifier's, one row of classes an image."
              .formatted(Arrays.toString(logits)));
    }
    long maps = chosen ? in[1][0] : count == 0 ? logits[1] : count;
    return new long[][] {{logits[0] * maps, logits[1]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells maps = Cells.of(out[0]);
    long images = in[0].size(0);
    long classes = in[0].size(1);
    long rows = out[0].size(0);
    Optional<Cells> choice = chosen ? Optional.of(Cells.of(in[1])) : Optional.empty();
    return () -> {
      for (long row = 0; row < rows; row++) {
        long map = row / images;
        long logit = choice.map(c -> (long) c.get(map)).orElse(first + map);
        for (long k = 0; k < classes; k++) {
          maps.set(row * classes + k, logit == k ? 1 : 0);
        }
      }
    };
  }
}
