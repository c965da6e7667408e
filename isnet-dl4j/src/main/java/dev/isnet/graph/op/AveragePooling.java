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
        Parallel.each(
            in[0].size(0) * in[0].size(1),
            (first, last) ->
                walk.planes(
                    first,
                    last,
                    (input, output, share) -> y.set(output, y.get(output) + share * x.get(input)),
                    output -> y.set(output, 0)));
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
      long cells = out[0].size(2) * out[0].size(3);
      Walk walk = new Walk(out[0].size(2), out[0].size(3), in[0].size(2), in[0].size(3));
      return () ->
          Parallel.each(
              in[0].size(0) * in[0].size(1),
              (first, last) -> {
                for (long i = first * cells; i < last * cells; i++) {
                  x.set(i, 0);
                }
                walk.planes(
                    first,
                    last,
                    (input, output, share) ->
                        x.set(input, x.get(input) + share * signal.get(output)),
                    output -> {});
              });
    }

    @Override
    public void backward(SDVariable upstream, GradientSink sink) {
      sink.add(0, new AveragePooling(upstream, window, divisor).out(0));
    }
  }

  @FunctionalInterface
  private interface Pair {
    void visit(long input, long output, double share);
  }

  @FunctionalInterface
  private interface Output {
    void visit(long output);
  }

  /** Visits every pair of an input cell and the output cell that it has a share in. */
  private final class Walk {
    private final long h;
    private final long w;
    private final long outH;
    private final long outW;
    private final Window on;

    Walk(long h, long w, long outH, long outW) {
      this.h = h;
      this.w = w;
      this.outH = outH;
      this.outW = outW;
      this.on = window.on(h, w);
    }

    void planes(long first, long last, Pair pair, Output before) {
      long top = on.top(h);
      long left = on.left(w);
      for (long o = first * outH * outW; o < last * outH * outW; o++) {
        before.visit(o);
        long plane = o / (outH * outW) * h * w;
        long i0 = o / outW % outH * on.strideH() - top;
        long j0 = o % outW * on.strideW() - left;
        long cells = 0;
        for (int r = 0; r < on.kernelH(); r++) {
          for (int c = 0; c < on.kernelW(); c++) {
            cells += inside(i0 + (long) r * on.dilationH(), j0 + (long) c * on.dilationW());
          }
        }
        double share =
            switch (divisor) {
              case ONE -> 1;
              case CELLS -> 1.0 / cells;
              case WINDOW -> 1.0 / (on.kernelH() * on.kernelW());
            };
        for (int r = 0; r < on.kernelH(); r++) {
          for (int c = 0; c < on.kernelW(); c++) {
            long i = i0 + (long) r * on.dilationH();
            long j = j0 + (long) c * on.dilationW();
            if (inside(i, j) == 1) {
              pair.visit(plane + i * w + j, o, share);
            }
          }
        }
      }
    }

    private int inside(long i, long j) {
      return i >= 0 && i < h && j >= 0 && j < w ? 1 : 0;
    }
  }
}
