package dev.isnet.graph.op;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Log-sum-exp pooling: x [B, C, h, w] → y [B, C], y = 1/r · ln mean exp(r·x) over the cells of a
 * channel. Its derivative is ∂y/∂x_i = p_i, the softmax of r·x over those cells.
 */
public final class LogSumExp extends TwinOp {

  private final double sharpness;

  /**
   * Adds the operation.
   *
   * @param x input
   * @param sharpness r &gt; 0
   */
  public LogSumExp(SDVariable x, double sharpness) {
    super(1, x);
    this.sharpness = sharpness;
  }

  /**
   * The transpose of the derivative: each cell takes its p_i of what arrives at its channel.
   *
   * @param signal [mB, C]
   * @return [mB, C, h, w]
   */
  public SDVariable transposed(SDVariable signal) {
    return new Spread(signal, arg(0), sharpness).out(0);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {{in[0][0], in[0][1]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells y = Cells.of(out[0]);
    int cells = cells(in[0]);
    return () ->
        Parallel.shared(
            in[0].size(0) * in[0].size(1),
            in[0].length(),
            (first, last) -> {
              double[] run = new double[cells];
              for (long plane = first; plane < last; plane++) {
                x.read(plane * cells, run, cells);
                y.set(plane, toShares(run, sharpness));
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, transposed(upstream));
  }

  private static int cells(INDArray images) {
    return (int) (images.size(2) * images.size(3));
  }

  /** Replaces every x by its p; gives y. */
  private static double toShares(double[] x, double sharpness) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : x) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.exp(sharpness * (x[i] - max));
      sum += x[i];
    }
    for (int i = 0; i < x.length; i++) {
      x[i] /= sum;
    }
    return max + Math.log(sum / x.length) / sharpness;
  }

  /** (signal s [mB, C], x [B, C, h, w]) → p_i·s, [mB, C, h, w]. Differentiable in both. */
  private static final class Spread extends TwinOp {
    private final double sharpness;

    Spread(SDVariable signal, SDVariable x, double sharpness) {
      super(1, signal, x);
      this.sharpness = sharpness;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {{in[0][0], in[1][1], in[1][2], in[1][3]}};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells signal = Cells.of(in[0]);
      Cells x = Cells.of(in[1]);
      Cells result = Cells.of(out[0]);
      int cells = cells(in[1]);
      long planes = in[1].size(0) * in[1].size(1);
      long all = in[0].length();
      return () ->
          Parallel.shared(
              planes,
              all * cells,
              (first, last) -> {
                double[] p = new double[cells];
                double[] run = new double[cells];
                for (long plane = first; plane < last; plane++) {
                  x.read(plane * cells, p, cells);
                  toShares(p, sharpness);
                  for (long map = plane; map < all; map += planes) {
                    double s = signal.get(map);
                    for (int i = 0; i < cells; i++) {
                      run[i] = s * p[i];
                    }
                    result.write(map * cells, run, cells);
                  }
                }
              });
    }

    @Override
    public void backward(SDVariable upstream, GradientSink sink) {
      if (sink.wants(0)) {
        sink.add(0, new Slopes(arg(0), arg(1), upstream, sharpness, true).out(0));
      }
      if (sink.wants(1)) {
        sink.add(1, new Slopes(arg(0), arg(1), upstream, sharpness, false).out(0));
      }
    }
  }

  /**
   * (signal s, x, upstream u) → Σ_i p_i·u_i, the gradient of s, or r·p_i·Σ s·(u_i − Σ_j p_j·u_j),
   * the gradient of x, the sum over the maps of an image.
   */
  private static final class Slopes extends TwinOp {
    private final double sharpness;
    private final boolean ofSignal;

    Slopes(
        SDVariable signal, SDVariable x, SDVariable upstream, double sharpness, boolean ofSignal) {
      super(1, signal, x, upstream);
      this.sharpness = sharpness;
      this.ofSignal = ofSignal;
    }

    @Override
    public boolean readsShapeOnly(int input) {
      return input == 0 && ofSignal;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {ofSignal ? in[0] : in[1]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells signal = Cells.of(in[0]);
      Cells x = Cells.of(in[1]);
      Cells upstream = Cells.of(in[2]);
      Cells gradient = Cells.of(out[0]);
      int cells = cells(in[1]);
      long planes = in[1].size(0) * in[1].size(1);
      long all = in[0].length();
      return () ->
          Parallel.shared(
              planes,
              all * cells,
              (first, last) -> {
                double[] p = new double[cells];
                double[] u = new double[cells];
                double[] sum = new double[cells];
                for (long plane = first; plane < last; plane++) {
                  x.read(plane * cells, p, cells);
                  toShares(p, sharpness);
                  Arrays.fill(sum, 0);
                  for (long map = plane; map < all; map += planes) {
                    upstream.read(map * cells, u, cells);
                    double mean = 0;
                    for (int i = 0; i < cells; i++) {
                      mean += p[i] * u[i];
                    }
                    if (ofSignal) {
                      gradient.set(map, mean);
                    } else {
                      double s = signal.get(map);
                      for (int i = 0; i < cells; i++) {
                        sum[i] += s * sharpness * p[i] * (u[i] - mean);
                      }
                    }
                  }
                  if (!ofSignal) {
                    gradient.write(plane * cells, sum, cells);
                  }
                }
              });
    }
  }
}
