package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Σ|x| of each example: [B, …] → [B]. Constant to gradients. */
public final class AbsoluteSum extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param x at least one dimension
   */
  public AbsoluteSum(SDVariable x) {
    super(1, x);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {{in[0][0]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells sums = Cells.of(out[0]);
    long examples = in[0].size(0);
    long each = in[0].length() / examples;
    return () ->
        Parallel.shared(
            examples,
            in[0].length(),
            (first, last) -> {
              double[] run = new double[Cells.RUN];
              for (long example = first; example < last; example++) {
                double sum = 0;
                for (long i = 0; i < each; i += Cells.RUN) {
                  int count = (int) Math.min(Cells.RUN, each - i);
                  x.read(example * each + i, run, count);
                  for (int c = 0; c < count; c++) {
                    sum += Math.abs(run[c]);
                  }
                }
                sums.set(example, sum);
              }
            });
  }
}
