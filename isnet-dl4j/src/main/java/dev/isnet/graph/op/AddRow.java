package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Adds a bias [n] to every row of x [B, n]. */
public final class AddRow extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param x matrix
   * @param bias row
   */
  public AddRow(SDVariable x, SDVariable bias) {
    super(1, x, bias);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells bias = Cells.of(in[1]);
    Cells y = Cells.of(out[0]);
    long n = in[1].length();
    return () ->
        Parallel.cells(
            in[0].length(),
            (first, last) -> {
              for (long i = first; i < last; i++) {
                y.set(i, x.get(i) + bias.get(i % n));
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, upstream);
    if (sink.wants(1)) {
      sink.add(1, new SumRows(upstream).out(0));
    }
  }

  /** Sum over the rows: [B, n] → [n]. */
  private static final class SumRows extends TwinOp {

    SumRows(SDVariable x) {
      super(1, x);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {{in[0][1]}};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells x = Cells.of(in[0]);
      Cells y = Cells.of(out[0]);
      long rows = in[0].size(0);
      long n = in[0].size(1);
      return () ->
          Parallel.cells(
              n,
              (first, last) -> {
                for (long j = first; j < last; j++) {
                  double sum = 0;
                  for (long i = 0; i < rows; i++) {
                    sum += x.get(i * n + j);
                  }
                  y.set(j, sum);
                }
              });
    }
  }
}
