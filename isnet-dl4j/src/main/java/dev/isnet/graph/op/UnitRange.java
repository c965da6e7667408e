package dev.isnet.graph.op;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Brings every map to [0, 1]: [N, …] → (x − min)/(max − min), min and max of one map. A map that is
 * the same everywhere becomes 0. The gradient flows through min and max too.
 */
public final class UnitRange extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param maps [N, …]
   */
  public UnitRange(SDVariable maps) {
    super(1, maps);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return in;
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells maps = Cells.of(in[0]);
    Cells result = Cells.of(out[0]);
    int cells = (int) (in[0].length() / in[0].size(0));
    return () ->
        Parallel.each(
            in[0].size(0),
            (first, last) -> {
              double[] x = new double[cells];
              for (long map = first; map < last; map++) {
                maps.read(map * cells, x, cells);
                Range range = Range.of(x);
                for (int i = 0; i < cells; i++) {
                  x[i] = range.share(x[i]);
                }
                result.write(map * cells, x, cells);
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new Gradient(arg(0), upstream).out(0));
  }

  /** Where a map is least and greatest, the first place each. */
  private record Range(int least, int greatest, double min, double max) {
    static Range of(double[] x) {
      int least = 0;
      int greatest = 0;
      for (int i = 1; i < x.length; i++) {
        least = x[i] < x[least] ? i : least;
        greatest = x[i] > x[greatest] ? i : greatest;
      }
      return new Range(least, greatest, x[least], x[greatest]);
    }

    boolean flat() {
      return !(max > min);
    }

    double share(double x) {
      return flat() ? 0 : (x - min) / (max - min);
    }
  }

  /** (x, upstream u) → u/(max − min), less at min and max what they do to all others. */
  private static final class Gradient extends TwinOp {
    Gradient(SDVariable maps, SDVariable upstream) {
      super(1, maps, upstream);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells maps = Cells.of(in[0]);
      Cells upstream = Cells.of(in[1]);
      Cells gradient = Cells.of(out[0]);
      int cells = (int) (in[0].length() / in[0].size(0));
      return () ->
          Parallel.each(
              in[0].size(0),
              (first, last) -> {
                double[] x = new double[cells];
                double[] u = new double[cells];
                for (long map = first; map < last; map++) {
                  maps.read(map * cells, x, cells);
                  upstream.read(map * cells, u, cells);
                  Range range = Range.of(x);
                  if (range.flat()) {
                    Arrays.fill(u, 0);
                  } else {
                    double ofMin = 0;
                    double ofMax = 0;
                    for (int i = 0; i < cells; i++) {
                      double share = range.share(x[i]);
                      u[i] /= range.max - range.min;
                      ofMin += u[i] * (1 - share);
                      ofMax += u[i] * share;
                    }
                    u[range.least] -= ofMin;
                    u[range.greatest] -= ofMax;
                  }
                  gradient.write(map * cells, u, cells);
                }
              });
    }
  }
}
