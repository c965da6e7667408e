package dev.isnet.graph.op;

import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The bias of a layer with the batch norm behind it fused in: β + (b − μ)·γ/√(σ² + ε). Only γ takes
 * a gradient; b, β and the statistics are constants to relevance.
 */
public final class FusedBias extends TwinOp {

  private final double epsilon;

  /**
   * Adds the operation; all vectors are [C].
   *
   * @param gamma γ
   * @param beta β
   * @param mean μ
   * @param variance σ²
   * @param bias b, zero when there is none
   * @param epsilon the batch norm's ε
   */
  public FusedBias(
      SDVariable gamma,
      SDVariable beta,
      SDVariable mean,
      SDVariable variance,
      Optional<SDVariable> bias,
      double epsilon) {
    super(
        1,
        bias.map(b -> new SDVariable[] {gamma, beta, mean, variance, b})
            .orElse(new SDVariable[] {gamma, beta, mean, variance}));
    this.epsilon = epsilon;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells[] v = new Cells[in.length];
    for (int i = 0; i < in.length; i++) {
      v[i] = Cells.of(in[i]);
    }
    Cells fused = Cells.of(out[0]);
    return () -> {
      for (long c = 0; c < in[0].length(); c++) {
        double bias = v.length == 5 ? v[4].get(c) : 0;
        double scale = v[0].get(c) / Math.sqrt(v[3].get(c) + epsilon);
        fused.set(c, v[1].get(c) + (bias - v[2].get(c)) * scale);
      }
    };
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    SDVariable[] inputs = args().clone();
    inputs[0] = upstream;
    sink.add(0, new GammaGradient(epsilon, inputs).out(0));
  }

  /** (dFused, β, μ, σ²[, b]) → dγ. */
  private static final class GammaGradient extends TwinOp {

    private final double epsilon;

    GammaGradient(double epsilon, SDVariable... inputs) {
      super(1, inputs);
      this.epsilon = epsilon;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells[] v = new Cells[in.length];
      for (int i = 0; i < in.length; i++) {
        v[i] = Cells.of(in[i]);
      }
      Cells gradient = Cells.of(out[0]);
      return () -> {
        for (long c = 0; c < in[0].length(); c++) {
          double bias = v.length == 5 ? v[4].get(c) : 0;
          gradient.set(c, v[0].get(c) * (bias - v[2].get(c)) / Math.sqrt(v[3].get(c) + epsilon));
        }
      };
    }
  }
}
