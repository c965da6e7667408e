package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where relevance starts in the selective variant: logits z [B, K] → coefficients [B, K] of the
 * log-odds η = ln(P/(1 − P)) of each image's least likely class c, P its softmax probability.
 * Differentiable.
 *
 * <p>In the modified-gradient form they are ∂/∂z of ln((P + δ)/(1 − P + δ)). In the textbook form η
 * is a soft minimum of the differences v_j = z_c − z_j, a layer whose relevances q_j·v_j, q_j =
 * e^(−v_j)/(Σ e^(−v) + 1e-5), are divided by v_j + ε·s(v_j): minus that stands at j ≠ c, the sum of
 * those at c.
 */
public final class LogOdds extends TwinOp {

  /** Stabiliser of P and 1 − P in the modified-gradient form. */
  private static final double DELTA = 0.01;

  /** The reference's guard against an empty sum. */
  private static final double TINY = 1e-5;

  private final boolean textbook;
  private final double epsilon;

  private LogOdds(boolean textbook, double epsilon, SDVariable... inputs) {
    super(1, inputs);
    this.textbook = textbook;
    this.epsilon = epsilon;
  }

  /**
   * Coefficients for the modified-gradient form.
   *
   * @param logits [B, K], K ≥ 2
   * @return coefficients at the logits
   */
  public static SDVariable coefficients(SDVariable logits) {
    return new LogOdds(false, 0, logits).out(0);
  }

  /**
   * Relevance divided by its stabilised value, for the textbook form.
   *
   * @param logits [B, K], K ≥ 2
   * @param denominators the logits as the denominators see them, without a gradient of the bias
   * @param epsilon ε ≥ 0
   * @return what the output layer's weights are applied to
   */
  public static SDVariable divided(SDVariable logits, SDVariable denominators, double epsilon) {
    return new LogOdds(true, epsilon, logits, denominators).out(0);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    if (in[0][1] < 2) {
      throw new dev.isnet.data.InputException(
          "The selective variant explains odds between classes; the network has one output.");
    }
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells logits = Cells.of(in[0]);
    Cells coefficients = Cells.of(out[0]);
    int classes = (int) in[0].size(1);
    return () -> {
      double[] z = new double[classes];
      for (long b = 0; b < in[0].size(0); b++) {
        logits.read(b * classes, z, classes);
        coefficients.write(b * classes, textbook ? divided(z) : slope(z), classes);
      }
    };
  }

  private static int least(double[] z) {
    int least = 0;
    for (int k = 1; k < z.length; k++) {
      if (z[k] < z[least]) {
        least = k;
      }
    }
    return least;
  }

  private static double[] slope(double[] z) {
    int c = least(z);
    double[] p = Softmax.of(z);
    double g = oddsSlope(p[c]) * p[c];
    double[] coefficients = new double[z.length];
    for (int k = 0; k < z.length; k++) {
      coefficients[k] = g * ((k == c ? 1 : 0) - p[k]);
    }
    return coefficients;
  }

  /** d/dP ln((P + δ)/(1 − P + δ)). */
  private static double oddsSlope(double p) {
    return 1 / (p + DELTA) + 1 / (1 - p + DELTA);
  }

  /** q_j; at c what the guard takes. */
  private static double[] shares(double[] z, int c) {
    double[] guarded = z.clone();
    guarded[c] += Math.log(TINY);
    return Softmax.of(guarded);
  }

  private double[] divided(double[] z) {
    int c = least(z);
    double[] q = shares(z, c);
    double[] sigma = new double[z.length];
    for (int j = 0; j < z.length; j++) {
      if (j != c) {
        double v = z[c] - z[j];
        sigma[j] = -q[j] * v * inverse(v);
        sigma[c] -= sigma[j];
      }
    }
    return sigma;
  }

  /** 1/(v + ε·s(v)). */
  private double inverse(double v) {
    double stable = v + (v >= 0 ? epsilon : -epsilon);
    return stable == 0 ? 0 : 1 / stable;
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    if (textbook) {
      DividedGradient gradient = new DividedGradient(arg(0), upstream);
      sink.add(0, gradient.out(0));
      sink.add(1, gradient.out(1));
    } else {
      sink.add(0, new SlopeGradient(arg(0), upstream).out(0));
    }
  }

  /** (logits, upstream) → gradient of the logits, of c_k = G(P)·(δ_kc − p_k), G = P·dη/dP. */
  private static final class SlopeGradient extends TwinOp {
    SlopeGradient(SDVariable logits, SDVariable upstream) {
      super(1, logits, upstream);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      int classes = (int) in[0].size(1);
      return eachRow(in, (b, z, u) -> Cells.of(out[0]).write(b * classes, ofSlope(z, u), classes));
    }
  }

  private static double[] ofSlope(double[] z, double[] u) {
    int c = least(z);
    double[] p = Softmax.of(z);
    double slope = oddsSlope(p[c]);
    double curvature =
        1 / ((1 - p[c] + DELTA) * (1 - p[c] + DELTA)) - 1 / ((p[c] + DELTA) * (p[c] + DELTA));
    double g = slope * p[c];
    double towardsP = (slope + p[c] * curvature) * p[c];
    double mean = 0;
    for (int k = 0; k < z.length; k++) {
      mean += u[k] * p[k];
    }
    double[] gradient = new double[z.length];
    for (int j = 0; j < z.length; j++) {
      gradient[j] = towardsP * ((j == c ? 1 : 0) - p[j]) * (u[c] - mean) - g * p[j] * (u[j] - mean);
    }
    return gradient;
  }

  /**
   * (logits, upstream) → the gradients by numerators and by denominators of Σ_j (u_c −
   * u_j)·q_j·v_j/(v_j + ε·s(v_j)).
   */
  private final class DividedGradient extends TwinOp {
    DividedGradient(SDVariable logits, SDVariable upstream) {
      super(2, logits, upstream);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0], in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      int classes = (int) in[0].size(1);
      return eachRow(
          in,
          (b, z, u) -> {
            double[][] gradients = ofDivided(z, u);
            Cells.of(out[0]).write(b * classes, gradients[0], classes);
            Cells.of(out[1]).write(b * classes, gradients[1], classes);
          });
    }
  }

  private double[][] ofDivided(double[] z, double[] u) {
    int c = least(z);
    double[] q = shares(z, c);
    double total = 0;
    for (int j = 0; j < z.length; j++) {
      double v = z[c] - z[j];
      total += j == c ? 0 : (u[c] - u[j]) * q[j] * v * inverse(v);
    }
    double[] numerators = new double[z.length];
    double[] denominators = new double[z.length];
    numerators[c] = -q[c] * total;
    for (int j = 0; j < z.length; j++) {
      if (j != c) {
        double v = z[c] - z[j];
        double a = (u[c] - u[j]) * q[j] * inverse(v);
        numerators[j] = a * v - q[j] * total - a;
        numerators[c] += a;
        denominators[j] = a * v * inverse(v);
        denominators[c] -= a * v * inverse(v);
      }
    }
    return new double[][] {numerators, denominators};
  }

  @FunctionalInterface
  private interface Row {
    void visit(long b, double[] z, double[] u);
  }

  private static Runnable eachRow(INDArray[] in, Row row) {
    Cells logits = Cells.of(in[0]);
    Cells upstream = Cells.of(in[1]);
    int classes = (int) in[0].size(1);
    return () -> {
      double[] z = new double[classes];
      double[] u = new double[classes];
      for (long b = 0; b < in[0].size(0); b++) {
        logits.read(b * classes, z, classes);
        upstream.read(b * classes, u, classes);
        row.visit(b, z, u);
      }
    };
  }
}
