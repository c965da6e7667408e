package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a rectifier and the batch norm before it do to a coefficient, in one pass: maps [mB, C, …],
 * the rectifier's activation [B, C, …], γ [C], σ² [C] → maps · f(a) · γ/√(σ² + ε). The variance is
 * a constant.
 */
public final class NormGate extends TwinOp {

  private final Factor gate;
  private final double epsilon;

  /**
   * Adds the operation.
   *
   * @param maps coefficients of m maps, map k of image b at k·B + b
   * @param activation what the gate is computed from
   * @param gate f
   * @param gamma γ
   * @param variance σ²
   * @param epsilon the batch norm's ε
   */
  public NormGate(
      SDVariable maps,
      SDVariable activation,
      Factor gate,
      SDVariable gamma,
      SDVariable variance,
      double epsilon) {
    super(1, maps, activation, gamma, variance);
    this.gate = gate;
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
    Cells maps = Cells.of(in[0]);
    Cells activation = Cells.of(in[1]);
    Cells gamma = Cells.of(in[2]);
    Cells variance = Cells.of(in[3]);
    Cells result = Cells.of(out[0]);
    Channels channels = Channels.of(in[1], 1);
    long all = in[0].length();
    long n = in[1].length();
    return () ->
        channels.each(
            (parcel, f, run) -> {
              int length = parcel.length();
              activation.read(parcel.from(), f, length);
              gate.values(f, length);
              scale(parcel, f, gamma, variance);
              for (long at = parcel.from(); at < all; at += n) {
                maps.read(at, run, length);
                for (int i = 0; i < length; i++) {
                  run[i] *= f[i];
                }
                result.write(at, run, length);
              }
            });
  }

  private void scale(Channels.Parcel parcel, double[] f, Cells gamma, Cells variance) {
    for (int c = 0, i = 0; c < parcel.channels(); c++) {
      int channel = parcel.channel() + c;
      double scale = gamma.get(channel) / Math.sqrt(variance.get(channel) + epsilon);
      for (int end = i + parcel.each(); i < end; i++) {
        f[i] *= scale;
      }
    }
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    if (sink.wants(0)) {
      sink.add(0, new NormGate(upstream, arg(1), gate, arg(2), arg(3), epsilon).out(0));
    }
    if (sink.wants(1) || sink.wants(2)) {
      Gradient gradient = new Gradient(arg(0), upstream, arg(1), arg(2), arg(3));
      sink.add(1, gradient.out(0));
      sink.add(2, gradient.out(1));
    }
  }

  /** (maps, upstream, activation, γ, σ²) → (dActivation, dγ). */
  private final class Gradient extends TwinOp {

    Gradient(SDVariable... inputs) {
      super(2, inputs);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[2], in[3]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells maps = Cells.of(in[0]);
      Cells upstream = Cells.of(in[1]);
      Cells activation = Cells.of(in[2]);
      Cells gamma = Cells.of(in[3]);
      Cells variance = Cells.of(in[4]);
      Cells dActivation = Cells.of(out[0]);
      Cells dGamma = Cells.of(out[1]);
      Channels channels = Channels.of(in[2], 1);
      long all = in[0].length();
      long n = in[2].length();
      return () ->
          channels.sum(
              1,
              (parcel, a, b, sums) -> {
                int length = parcel.length();
                double[] products = new double[length]; // Σ over the maps of map·upstream
                for (long at = parcel.from(); at < all; at += n) {
                  maps.read(at, a, length);
                  upstream.read(at, b, length);
                  for (int i = 0; i < length; i++) {
                    products[i] += a[i] * b[i];
                  }
                }
                activation.read(parcel.from(), a, length);
                System.arraycopy(a, 0, b, 0, length);
                gate.values(a, length);
                gate.slopes(b, length);
                for (int c = 0, i = 0; c < parcel.channels(); c++, i += parcel.each()) {
                  sums[0][c] += Runs.dot(a, products, i, i + parcel.each());
                }
                for (int i = 0; i < length; i++) {
                  b[i] *= products[i];
                }
                scale(parcel, b, gamma, variance);
                dActivation.write(parcel.from(), b, length);
              },
              (channel, place, sums) ->
                  dGamma.set(channel, sums[0][place] / Math.sqrt(variance.get(channel) + epsilon)));
    }
  }
}
