package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Turns a convolution's weights into those of its transpose: swaps the channel axes and turns every
 * kernel by half a turn. [O, C, kH, kW] → [C, O, kH, kW]; its own transpose and inverse.
 */
final class Flip extends TwinOp {

  Flip(SDVariable weights) {
    super(1, weights);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] w = in[0];
    return new long[][] {{w[1], w[0], w[2], w[3]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells source = Cells.of(in[0]);
    Cells target = Cells.of(out[0]);
    int outer = (int) in[0].size(0);
    int inner = (int) in[0].size(1);
    int kernel = (int) (in[0].size(2) * in[0].size(3));
    // A block of some outer channels is read row by row and written column by column.
    int block = Math.max(1, Math.min(outer, Cells.RUN * 8 / (inner * kernel)));
    int blocks = (outer + block - 1) / block;
    return () ->
        Parallel.shared(
            blocks,
            in[0].length(),
            (first, last) -> {
              double[] rows = new double[block * inner * kernel];
              double[] column = new double[block * kernel];
              for (int b = (int) first; b < last; b++) {
                int from = b * block;
                int count = Math.min(block, outer - from);
                source.read((long) from * inner * kernel, rows, count * inner * kernel);
                for (int i = 0; i < inner; i++) {
                  for (int o = 0; o < count; o++) {
                    for (int k = 0; k < kernel; k++) {
                      column[o * kernel + k] = rows[(o * inner + i + 1) * kernel - 1 - k];
                    }
                  }
                  target.write(((long) i * outer + from) * kernel, column, count * kernel);
                }
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new Flip(upstream).out(0));
  }
}
