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
    Cells givenMean = batchStatistics ? mean : Cells.of(in[3]);
    Cells givenVariance = batchStatistics ? variance : Cells.of(in[4]);
    Channels channels = Channels.of(in[0], 1);
    return () ->
        Parallel.each(
            channels.count(),
            (first, last) -> {
              for (long c = first; c < last; c++) {
                double mu = givenMean.get(c);
                double var = givenVariance.get(c);
                if (batchStatistics) {
                  double sum = 0;
                  for (long o = 0; o < channels.outer(); o++) {
                    long from = channels.start(o, c);
                    for (long i = from; i < from + channels.inner(); i++) {
                      sum += x.get(i);
                    }
                  }
                  mu = sum / channels.cells();
                  double squares = 0;
                  for (long o = 0; o < channels.outer(); o++) {
                    long from = channels.start(o, c);
                    for (long i = from; i < from + channels.inner(); i++) {
                      double deviation = x.get(i) - mu;
                      squares += deviation * deviation;
                    }
                  }
                  var = squares / channels.cells();
                }
                mean.set(c, mu);
                variance.set(c, var);
                double scale = gamma.get(c) / Math.sqrt(var + epsilon);
                double shift = beta.get(c) - mu * scale;
                for (long o = 0; o < channels.outer(); o++) {
                  long from = channels.start(o, c);
                  for (long i = from; i < from + channels.inner(); i++) {
                    y.set(i, x.get(i) * scale + shift);
                  }
                }
              }
            });
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
      return () ->
          Parallel.each(
              channels.count(),
              (first, last) -> {
                for (long c = first; c < last; c++) {
                  double mu = mean.get(c);
                  double inverse = 1 / Math.sqrt(variance.get(c) + epsilon);
                  double sum = 0;
                  double product = 0;
                  for (long o = 0; o < channels.outer(); o++) {
                    long from = channels.start(o, c);
                    for (long i = from; i < from + channels.inner(); i++) {
                      double upstream = dy.get(i);
                      sum += upstream;
                      product += upstream * (x.get(i) - mu);
                    }
                  }
                  product *= inverse;
                  dGamma.set(c, product);
                  dBeta.set(c, sum);
                  double scale = gamma.get(c) * inverse;
                  double meanSum = batchStatistics ? sum / channels.cells() : 0;
                  double meanProduct = batchStatistics ? product / channels.cells() * inverse : 0;
                  for (long o = 0; o < channels.outer(); o++) {
                    long from = channels.start(o, c);
                    for (long i = from; i < from + channels.inner(); i++) {
                      dx.set(i, scale * (dy.get(i) - meanSum - (x.get(i) - mu) * meanProduct));
                    }
                  }
                }
              });
    }
  }
}
