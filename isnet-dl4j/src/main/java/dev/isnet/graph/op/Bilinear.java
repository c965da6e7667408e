package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Bilinear interpolation of [N, C, h, w] to another height and width, or its transpose. Cells are
 * squares: the centre of cell i of n lies at (i + ½)/n of the side, and beyond the outermost
 * centres values are constant.
 */
public final class Bilinear extends TwinOp {

  private final boolean transposed;

  private Bilinear(SDVariable x, SDVariable reference, boolean transposed) {
    super(1, x, reference);
    this.transposed = transposed;
  }

  /**
   * Interpolates.
   *
   * @param x [N, C, h, w]
   * @param reference gives height and width, […, H, W]
   * @return [N, C, H, W]
   */
  public static SDVariable resized(SDVariable x, SDVariable reference) {
    return new Bilinear(x, reference, false).out(0);
  }

  @Override
  public boolean readsShapeOnly(int input) {
    return input == 1;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {{in[0][0], in[0][1], in[1][2], in[1][3]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells source = Cells.of(in[0]);
    Cells target = Cells.of(out[0]);
    INDArray from = transposed ? out[0] : in[0];
    INDArray to = transposed ? in[0] : out[0];
    Axis rows = Axis.of((int) from.size(2), (int) to.size(2));
    Axis columns = Axis.of((int) from.size(3), (int) to.size(3));
    int w = (int) from.size(3);
    int wide = (int) to.size(3);
    int small = w * (int) from.size(2);
    int large = wide * (int) to.size(2);
    return () ->
        Parallel.each(
            in[0].size(0) * in[0].size(1),
            (first, last) -> {
              double[] x = new double[small];
              double[] y = new double[large];
              for (long plane = first; plane < last; plane++) {
                if (transposed) {
                  source.read(plane * large, y, large);
                  java.util.Arrays.fill(x, 0);
                } else {
                  source.read(plane * small, x, small);
                }
                for (int i = 0; i < large; i++) {
                  int r = i / wide;
                  int c = i % wide;
                  double down = rows.share[r];
                  double right = columns.share[c];
                  int topLeft = rows.before[r] * w + columns.before[c];
                  int bottomLeft = rows.after[r] * w + columns.before[c];
                  int topRight = rows.before[r] * w + columns.after[c];
                  int bottomRight = rows.after[r] * w + columns.after[c];
                  if (transposed) {
                    x[topLeft] += (1 - down) * (1 - right) * y[i];
                    x[topRight] += (1 - down) * right * y[i];
                    x[bottomLeft] += down * (1 - right) * y[i];
                    x[bottomRight] += down * right * y[i];
                  } else {
                    y[i] =
                        (1 - down) * ((1 - right) * x[topLeft] + right * x[topRight])
                            + down * ((1 - right) * x[bottomLeft] + right * x[bottomRight]);
                  }
                }
                if (transposed) {
                  target.write(plane * small, x, small);
                } else {
                  target.write(plane * large, y, large);
                }
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new Bilinear(upstream, arg(0), !transposed).out(0));
  }

  /** For each cell of the result its two neighbours, and the share of the second. */
  private record Axis(int[] before, int[] after, double[] share) {
    static Axis of(int from, int to) {
      Axis axis = new Axis(new int[to], new int[to], new double[to]);
      for (int i = 0; i < to; i++) {
        double place = Math.min(from - 1, Math.max(0, (i + 0.5) * from / to - 0.5));
        axis.before[i] = (int) place;
        axis.after[i] = Math.min(from - 1, axis.before[i] + 1);
        axis.share[i] = place - axis.before[i];
      }
      return axis;
    }
  }
}
