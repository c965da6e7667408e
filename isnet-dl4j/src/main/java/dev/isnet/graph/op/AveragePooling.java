package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Average or sum pooling of x [B, C, h, w]; global average pooling is the one with a window over
 * the whole image.
 */
public final class AveragePooling extends TwinOp {

  /** What the sum over a window is divided by. */
  public enum Divisor {
    /** Nothing: sum pooling. */
    ONE,
    /** The number of the image's cells in the window. */
    CELLS,
    /** The number of the window's cells, padding included. */
    WINDOW
  }

  private final Window window;
  private final Divisor divisor;

  /**
   * Adds the operation.
   *
   * @param x input
   * @param window the window
   * @param divisor what the sum over a window is divided by
   */
  public AveragePooling(SDVariable x, Window window, Divisor divisor) {
    super(1, x);
    this.window = window;
    this.divisor = divisor;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] x = in[0];
    Window on = window.on(x[2], x[3]);
    return new long[][] {{x[0], x[1], on.outH(x[2]), on.outW(x[3])}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells y = Cells.of(out[0]);
    Walk walk = new Walk(in[0].size(2), in[0].size(3), out[0].size(2), out[0].size(3));
    return () ->
        Parallel.shared(
            in[0].size(0) * in[0].size(1),
            in[0].length(),
            (first, last) -> {
              double[] image = new double[walk.h * walk.w];
              double[] pooled = new double[walk.outH * walk.outW];
              for (long plane = first; plane < last; plane++) {
                x.read(plane * image.length, image, image.length);
                java.util.Arrays.fill(pooled, 0);
                walk.plane((input, output, share) -> pooled[output] += share * image[input]);
                y.write(plane * pooled.length, pooled, pooled.length);
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new Transposed(upstream, arg(0)).out(0));
  }

  /**
   * The transpose of this pooling.
   *
   * @param signal what arrives at the pooled image, [mB, C, h′, w′]
   * @return [mB, C, h, w]
   */
  public SDVariable transposed(SDVariable signal) {
    return new Transposed(signal, arg(0)).out(0);
  }

  private final class Transposed extends TwinOp {

    Transposed(SDVariable signal, SDVariable input) {
      super(1, signal, input);
    }

    @Override
    public boolean readsShapeOnly(int input) {
      return input == 1;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {{in[0][0], in[1][1], in[1][2], in[1][3]}};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells signal = Cells.of(in[0]);
      Cells x = Cells.of(out[0]);
      Walk walk = new Walk(out[0].size(2), out[0].size(3), in[0].size(2), in[0].size(3));
      return () ->
          Parallel.shared(
              in[0].size(0) * in[0].size(1),
              out[0].length(),
              (first, last) -> {
                double[] image = new double[walk.h * walk.w];
                double[] pooled = new double[walk.outH * walk.outW];
                for (long plane = first; plane < last; plane++) {
                  signal.read(plane * pooled.length, pooled, pooled.length);
                  java.util.Arrays.fill(image, 0);
                  walk.plane((input, output, share) -> image[input] += share * pooled[output]);
                  x.write(plane * image.length, image, image.length);
                }
              });
    }

    @Override
    public void backward(SDVariable upstream, GradientSink sink) {
      sink.add(0, new AveragePooling(upstream, window, divisor).out(0));
    }
  }

  @FunctionalInterface
  private interface Pair {
    void visit(int input, int output, double share);
  }

  /** Visits every pair of an input cell and the output cell that it has a share in. */
  private final class Walk {
    private final int h;
    private final int w;
    private final int outH;
    private final int outW;
    private final Window on;

    Walk(long h, long w, long outH, long outW) {
      this.h = (int) h;
      this.w = (int) w;
      this.outH = (int) outH;
      this.outW = (int) outW;
      this.on = window.on(h, w);
    }

    void plane(Pair pair) {
      int top = (int) on.top(h);
      int left = (int) on.left(w);
      for (int o = 0; o < outH * outW; o++) {
        int i0 = o / outW * on.strideH() - top;
        int j0 = o % outW * on.strideW() - left;
        int rows = inside(i0, on.kernelH(), on.dilationH(), h);
        int columns = inside(j0, on.kernelW(), on.dilationW(), w);
        double share =
            switch (divisor) {
              case ONE -> 1;
              case CELLS -> 1.0 / (rows * columns);
              case WINDOW -> 1.0 / (on.kernelH() * on.kernelW());
            };
        for (int r = 0; r < on.kernelH(); r++) {
          int i = i0 + r * on.dilationH();
          if (i < 0 || i >= h) {
            continue;
          }
          for (int c = 0; c < on.kernelW(); c++) {
            int j = j0 + c * on.dilationW();
            if (j >= 0 && j < w) {
              pair.visit(i * w + j, o, share);
            }
          }
        }
      }
    }

    /** How many of a window's rows or columns lie inside the image. */
    private int inside(int start, int kernel, int dilation, int size) {
      int count = 0;
      for (int k = 0; k < kernel; k++) {
        int at = start + k * dilation;
        count += at >= 0 && at < size ? 1 : 0;
      }
      return count;
    }
  }
}
