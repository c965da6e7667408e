package dev.isnet.graph.op;

import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Layer normalisation of x [B, n]: output 0 is y = g ⊙ (x − mean)/σ + b with mean and σ of each
 * row, output 1 is 1/σ [B], 0 where σ is.
 */
public final class LayerNorm extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param x input
   * @param gain g [n]
   * @param bias b [n]
   */
  public LayerNorm(SDVariable x, SDVariable gain, Optional<SDVariable> bias) {
    super(
        2,
        bias.map(b -> new SDVariable[] {x, gain, b}).orElseGet(() -> new SDVariable[] {x, gain}));
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0], {in[0][0]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells gain = Cells.of(in[1]);
    Optional<Cells> bias = in.length > 2 ? Optional.of(Cells.of(in[2])) : Optional.empty();
    Cells y = Cells.of(out[0]);
    Cells inverse = Cells.of(out[1]);
    int n = (int) in[0].size(1);
    return () ->
        Parallel.each(
            in[0].size(0),
            (first, last) -> {
              double[] row = new double[n];
              for (long r = first; r < last; r++) {
                x.read(r * n, row, n);
                center(row);
                double squares = 0;
                for (double deviation : row) {
                  squares += deviation * deviation;
                }
                // As in ND4J, nothing is added to σ, and a constant row becomes b.
                double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares / n);
                inverse.set(r, scale);
                for (int i = 0; i < n; i++) {
                  double shift = bias.isPresent() ? bias.get().get(i) : 0;
                  row[i] = row[i] * scale * gain.get(i) + shift;
                }
                y.write(r * n, row, n);
              }
            });
  }

  private static void center(double[] row) {
    double sum = 0;
    for (double value : row) {
      sum += value;
    }
    double mean = sum / row.length;
    for (int i = 0; i < row.length; i++) {
      row[i] -= mean;
    }
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    Gradient gradient = new Gradient(arg(0), arg(1), out(1), upstream);
    for (int i = 0; i < args().length; i++) {
      sink.add(i, gradient.out(i));
    }
  }

  /** (x, g, 1/σ, dy) → (dx, dg, db). */
  private static final class Gradient extends TwinOp {
    Gradient(SDVariable... inputs) {
      super(3, inputs);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0], in[1], in[1]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells x = Cells.of(in[0]);
      Cells gain = Cells.of(in[1]);
      Cells inverse = Cells.of(in[2]);
      Cells dy = Cells.of(in[3]);
      Cells dx = Cells.of(out[0]);
      int n = (int) in[0].size(1);
      return () -> {
        double[] row = new double[n];
        double[] up = new double[n];
        double[] dGain = new double[n];
        double[] dBias = new double[n];
        for (long r = 0; r < in[0].size(0); r++) {
          x.read(r * n, row, n);
          dy.read(r * n, up, n);
          center(row);
          double scale = inverse.get(r);
          double product = 0;
          for (int i = 0; i < n; i++) {
            dGain[i] += up[i] * row[i] * scale;
            dBias[i] += up[i];
            up[i] *= gain.get(i);
            product += up[i] * row[i];
          }
          center(up);
          double towardsSigma = product * scale * scale * scale / n;
          for (int i = 0; i < n; i++) {
            up[i] = up[i] * scale - row[i] * towardsSigma;
          }
          dx.write(r * n, up, n);
        }
        Cells.of(out[1]).write(0, dGain, n);
        Cells.of(out[2]).write(0, dBias, n);
      };
    }
  }

  /**
   * The transpose of the linear map that remains when σ is a constant: signal [mB, n] → [mB, n].
   *
   * @param signal what arrives at y
   * @return what goes to x
   */
  public SDVariable transposed(SDVariable signal) {
    return new Transposed(signal, arg(1), out(1)).out(0);
  }

  /** (s, g, 1/σ) → (s ⊙ g, centred)/σ. */
  private static final class Transposed extends TwinOp {
    Transposed(SDVariable signal, SDVariable gain, SDVariable inverse) {
      super(1, signal, gain, inverse);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells signal = Cells.of(in[0]);
      Cells gain = Cells.of(in[1]);
      Cells inverse = Cells.of(in[2]);
      Cells result = Cells.of(out[0]);
      int n = (int) in[0].size(1);
      long images = in[2].length();
      return () ->
          Parallel.each(
              in[0].size(0),
              (first, last) -> {
                double[] row = new double[n];
                for (long r = first; r < last; r++) {
                  signal.read(r * n, row, n);
                  for (int i = 0; i < n; i++) {
                    row[i] *= gain.get(i) * inverse.get(r % images);
                  }
                  center(row);
                  result.write(r * n, row, n);
                }
              });
    }

    @Override
    public void backward(SDVariable upstream, GradientSink sink) {
      TransposedGradient gradient = new TransposedGradient(arg(0), arg(1), arg(2), upstream);
      sink.add(0, gradient.out(0));
      sink.add(1, gradient.out(1));
    }
  }

  /** (s, g, 1/σ, upstream) → (ds, dg). */
  private static final class TransposedGradient extends TwinOp {
    TransposedGradient(SDVariable... inputs) {
      super(2, inputs);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0], in[1]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells signal = Cells.of(in[0]);
      Cells gain = Cells.of(in[1]);
      Cells inverse = Cells.of(in[2]);
      Cells upstream = Cells.of(in[3]);
      Cells dSignal = Cells.of(out[0]);
      int n = (int) in[0].size(1);
      long images = in[2].length();
      return () -> {
        double[] row = new double[n];
        double[] up = new double[n];
        double[] dGain = new double[n];
        for (long r = 0; r < in[0].size(0); r++) {
          signal.read(r * n, row, n);
          upstream.read(r * n, up, n);
          center(up);
          for (int i = 0; i < n; i++) {
            up[i] *= inverse.get(r % images);
            dGain[i] += up[i] * row[i];
            up[i] *= gain.get(i);
          }
          dSignal.write(r * n, up, n);
        }
        Cells.of(out[1]).write(0, dGain, n);
      };
    }
  }
}
