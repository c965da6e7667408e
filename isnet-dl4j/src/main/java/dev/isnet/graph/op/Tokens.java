package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A feature map as a sequence behind a class token, with an embedding of the positions: (x [B, D,
 * h, w], class token [D], positions [D, h·w + 1]) → [B, D, 1, h·w + 1].
 */
public final class Tokens extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param x feature map
   * @param classToken what comes first
   * @param positions what is added
   */
  public Tokens(SDVariable x, SDVariable classToken, SDVariable positions) {
    super(1, x, classToken, positions);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] x = in[0];
    if (in[2][1] != x[2] * x[3] + 1) {
      throw refused(
          "has embeddings of %d positions, but the map has %d×%d cells; give images of the size that it was made for"
              .formatted(in[2][1], x[2], x[3]));
    }
    return new long[][] {{x[0], x[1], 1, in[2][1]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells token = Cells.of(in[1]);
    Cells positions = Cells.of(in[2]);
    Cells y = Cells.of(out[0]);
    int channels = (int) in[0].size(1);
    int tokens = (int) out[0].size(3);
    int cells = tokens - 1;
    return () ->
        Parallel.each(
            in[0].size(0) * channels,
            (first, last) -> {
              double[] row = new double[cells];
              double[] sum = new double[tokens];
              for (long r = first; r < last; r++) {
                long channel = r % channels;
                positions.read(channel * tokens, sum, tokens);
                x.read(r * cells, row, cells);
                sum[0] += token.get(channel);
                for (int i = 0; i < cells; i++) {
                  sum[i + 1] += row[i];
                }
                y.write(r * tokens, sum, tokens);
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    Gradient gradient = new Gradient(arg(0), upstream);
    for (int i = 0; i < 3; i++) {
      sink.add(i, gradient.out(i));
    }
  }

  /** (x for its shape, dy) → (dx, d class token, d positions). */
  private static final class Gradient extends TwinOp {
    Gradient(SDVariable x, SDVariable upstream) {
      super(3, x, upstream);
    }

    @Override
    public boolean readsShapeOnly(int input) {
      return input == 0;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0], {in[0][1]}, {in[0][1], in[1][3]}};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells dy = Cells.of(in[1]);
      Cells dx = Cells.of(out[0]);
      Cells dToken = Cells.of(out[1]);
      Cells dPositions = Cells.of(out[2]);
      int channels = (int) in[0].size(1);
      int tokens = (int) in[1].size(3);
      int cells = tokens - 1;
      return () ->
          Parallel.each(
              channels,
              (first, last) -> {
                double[] row = new double[tokens];
                double[] sum = new double[tokens];
                double[] cellsOnly = new double[cells];
                for (long channel = first; channel < last; channel++) {
                  java.util.Arrays.fill(sum, 0);
                  for (long r = channel; r < in[1].size(0) * channels; r += channels) {
                    dy.read(r * tokens, row, tokens);
                    for (int i = 0; i < tokens; i++) {
                      sum[i] += row[i];
                    }
                    System.arraycopy(row, 1, cellsOnly, 0, cells);
                    dx.write(r * cells, cellsOnly, cells);
                  }
                  dPositions.write(channel * tokens, sum, tokens);
                  dToken.set(channel, sum[0]);
                }
              });
    }
  }
}
