package dev.isnet.graph.op;

import org.bytedeco.javacpp.indexer.IntIndexer;
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
    return new long[][] {y, y};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells y = Cells.of(out[0]);
    IntIndexer winners = (IntIndexer) out[1].data().indexer();
    long h = in[0].size(2);
    long w = in[0].size(3);
    Window on = window.on(h, w);
    long outH = out[0].size(2);
    long outW = out[0].size(3);
    return () ->
        Parallel.each(
            in[0].size(0) * in[0].size(1),
            (first, last) -> {
              double[] image = new double[(int) (h * w)];
              double[] pooled = new double[(int) (outH * outW)];
              for (long plane = first; plane < last; plane++) {
                x.read(plane * image.length, image, image.length);
                for (int o = 0; o < pooled.length; o++) {
                  int winner = winner(image, (int) h, (int) w, on, o / outW, o % outW);
                  pooled[o] = image[winner];
                  winners.put(plane * pooled.length + o, winner);
                }
                y.write(plane * pooled.length, pooled, pooled.length);
              }
            });
  }

  /** Position of the greatest cell in the window of output cell (i, j); a NaN wins. */
  private static int winner(double[] image, int h, int w, Window on, long i, long j) {
    long i0 = i * on.strideH() - on.top(h);
    long j0 = j * on.strideW() - on.left(w);
    double best = Double.NEGATIVE_INFINITY;
    int winner = -1;
    for (int r = 0; r < on.kernelH(); r++) {
      long row = i0 + (long) r * on.dilationH();
      if (row < 0 || row >= h) {
        continue;
      }
      for (int c = 0; c < on.kernelW(); c++) {
        long column = j0 + (long) c * on.dilationW();
        if (column < 0 || column >= w) {
          continue;
        }
        double value = image[(int) (row * w + column)];
        if (value > best || winner < 0 || Double.isNaN(value)) {
          best = value;
          winner = (int) (row * w + column);
        }
      }
    }
    return winner;
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
      IntIndexer winners = (IntIndexer) in[1].data().indexer();
      Cells result = Cells.of(out[0]);
      int from = (int) (in[0].size(2) * in[0].size(3));
      int to = (int) (out[0].size(2) * out[0].size(3));
      long n = in[1].length();
      return () ->
          Parallel.each(
              in[0].length() / from,
              (first, last) -> {
                double[] pooled = new double[from];
                double[] image = new double[to];
                for (long plane = first; plane < last; plane++) {
                  java.util.Arrays.fill(image, 0);
                  signal.read(plane * from, pooled, from);
                  long winner = plane * from % n;
                  for (int i = 0; i < from; i++) {
                    image[winners.get(winner + i)] += pooled[i];
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

  /** The transpose of {@link ToWinners}: what stands at each window's winner. */
  private static final class FromWinners extends TwinOp {

    FromWinners(SDVariable image, SDVariable winners) {
      super(1, image, winners);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {{in[0][0], in[1][1], in[1][2], in[1][3]}};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells image = Cells.of(in[0]);
      IntIndexer winners = (IntIndexer) in[1].data().indexer();
      Cells result = Cells.of(out[0]);
      int from = (int) (in[0].size(2) * in[0].size(3));
      int to = (int) (out[0].size(2) * out[0].size(3));
      long n = in[1].length();
      return () ->
          Parallel.each(
              out[0].length() / to,
              (first, last) -> {
                double[] cells = new double[from];
                double[] pooled = new double[to];
                for (long plane = first; plane < last; plane++) {
                  image.read(plane * from, cells, from);
                  long winner = plane * to % n;
                  for (int i = 0; i < to; i++) {
                    pooled[i] = cells[winners.get(winner + i)];
                  }
                  result.write(plane * to, pooled, to);
                }
              });
    }
  }
}
