package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Takes borders from images [B, C, h, w], or puts borders of zeros around them. */
public final class Crop extends TwinOp {

  /**
   * Rows and columns at the four sides.
   *
   * @param top rows above
   * @param bottom rows below
   * @param left columns on the left
   * @param right columns on the right
   */
  public record Borders(int top, int bottom, int left, int right) {}

  private final Borders borders;
  private final boolean pads;

  private Crop(SDVariable x, Borders borders, boolean pads) {
    super(1, x);
    this.borders = borders;
    this.pads = pads;
  }

  /**
   * Without its borders.
   *
   * @param x [B, C, h, w]
   * @param borders what is cut off
   * @return the smaller image
   */
  public static SDVariable cropped(SDVariable x, Borders borders) {
    return new Crop(x, borders, false).out(0);
  }

  /**
   * With borders of zeros.
   *
   * @param x [B, C, h, w]
   * @param borders what is added
   * @return the larger image
   */
  public static SDVariable padded(SDVariable x, Borders borders) {
    return new Crop(x, borders, true).out(0);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] x = in[0];
    int sign = pads ? 1 : -1;
    return new long[][] {
      {
        x[0],
        x[1],
        x[2] + sign * (borders.top() + borders.bottom()),
        x[3] + sign * (borders.left() + borders.right())
      }
    };
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells source = Cells.of(in[0]);
    Cells target = Cells.of(out[0]);
    INDArray large = pads ? out[0] : in[0];
    INDArray small = pads ? in[0] : out[0];
    long rows = small.size(2);
    long columns = small.size(3);
    return () -> {
      if (pads) {
        out[0].assign(0);
      }
      Parallel.each(
          small.size(0) * small.size(1) * rows,
          (first, last) -> {
            for (long r = first; r < last; r++) {
              long row = r / rows * large.size(2) + r % rows + borders.top();
              long inLarge = row * large.size(3) + borders.left();
              long inSmall = r * columns;
              Cells.copy(
                  source, pads ? inSmall : inLarge, target, pads ? inLarge : inSmall, columns);
            }
          });
    };
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new Crop(upstream, borders, !pads).out(0));
  }
}
