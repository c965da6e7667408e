package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Inverted dropout: output 0 is x ⊙ mask, output 1 the mask, 1/p with probability p and 0
 * otherwise. The mask depends on the seed and on the position alone, not on the number of threads.
 */
public final class Dropout extends TwinOp {

  private final double retain;
  private final long salt;

  /**
   * Adds the operation.
   *
   * @param x any shape
   * @param seed one LONG, another one in every step
   * @param retain probability p that a number is kept, in (0, 1]
   * @param salt tells the dropouts of one network apart
   */
  public Dropout(SDVariable x, SDVariable seed, double retain, long salt) {
    super(2, x, seed);
    this.retain = retain;
    this.salt = salt;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0], in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells y = Cells.of(out[0]);
    Cells mask = Cells.of(out[1]);
    return () -> {
      long key = mix(in[1].getLong(0) ^ mix(salt));
      Parallel.cells(
          in[0].length(),
          (first, last) -> {
            for (long i = first; i < last; i++) {
              double uniform = (mix(key + i * 0x9E3779B97F4A7C15L) >>> 11) * 0x1p-53;
              double m = uniform < retain ? 1 / retain : 0;
              mask.set(i, m);
              y.set(i, m * x.get(i));
            }
          });
    };
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new MapsScale(upstream, out(1), new Factor.Activation()).out(0));
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
