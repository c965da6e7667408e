package dev.isnet.graph;

import dev.isnet.graph.op.Factor;
import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** DL4J's activation functions with their first and second derivatives. */
final class Activations {

  static final String NAMES =
      "identity, relu, relu6, leakyrelu, tanh, sigmoid, softplus, softsign, elu, selu, swish, gelu,"
          + " hardtanh, hardsigmoid and cube";

  private static final double SELU_ALPHA = 1.6732632423543772848170429916717;
  private static final double SELU_LAMBDA = 1.0507009873554804934193349852946;

  // ND4J has these two as floats, in double arithmetic too.
  private static final double GELU_SCALE = 1.702f;
  private static final double HARD_SIGMOID_SLOPE = 0.2f;

  private Activations() {}

  /** The functions that relevance passes through. */
  static Optional<Factor.RectifierFunction> rectifier(IActivation function) {
    if (function instanceof ActivationReLU relu
        && (relu.getThreshold() == null || relu.getThreshold() == 0)) {
      return Optional.of(
          new Factor.RectifierFunction(
              relu.getNegativeSlope() == null ? 0 : relu.getNegativeSlope(),
              relu.getMax() == null ? Double.POSITIVE_INFINITY : relu.getMax()));
    }
    if (function instanceof ActivationReLU6) {
      return Optional.of(new Factor.RectifierFunction(0, 6));
    }
    if (function instanceof ActivationLReLU leaky) {
      return Optional.of(new Factor.RectifierFunction(leaky.getAlpha(), Double.POSITIVE_INFINITY));
    }
    return Optional.empty();
  }

  /** The functions of which relevance sees the ordinary derivative. */
  static Optional<Factor.Function> smooth(IActivation function) {
    if (function instanceof ActivationTanH) {
      return of(
          Math::tanh,
          x -> 1 - Math.tanh(x) * Math.tanh(x),
          x -> -2 * Math.tanh(x) * (1 - Math.tanh(x) * Math.tanh(x)));
    }
    if (function instanceof ActivationSigmoid) {
      return of(Activations::sigmoid, Activations::sigmoidSlope, Activations::sigmoidCurvature);
    }
    if (function instanceof ActivationSoftPlus) {
      return of(
          x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
          Activations::sigmoid,
          Activations::sigmoidSlope);
    }
    if (function instanceof ActivationSoftSign) {
      return of(
          x -> x / (1 + Math.abs(x)),
          x -> Math.pow(1 + Math.abs(x), -2),
          x -> -2 * Math.signum(x) * Math.pow(1 + Math.abs(x), -3));
    }
    if (function instanceof ActivationELU elu) {
      return exponential(1, elu.getAlpha());
    }
    if (function instanceof ActivationSELU) {
      return exponential(SELU_LAMBDA, SELU_ALPHA);
    }
    if (function instanceof ActivationSwish) {
      return gated(1);
    }
    if (function instanceof ActivationGELU gelu && !gelu.isPrecise()) {
      return gated(GELU_SCALE);
    }
    if (function instanceof ActivationHardTanH) {
      return of(x -> Math.max(-1, Math.min(1, x)), x -> Math.abs(x) < 1 ? 1 : 0, x -> 0);
    }
    if (function instanceof ActivationHardSigmoid) {
      return of(
          x -> Math.max(0, Math.min(1, HARD_SIGMOID_SLOPE * x + 0.5)),
          x -> Math.abs(x) < 2.5 ? HARD_SIGMOID_SLOPE : 0,
          x -> 0);
    }
    if (function instanceof ActivationCube) {
      return of(x -> x * x * x, x -> 3 * x * x, x -> 6 * x);
    }
    return Optional.empty();
  }

  private static Optional<Factor.Function> of(
      Factor.Scalar f, Factor.Scalar slope, Factor.Scalar curvature) {
    return Optional.of(Factor.of(f, slope, curvature));
  }

  /** λ·x for x ≥ 0, λ·α·(eˣ − 1) below. */
  private static Optional<Factor.Function> exponential(double lambda, double alpha) {
    return of(
        x -> lambda * (x >= 0 ? x : alpha * Math.expm1(x)),
        x -> lambda * (x >= 0 ? 1 : alpha * Math.exp(x)),
        x -> x >= 0 ? 0 : lambda * alpha * Math.exp(x));
  }

  /** x·σ(b·x): swish, and DL4J's GELU. */
  private static Optional<Factor.Function> gated(double b) {
    return of(
        x -> x * sigmoid(b * x),
        x -> {
          double s = sigmoid(b * x); // one exponential: transformers spend their time here
          return s + b * x * s * (1 - s);
        },
        x -> 2 * b * sigmoidSlope(b * x) + b * b * x * sigmoidCurvature(b * x));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double sigmoidSlope(double x) {
    return sigmoid(x) * sigmoid(-x);
  }

  private static double sigmoidCurvature(double x) {
    return sigmoidSlope(x) * (1 - 2 * sigmoid(x));
  }
}
