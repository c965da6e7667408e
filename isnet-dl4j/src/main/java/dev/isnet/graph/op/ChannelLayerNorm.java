package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Layer normalisation over the channels of every cell of x [B, C, h, w]: output 0 is y = g ⊙ (x −
 * mean)/√(variance + ε) + b, outputs 1 and 2 are mean and 1/√(variance + ε) of each cell.
 */
public final class ChannelLayerNorm extends TwinOp {

  private final double epsilon;

  /**
   * Adds the operation.
   *
   * @param x input
   * @param gain g [C]
   * @param bias b [C]
   * @param epsilon ε above 0
   */
  public ChannelLayerNorm(SDVariable x, SDVariable gain, SDVariable bias, double epsilon) {
    super(3, x, gain, bias);
    this.epsilon = epsilon;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] x = in[0];
    long[] cells = {x[0], x[2] * x[3]};
    return new long[][] {x, cells, cells};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells gain = Cells.of(in[1]);
    Cells bias = Cells.of(in[2]);
    Cells y = Cells.of(out[0]);
    Cells means = Cells.of(out[1]);
    Cells inverses = Cells.of(out[2]);
    int channels = (int) in[0].size(1);
    int n = (int) out[1].size(1);
    return () ->
        Parallel.shared(
            in[0].size(0),
            in[0].length(),
            (first, last) -> {
              double[] row = new double[n];
              double[] mean = new double[n];
              double[] inverse = new double[n];
              for (long b = first; b < last; b++) {
                java.util.Arrays.fill(mean, 0);
                java.util.Arrays.fill(inverse, 0);
                for (long r = b * channels; r < (b + 1) * channels; r++) {
                  x.read(r * n, row, n);
                  for (int i = 0; i < n; i++) {
                    mean[i] += row[i] / channels;
                  }
                }
                for (long r = b * channels; r < (b + 1) * channels; r++) {
                  x.read(r * n, row, n);
                  for (int i = 0; i < n; i++) {
                    double deviation = row[i] - mean[i];
                    inverse[i] += deviation * deviation / channels;
                  }
                }
                for (int i = 0; i < n; i++) {
                  inverse[i] = 1 / Math.sqrt(inverse[i] + epsilon);
                }
                means.write(b * n, mean, n);
                inverses.write(b * n, inverse, n);
                for (int c = 0; c < channels; c++) {
                  long r = b * channels + c;
                  double g = gain.get(c);
                  double shift = bias.get(c);
                  x.read(r * n, row, n);
                  for (int i = 0; i < n; i++) {
                    row[i] = (row[i] - mean[i]) * inverse[i] * g + shift;
                  }
                  y.write(r * n, row, n);
                }
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    Gradient gradient = new Gradient(arg(0), arg(1), out(1), out(2), upstream);
    for (int i = 0; i < 3; i++) {
      sink.add(i, gradient.out(i));
    }
  }

  /** (x, g, mean, 1/σ, dy) → (dx, dg, db). */
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
      Cells means = Cells.of(in[2]);
      Cells inverses = Cells.of(in[3]);
      Cells dy = Cells.of(in[4]);
      Cells dx = Cells.of(out[0]);
      int images = (int) in[0].size(0);
      int channels = (int) in[0].size(1);
      int n = (int) in[2].size(1);
      return () -> {
        double[][] dGain = new double[images][channels]; // added up in order, whatever the threads
        double[][] dBias = new double[images][channels];
        Parallel.shared(
            images,
            in[0].length(),
            (first, last) -> {
              double[] row = new double[n];
              double[] up = new double[n];
              double[] mean = new double[n];
              double[] inverse = new double[n];
              double[] sum = new double[n];
              double[] product = new double[n];
              for (int b = (int) first; b < last; b++) {
                means.read((long) b * n, mean, n);
                inverses.read((long) b * n, inverse, n);
                java.util.Arrays.fill(sum, 0);
                java.util.Arrays.fill(product, 0);
                for (int c = 0; c < channels; c++) {
                  long at = ((long) b * channels + c) * n;
                  double g = gain.get(c) / channels;
                  double towardsGain = 0;
                  double towardsBias = 0;
                  x.read(at, row, n);
                  dy.read(at, up, n);
                  for (int i = 0; i < n; i++) {
                    double normalised = (row[i] - mean[i]) * inverse[i];
                    towardsGain += up[i] * normalised;
                    towardsBias += up[i];
                    sum[i] += up[i] * g;
                    product[i] += up[i] * g * normalised;
                  }
                  dGain[b][c] = towardsGain;
                  dBias[b][c] = towardsBias;
                }
                for (int c = 0; c < channels; c++) {
                  long at = ((long) b * channels + c) * n;
                  double g = gain.get(c);
                  x.read(at, row, n);
                  dy.read(at, up, n);
                  for (int i = 0; i < n; i++) {
                    double normalised = (row[i] - mean[i]) * inverse[i];
                    up[i] = inverse[i] * (up[i] * g - sum[i] - normalised * product[i]);
                  }
                  dx.write(at, up, n);
                }
              }
            });
        Cells.of(out[1]).write(0, total(dGain, channels), channels);
        Cells.of(out[2]).write(0, total(dBias, channels), channels);
      };
    }

    private static double[] total(double[][] parts, int channels) {
      double[] total = new double[channels];
      for (double[] part : parts) {
        for (int c = 0; c < channels; c++) {
          total[c] += part[c];
        }
      }
      return total;
    }
  }
}
