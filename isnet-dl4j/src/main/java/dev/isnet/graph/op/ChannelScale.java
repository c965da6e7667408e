package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multiplies every channel by γ/√(σ² + ε): the linear part of a batch norm, with the variance as a
 * constant. The channels are axis 1 of a signal, or axis 0 of the weights of the convolution that
 * the batch norm is fused into.
 */
public final class ChannelScale extends TwinOp {

  private final int axis;
  private final double epsilon;

  /**
   * Adds the operation.
   *
   * @param x what to scale
   * @param axis the channels' axis in x
   * @param gamma γ [C]
   * @param variance σ² [C]
   * @param epsilon the batch norm's ε
   */
  public ChannelScale(
      SDVariable x, int axis, SDVariable gamma, SDVariable variance, double epsilon) {
    super(1, x, gamma, variance);
    this.axis = axis;
    this.epsilon = epsilon;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells x = Cells.of(in[0]);
    Cells gamma = Cells.of(in[1]);
    Cells variance = Cells.of(in[2]);
    Cells y = Cells.of(out[0]);
    Channels channels = Channels.of(in[0], axis);
    return () ->
        Parallel.each(
            channels.outer() * channels.count(),
            (first, last) -> {
              for (long run = first; run < last; run++) {
                long c = run % channels.count();
                double scale = gamma.get(c) / Math.sqrt(variance.get(c) + epsilon);
                for (long i = run * channels.inner(); i < (run + 1) * channels.inner(); i++) {
                  y.set(i, x.get(i) * scale);
                }
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    if (sink.wants(0)) {
      sink.add(0, new ChannelScale(upstream, axis, arg(1), arg(2), epsilon).out(0));
    }
    if (sink.wants(1)) {
      sink.add(1, new GammaGradient(axis, epsilon, arg(0), upstream, arg(2)).out(0));
    }
  }

  /** (x, dy, σ²) → Σ x·dy/√(σ² + ε) for each channel. */
  private static final class GammaGradient extends TwinOp {

    private final int axis;
    private final double epsilon;

    GammaGradient(int axis, double epsilon, SDVariable... inputs) {
      super(1, inputs);
      this.axis = axis;
      this.epsilon = epsilon;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[2]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells x = Cells.of(in[0]);
      Cells dy = Cells.of(in[1]);
      Cells variance = Cells.of(in[2]);
      Cells gradient = Cells.of(out[0]);
      Channels channels = Channels.of(in[0], axis);
      return () ->
          Parallel.each(
              channels.count(),
              (first, last) -> {
                for (long c = first; c < last; c++) {
                  double sum = 0;
                  for (long o = 0; o < channels.outer(); o++) {
                    long from = channels.start(o, c);
                    for (long i = from; i < from + channels.inner(); i++) {
                      sum += x.get(i) * dy.get(i);
                    }
                  }
                  gradient.set(c, sum / Math.sqrt(variance.get(c) + epsilon));
                }
              });
    }
  }
}
