package dev.isnet.graph.op;

import java.nio.IntBuffer;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.IntPointer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Max pooling of x [B, C, h, w]. Output 0 is the pooled image, output 1 the winner of every window:
 * its position in its plane, the first one among equals.
 */
public final class MaxPooling extends TwinOp {

  private final Window window;

  /**
   * Adds the operation.
   *
   * @param x input
   * @param window the window; padding never wins
   */
  public MaxPooling(SDVariable x, Window window) {
    super(2, x);
    this.window = window;
  }

  @Override
  public DataType[] outputTypes(DataType type) {
    return new DataType[] {type, DataType.INT};
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] x = in[0];
    Window on = window.on(x[2], x[3]);
    long[] y = {x[0], x[1], on.outH(x[2]), on.outW(x[3])};
    if (seesPaddingOnly(y[2], on.kernelH(), on.strideH(), on.dilationH(), on.top(x[2]), x[2])
        || seesPaddingOnly(y[3], on.kernelW(), on.strideW(), on.dilationW(), on.left(x[3]), x[3])) {
      throw refused(
          "is a max pool of which a window lies wholly in the padding around %d×%d cells, where nothing can win; pad by less than the window"
              .formatted(x[2], x[3]));
    }
    return new long[][] {y, y};
  }

  /** Whether one of a row of windows holds no cell of the image. */
  private static boolean seesPaddingOnly(
      long windows, int kernel, int stride, int dilation, long before, long size) {
    return LongStream.range(0, windows)
        .map(window -> window * stride - before)
        .anyMatch(
            first ->
                LongStream.range(0, kernel)
                    .map(k -> first + k * dilation)
                    .noneMatch(at -> at >= 0 && at < size));
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    boolean dilated = window.dilationH() > 1 || window.dilationW() > 1;
    if (out[1] == null && !dilated) {
      // Nobody asks who won: ND4J's own pooling is faster, but does not tell.
      return NativeCall.of(
          "maxpool2d",
          in,
          new INDArray[] {out[0]},
          window.on(in[0].size(2), in[0].size(3)).poolingArguments());
    }
    Cells x = Cells.of(in[0]);
    Cells y = Cells.of(out[0]);
    Optional<IntBuffer> winners = Optional.ofNullable(out[1]).map(MaxPooling::winners);
    int h = (int) in[0].size(2);
    int w = (int) in[0].size(3);
    Window on = window.on(h, w);
    Plane plane = new Plane(on, h, w, (int) out[0].size(2), (int) out[0].size(3));
    return () ->
        Parallel.shared(
            in[0].size(0) * in[0].size(1),
            in[0].length(),
            (first, last) -> {
              double[] image = new double[h * w];
              double[] best = new double[plane.outH * plane.outW];
              int[] winner = new int[best.length];
              Optional<IntBuffer> target = winners.map(IntBuffer::duplicate);
              for (long p = first; p < last; p++) {
                x.read(p * image.length, image, image.length);
                plane.pool(image, best, winner);
                y.write(p * best.length, best, best.length);
                int at = (int) p * best.length;
                target.ifPresent(buffer -> buffer.position(at).put(winner));
              }
            });
  }

  private static IntBuffer winners(INDArray array) {
    return new IntPointer(array.data().pointer()).asBuffer();
  }

  /** Windows on one plane. */
  private record Plane(Window on, int h, int w, int outH, int outW) {

    /** Looks at one place of all windows after the other; the first of equals wins, and a NaN. */
    void pool(double[] image, double[] best, int[] winner) {
      java.util.Arrays.fill(best, Double.NEGATIVE_INFINITY);
      java.util.Arrays.fill(winner, -1);
      int top = (int) on.top(h);
      int left = (int) on.left(w);
      for (int r = 0; r < on.kernelH(); r++) {
        for (int c = 0; c < on.kernelW(); c++) {
          int column0 = c * on.dilationW() - left;
          int from = column0 >= 0 ? 0 : (-column0 + on.strideW() - 1) / on.strideW();
          int to = Math.min(outW, (w - 1 - column0) / on.strideW() + 1);
          if (column0 > w - 1) {
            continue;
          }
          for (int i = 0; i < outH; i++) {
            int row = i * on.strideH() + r * on.dilationH() - top;
            if (row >= 0 && row < h) {
              int at = row * w + column0 + from * on.strideW();
              for (int o = i * outW + from; o < i * outW + to; o++, at += on.strideW()) {
                double value = image[at];
                if (value > best[o] || winner[o] < 0 || Double.isNaN(value)) {
                  best[o] = value;
                  winner[o] = at;
                }
              }
            }
          }
        }
      }
    }
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new ToWinners(upstream, out(1), arg(0)).out(0));
  }

  /**
   * Winner takes all: every number of the signal [mB, C, h′, w′] goes to its window's winner, where
   * numbers from several windows add up → [mB, C, h, w].
   */
  public static final class ToWinners extends TwinOp {

    /**
     * Adds the operation.
     *
     * @param signal what arrives at the pooled image
     * @param winners output 1 of the pooling
     * @param input the pooling's input, for its shape
     */
    public ToWinners(SDVariable signal, SDVariable winners, SDVariable input) {
      super(1, signal, winners, input);
    }

    @Override
    public boolean readsShapeOnly(int input) {
      return input == 2;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {{in[0][0], in[2][1], in[2][2], in[2][3]}};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells signal = Cells.of(in[0]);
      IntBuffer winners = winners(in[1]);
      Cells result = Cells.of(out[0]);
      int from = (int) (in[0].size(2) * in[0].size(3));
      int to = (int) (out[0].size(2) * out[0].size(3));
      long n = in[1].length();
      return () ->
          Parallel.shared(
              in[0].length() / from,
              out[0].length(),
              (first, last) -> {
                double[] pooled = new double[from];
                double[] image = new double[to];
                int[] winner = new int[from];
                IntBuffer source = winners.duplicate();
                for (long plane = first; plane < last; plane++) {
                  java.util.Arrays.fill(image, 0);
                  signal.read(plane * from, pooled, from);
                  source.position((int) (plane * from % n));
                  source.get(winner);
                  for (int i = 0; i < from; i++) {
                    image[winner[i]] += pooled[i];
                  }
                  result.write(plane * to, image, to);
                }
              });
    }

    @Override
    public void backward(SDVariable upstream, GradientSink sink) {
      sink.add(0, new FromWinners(upstream, arg(1)).out(0));
    }
  }

  /**
   * The transpose of {@link ToWinners}: what stands at each window's winner, [mB, C, h, w] → [mB,
   * C, h′, w′].
   */
  public static final class FromWinners extends TwinOp {

    /**
     * Adds the operation.
     *
     * @param image cells as large as the pooling's input
     * @param winners output 1 of the pooling
     */
    public FromWinners(SDVariable image, SDVariable winners) {
      super(1, image, winners);
    }

    @Override
    public void backward(SDVariable upstream, GradientSink sink) {
      sink.add(0, new ToWinners(upstream, arg(1), arg(0)).out(0));
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {{in[0][0], in[1][1], in[1][2], in[1][3]}};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells image = Cells.of(in[0]);
      IntBuffer winners = winners(in[1]);
      Cells result = Cells.of(out[0]);
      int from = (int) (in[0].size(2) * in[0].size(3));
      int to = (int) (out[0].size(2) * out[0].size(3));
      long n = in[1].length();
      return () ->
          Parallel.shared(
              out[0].length() / to,
              in[0].length(),
              (first, last) -> {
                double[] cells = new double[from];
                double[] pooled = new double[to];
                int[] winner = new int[to];
                IntBuffer source = winners.duplicate();
                for (long plane = first; plane < last; plane++) {
                  image.read(plane * from, cells, from);
                  source.position((int) (plane * to % n));
                  source.get(winner);
                  for (int i = 0; i < to; i++) {
                    pooled[i] = cells[winner[i]];
                  }
                  result.write(plane * to, pooled, to);
                }
              });
    }
  }
}
