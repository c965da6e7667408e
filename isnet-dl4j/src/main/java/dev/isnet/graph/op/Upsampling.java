package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Repeats every cell of [B, C, h, w], or adds the copies up again. */
public final class Upsampling extends TwinOp {

  private final int rows;
  private final int columns;
  private final boolean repeats;

  private Upsampling(SDVariable x, int rows, int columns, boolean repeats) {
    super(1, x);
    this.rows = rows;
    this.columns = columns;
    this.repeats = repeats;
  }

  /**
   * Every cell becomes a block of equal cells.
   *
   * @param x [B, C, h, w]
   * @param rows height of a block
   * @param columns width of a block
   * @return [B, C, rows·h, columns·w]
   */
  public static SDVariable repeated(SDVariable x, int rows, int columns) {
    return new Upsampling(x, rows, columns, true).out(0);
  }

  /**
   * Every block becomes the sum of its cells.
   *
   * @param x [B, C, rows·h, columns·w]
   * @param rows height of a block
   * @param columns width of a block
   * @return [B, C, h, w]
   */
  public static SDVariable summed(SDVariable x, int rows, int columns) {
    return new Upsampling(x, rows, columns, false).out(0);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] x = in[0];
    return new long[][] {
      repeats
          ? new long[] {x[0], x[1], x[2] * rows, x[3] * columns}
          : new long[] {x[0], x[1], x[2] / rows, x[3] / columns}
    };
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells source = Cells.of(in[0]);
    Cells target = Cells.of(out[0]);
    INDArray small = repeats ? in[0] : out[0];
    int w = (int) small.size(3);
    int wide = w * columns;
    return () ->
        Parallel.each(
            small.size(0) * small.size(1) * small.size(2),
            (first, last) -> {
              double[] narrowRow = new double[w];
              double[] wideRow = new double[wide];
              for (long row = first; row < last; row++) {
                if (repeats) {
                  source.read(row * w, narrowRow, w);
                  for (int i = 0; i < wide; i++) {
                    wideRow[i] = narrowRow[i / columns];
                  }
                  for (long r = row * rows; r < (row + 1) * rows; r++) {
                    target.write(r * wide, wideRow, wide);
                  }
                } else {
                  java.util.Arrays.fill(narrowRow, 0);
                  for (long r = row * rows; r < (row + 1) * rows; r++) {
                    source.read(r * wide, wideRow, wide);
                    for (int i = 0; i < wide; i++) {
                      narrowRow[i / columns] += wideRow[i];
                    }
                  }
                  target.write(row * w, narrowRow, w);
                }
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new Upsampling(upstream, rows, columns, !repeats).out(0));
  }
}
