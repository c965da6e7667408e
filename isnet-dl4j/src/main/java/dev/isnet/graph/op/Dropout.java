package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dropout and its relatives: output 0 is x ⊙ factor + summand, output 1 the factor. Both depend on
 * the seed and on the position alone, not on the number of threads.
 */
public final class Dropout extends TwinOp {

  /** What is drawn. */
  public sealed interface Noise {

    /**
     * Whether something is added beside what is multiplied.
     *
     * @return true where the summand is not 0
     */
    default boolean adds() {
      return false;
    }

    /**
     * Inverted dropout: the factor is 1/p with probability p, else 0.
     *
     * @param retain p, in (0, 1]
     * @param spatial whether whole channels are dropped
     */
    record Drop(double retain, boolean spatial) implements Noise {}

    /**
     * Alpha dropout, which keeps mean and variance behind a SELU: a·(x·d + α′·(1 − d)) + b, d = 1
     * with probability p.
     *
     * @param retain p, in (0, 1]
     * @param low α′
     */
    record Alpha(double retain, double low) implements Noise {
      @Override
      public boolean adds() {
        return true;
      }
    }

    /**
     * The factor is normal around 1.
     *
     * @param deviation standard deviation
     */
    record Multiplied(double deviation) implements Noise {}

    /**
     * The factor is 1, the summand normal around 0.
     *
     * @param deviation standard deviation
     */
    record Added(double deviation) implements Noise {
      @Override
      public boolean adds() {
        return true;
      }
    }
  }

  private final Noise noise;
  private final long salt;

  /**
   * Adds the operation.
   *
   * @param x any shape
   * @param seed one LONG, another one in every step
   * @param noise what is drawn
   * @param salt tells the dropouts of one network apart
   */
  public Dropout(SDVariable x, SDVariable seed, Noise noise, long salt) {
    super(2, x, seed);
    this.noise = noise;
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
    Cells factor = Cells.of(out[1]);
    long plane = in[0].length() / (in[0].size(0) * in[0].size(1));
    return () -> {
      long key = mix(in[1].getLong(0) ^ mix(salt));
      Parallel.cells(
          in[0].length(),
          (first, last) -> {
            double[] drawn = new double[2];
            for (long i = first; i < last; i++) {
              draw(key, i, plane, drawn);
              factor.set(i, drawn[0]);
              y.set(i, drawn[0] * x.get(i) + drawn[1]);
            }
          });
    };
  }

  /** Draws factor and summand of a cell. */
  private void draw(long key, long cell, long plane, double[] drawn) {
    drawn[1] = 0;
    if (noise instanceof Noise.Drop drop) {
      double u = uniform(key, drop.spatial() ? cell / plane : cell);
      drawn[0] = u < drop.retain() ? 1 / drop.retain() : 0;
    } else if (noise instanceof Noise.Alpha alpha) {
      double p = alpha.retain();
      double low = alpha.low();
      double a = 1 / Math.sqrt(p + low * low * p * (1 - p));
      double b = -a * (1 - p) * low;
      boolean kept = uniform(key, cell) < p;
      drawn[0] = kept ? a : 0;
      drawn[1] = kept ? b : a * low + b;
    } else if (noise instanceof Noise.Multiplied multiplied) {
      drawn[0] = 1 + multiplied.deviation() * normal(key, cell);
    } else if (noise instanceof Noise.Added added) {
      drawn[0] = 1;
      drawn[1] = added.deviation() * normal(key, cell);
    }
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new MapsScale(upstream, out(1), new Factor.Activation()).out(0));
  }

  private static double uniform(long key, long i) {
    return (mix(key + i * 0x9E3779B97F4A7C15L) >>> 11) * 0x1p-53;
  }

  /** Box and Muller's transform of two uniform numbers. */
  private static double normal(long key, long i) {
    double radius = Math.sqrt(-2 * Math.log(1 - uniform(key, i)));
    return radius * Math.cos(2 * Math.PI * uniform(mix(key), i));
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
