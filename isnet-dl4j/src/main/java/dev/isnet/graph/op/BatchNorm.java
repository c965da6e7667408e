package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalisation over all axes but the second: (x [B, C, …], γ [C], β [C]) → output 0: y,
 * output 1: mean [C], output 2: biased variance [C]. With given mean and variance it uses those and
 * only passes them on.
 */
public final class BatchNorm extends TwinOp {

  private final double epsilon;
  private final boolean batchStatistics;

  /**
   * Normalises by the batch's own statistics, as in training.
   *
   * @param x input
   * @param gamma scale
   * @param beta shift
   * @param epsilon added to the variance
   */
  public BatchNorm(SDVariable x, SDVariable gamma, SDVariable beta, double epsilon) {
    super(3, x, gamma, beta);
    this.epsilon = epsilon;
    this.batchStatistics = true;
  }

  /**
   * Normalises by given statistics, as in evaluation.
   *
   * @param x input
   * @param gamma scale
   * @param beta shift
   * @param mean mean of each channel
   * @param variance variance of each channel
   * @param epsilon added to the variance
   */
  public BatchNorm(
      SDVariable x,
      SDVariable gamma,
      SDVariable beta,
      SDVariable mean,
      SDVariable variance,
      double epsilon) {
    super(3, x, gamma, beta, mean, variance);
    this.epsilon = epsilon;
    this.batchStatistics = false;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0], in[1], in[1]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells gamma = Cells.of(in[1]);
    Cells beta = Cells.of(in[2]);
    Cells y = Cells.of(out[0]);
    Cells mean = Cells.of(out[1]);
    Cells variance = Cells.of(out[2]);
    Channels channels = Channels.of(in[0], 1);
    Runnable statistics =
        batchStatistics
            ? () -> measure(x, channels, mean, variance)
            : () -> {
              out[1].assign(in[3]);
              out[2].assign(in[4]);
            };
    return () -> {
      statistics.run();
      channels.each(
          (parcel, values, unused) -> {
            x.read(parcel.from(), values, parcel.length());
            for (int c = 0, i = 0; c < parcel.channels(); c++) {
              int channel = parcel.channel() + c;
              double scale = gamma.get(channel) / Math.sqrt(variance.get(channel) + epsilon);
              double shift = beta.get(channel) - mean.get(channel) * scale;
              for (int end = i + parcel.each(); i < end; i++) {
                values[i] = values[i] * scale + shift;
              }
            }
            y.write(parcel.from(), values, parcel.length());
          });
    };
  }

  /** Mean and biased variance of each channel, in two passes. */
  private static void measure(Cells x, Channels channels, Cells mean, Cells variance) {
    channels.sum(
        1,
        (parcel, values, unused, sums) -> {
          x.read(parcel.from(), values, parcel.length());
          for (int c = 0, i = 0; c < parcel.channels(); c++, i += parcel.each()) {
            sums[0][c] += Runs.sum(values, i, i + parcel.each());
          }
        },
        (channel, place, sums) -> mean.set(channel, sums[0][place] / channels.cells()));
    channels.sum(
        1,
        (parcel, values, unused, sums) -> {
          x.read(parcel.from(), values, parcel.length());
          for (int c = 0, i = 0; c < parcel.channels(); c++, i += parcel.each()) {
            double mu = mean.get(parcel.channel() + c);
            sums[0][c] += Runs.squares(values, mu, i, i + parcel.each());
          }
        },
        (channel, place, sums) -> variance.set(channel, sums[0][place] / channels.cells()));
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    Gradient gradient =
        new Gradient(batchStatistics, epsilon, arg(0), arg(1), out(1), out(2), upstream);
    for (int i = 0; i < 3; i++) {
      sink.add(i, gradient.out(i));
    }
  }

  /** (x, γ, mean, variance, dy) → (dx, dγ, dβ). */
  private static final class Gradient extends TwinOp {

    private final boolean batchStatistics;
    private final double epsilon;

    Gradient(boolean batchStatistics, double epsilon, SDVariable... inputs) {
      super(3, inputs);
      this.batchStatistics = batchStatistics;
      this.epsilon = epsilon;
    }

    @Override
    public boolean worksInPlace(int input) {
      return input == 4;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0], in[1], in[1]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells x = Cells.of(in[0]);
      Cells gamma = Cells.of(in[1]);
      Cells mean = Cells.of(in[2]);
      Cells variance = Cells.of(in[3]);
      Cells dy = Cells.of(in[4]);
      Cells dx = Cells.of(out[0]);
      Cells dGamma = Cells.of(out[1]);
      Cells dBeta = Cells.of(out[2]);
      Channels channels = Channels.of(in[0], 1);
      return () -> {
        channels.sum(
            2,
            (parcel, a, b, sums) -> {
              x.read(parcel.from(), a, parcel.length());
              dy.read(parcel.from(), b, parcel.length());
              for (int c = 0, i = 0; c < parcel.channels(); c++, i += parcel.each()) {
                double mu = mean.get(parcel.channel() + c);
                int end = i + parcel.each();
                double sum = Runs.sum(b, i, end);
                sums[0][c] += sum;
                sums[1][c] += Runs.dot(a, b, i, end) - mu * sum;
              }
            },
            (channel, place, sums) -> {
              dBeta.set(channel, sums[0][place]);
              dGamma.set(channel, sums[1][place] / Math.sqrt(variance.get(channel) + epsilon));
            });
        double share = batchStatistics ? 1.0 / channels.cells() : 0;
        channels.each(
            (parcel, a, b) -> {
              x.read(parcel.from(), a, parcel.length());
              dy.read(parcel.from(), b, parcel.length());
              for (int c = 0, i = 0; c < parcel.channels(); c++) {
                int channel = parcel.channel() + c;
                double mu = mean.get(channel);
                double inverse = 1 / Math.sqrt(variance.get(channel) + epsilon);
                double scale = gamma.get(channel) * inverse;
                double meanSum = dBeta.get(channel) * share;
                double meanProduct = dGamma.get(channel) * share * inverse;
                for (int end = i + parcel.each(); i < end; i++) {
                  b[i] = scale * (b[i] - meanSum - (a[i] - mu) * meanProduct);
                }
              }
              dx.write(parcel.from(), b, parcel.length());
            });
      };
    }
  }
}
