package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** f(x) for every number of x. */
public final class Elementwise extends TwinOp {

  private final Factor function;

  /**
   * Adds the operation.
   *
   * @param x any shape
   * @param function f
   */
  public Elementwise(SDVariable x, Factor function) {
    super(1, x);
    this.function = function;
  }

  @Override
  public boolean worksInPlace(int input) {
    return true;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return in;
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells y = Cells.of(out[0]);
    return () ->
        Parallel.cells(
            in[0].length(),
            (first, last) -> {
              double[] run = new double[Cells.RUN];
              for (long i = first; i < last; i += Cells.RUN) {
                int count = (int) Math.min(Cells.RUN, last - i);
                x.read(i, run, count);
                function.values(run, count);
                y.write(i, run, count);
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new MapsScale(upstream, arg(0), function.derivative()).out(0));
  }
}
