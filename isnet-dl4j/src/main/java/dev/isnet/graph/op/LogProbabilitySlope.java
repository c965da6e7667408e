package dev.isnet.graph.op;

import dev.isnet.graph.Twin;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the input gradient of RRR starts: logits z [B, K] → ∂/∂z of Σ ln p over all outcomes, [B,
 * K]. With softmax that is Σ_k ln p_k, with the slope 1 − K·p_j; with sigmoids every label has two
 * outcomes, ln σ(z) + ln(1 − σ(z)), with the slope 1 − 2·p_j. Differentiable.
 */
public final class LogProbabilitySlope extends TwinOp {

  private final Twin.Output output;

  /**
   * Adds the operation.
   *
   * @param output sigmoid for several labels; softmax or identity for single labels
   * @param logits [B, K]
   */
  public LogProbabilitySlope(Twin.Output output, SDVariable logits) {
    super(1, logits);
    this.output = output;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells logits = Cells.of(in[0]);
    Cells slopes = Cells.of(out[0]);
    int classes = (int) in[0].size(1);
    return () -> {
      double[] row = new double[classes];
      for (long b = 0; b < in[0].size(0); b++) {
        logits.read(b * classes, row, classes);
        double[] p = probabilities(row);
        for (int k = 0; k < classes; k++) {
          row[k] = 1 - outcomes(classes) * p[k];
        }
        slopes.write(b * classes, row, classes);
      }
    };
  }

  private int outcomes(int classes) {
    return output == Twin.Output.SIGMOID ? 2 : classes;
  }

  private double[] probabilities(double[] z) {
    if (output == Twin.Output.SIGMOID) {
      return Arrays.stream(z).map(v -> 1 / (1 + Math.exp(-v))).toArray();
    }
    return Softmax.of(z);
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new Gradient(arg(0), upstream).out(0));
  }

  /** (logits, upstream u) → −K·p_j·(u_j − Σ_k u_k·p_k), or −2·p_j·(1 − p_j)·u_j. */
  private final class Gradient extends TwinOp {
    Gradient(SDVariable logits, SDVariable upstream) {
      super(1, logits, upstream);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells logits = Cells.of(in[0]);
      Cells upstream = Cells.of(in[1]);
      Cells gradient = Cells.of(out[0]);
      int classes = (int) in[0].size(1);
      return () -> {
        double[] z = new double[classes];
        double[] u = new double[classes];
        for (long b = 0; b < in[0].size(0); b++) {
          logits.read(b * classes, z, classes);
          upstream.read(b * classes, u, classes);
          double[] p = probabilities(z);
          double mean = 0;
          for (int k = 0; k < classes; k++) {
            mean += u[k] * p[k];
          }
          for (int j = 0; j < classes; j++) {
            double spread = output == Twin.Output.SIGMOID ? u[j] * (1 - p[j]) : u[j] - mean;
            z[j] = -outcomes(classes) * p[j] * spread;
          }
          gradient.write(b * classes, z, classes);
        }
      };
    }
  }
}
