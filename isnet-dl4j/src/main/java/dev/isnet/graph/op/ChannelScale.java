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
  public boolean worksInPlace(int input) {
    return input == 0;
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
        channels.each(
            (parcel, values, unused) -> {
              x.read(parcel.from(), values, parcel.length());
              for (int c = 0, i = 0; c < parcel.channels(); c++) {
                int channel = parcel.channel() + c;
                double scale = gamma.get(channel) / Math.sqrt(variance.get(channel) + epsilon);
                for (int end = i + parcel.each(); i < end; i++) {
                  values[i] *= scale;
                }
              }
              y.write(parcel.from(), values, parcel.length());
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
          channels.sum(
              1,
              (parcel, a, b, sums) -> {
                x.read(parcel.from(), a, parcel.length());
                dy.read(parcel.from(), b, parcel.length());
                for (int c = 0, i = 0; c < parcel.channels(); c++, i += parcel.each()) {
                  sums[0][c] += Runs.dot(a, b, i, i + parcel.each());
                }
              },
              (channel, place, sums) ->
                  gradient.set(
                      channel, sums[0][place] / Math.sqrt(variance.get(channel) + epsilon)));
    }
  }
}
