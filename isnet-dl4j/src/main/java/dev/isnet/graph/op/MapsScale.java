package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiplies m maps of every image by a factor of that image's activation: maps [mB, …], activation
 * [B, …] → [mB, …]. Map k of image b stands at k·B + b. The factor is computed once for all maps.
 */
public final class MapsScale extends TwinOp {

  private final Factor factor;

  /**
   * Adds the operation.
   *
   * @param maps signal of m maps
   * @param activation what the factor is computed from
   * @param factor the function
   */
  public MapsScale(SDVariable maps, SDVariable activation, Factor factor) {
    super(1, maps, activation);
    this.factor = factor;
  }

  @Override
  public boolean worksInPlace(int input) {
    return input == 0;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells maps = Cells.of(in[0]);
    Cells activation = Cells.of(in[1]);
    Cells result = Cells.of(out[0]);
    long all = in[0].length();
    long n = in[1].length();
    return () ->
        Parallel.cells(
            n,
            (first, last) -> {
              double[] f = new double[Cells.RUN];
              double[] run = new double[Cells.RUN];
              for (long i = first; i < last; i += Cells.RUN) {
                int count = (int) Math.min(Cells.RUN, last - i);
                activation.read(i, f, count);
                factor.values(f, count);
                for (long j = i; j < all; j += n) {
                  maps.read(j, run, count);
                  for (int c = 0; c < count; c++) {
                    run[c] *= f[c];
                  }
                  result.write(j, run, count);
                }
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    if (sink.wants(0)) {
      sink.add(0, new MapsScale(upstream, arg(1), factor).out(0));
    }
    if (sink.wants(1)) {
      sink.add(1, new ActivationGradient(arg(0), upstream, arg(1), factor).out(0));
    }
  }

  /** (maps, upstream, activation) → f′(a)·Σ over the maps of map·upstream. */
  private static final class ActivationGradient extends TwinOp {

    private final Factor factor;

    ActivationGradient(SDVariable maps, SDVariable upstream, SDVariable activation, Factor factor) {
      super(1, maps, upstream, activation);
      this.factor = factor;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[2]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells maps = Cells.of(in[0]);
      Cells upstream = Cells.of(in[1]);
      Cells activation = Cells.of(in[2]);
      Cells result = Cells.of(out[0]);
      long all = in[0].length();
      long n = in[2].length();
      Factor slope = factor.derivative();
      return () ->
          Parallel.cells(
              n,
              (first, last) -> {
                double[] f = new double[Cells.RUN];
                double[] left = new double[Cells.RUN];
                double[] right = new double[Cells.RUN];
                double[] sum = new double[Cells.RUN];
                for (long i = first; i < last; i += Cells.RUN) {
                  int count = (int) Math.min(Cells.RUN, last - i);
                  java.util.Arrays.fill(sum, 0);
                  for (long j = i; j < all; j += n) {
                    maps.read(j, left, count);
                    upstream.read(j, right, count);
                    for (int c = 0; c < count; c++) {
                      sum[c] += left[c] * right[c];
                    }
                  }
                  activation.read(i, f, count);
                  slope.values(f, count);
                  for (int c = 0; c < count; c++) {
                    sum[c] *= f[c];
                  }
                  result.write(i, sum, count);
                }
              });
    }
  }
}
