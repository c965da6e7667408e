package dev.isnet.relevance;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * Layer-wise relevance propagation by its textbook formulas: plain loops over explicit matrices, of
 * no code of ours but the rules' records, which say what to compute.
 */
final class NaiveRelevance {

  /** z = W·a + b. */
  record Layer(double[][] weights, double[] bias) {

    double[] z(double[] a) {
      double[] z = bias.clone();
      for (int k = 0; k < z.length; k++) {
        for (int j = 0; j < a.length; j++) {
          z[k] += weights[k][j] * a[j];
        }
      }
      return z;
    }

    Layer with(DoubleUnaryOperator onWeights, DoubleUnaryOperator onBias) {
      double[][] w = new double[weights.length][];
      for (int k = 0; k < w.length; k++) {
        w[k] = Arrays.stream(weights[k]).map(onWeights).toArray();
      }
      return new Layer(w, Arrays.stream(bias).map(onBias).toArray());
    }

    double[] transposed(double[] sigma) {
      double[] sum = new double[weights[0].length];
      for (int k = 0; k < sigma.length; k++) {
        for (int j = 0; j < sum.length; j++) {
          sum[j] += weights[k][j] * sigma[k];
        }
      }
      return sum;
    }
  }

  private NaiveRelevance() {}

  /** The layer that a map is, found by giving it unit vectors. */
  static Layer probed(UnaryOperator<double[]> map, int inputs) {
    double[] bias = map.apply(new double[inputs]);
    double[][] weights = new double[bias.length][inputs];
    for (int j = 0; j < inputs; j++) {
      double[] unit = new double[inputs];
      unit[j] = 1;
      double[] column = map.apply(unit);
      for (int k = 0; k < bias.length; k++) {
        weights[k][j] = column[k] - bias[k];
        // what is left of a subtraction of equal numbers
        if (Math.abs(weights[k][j]) < 1e-14) {
          weights[k][j] = 0;
        }
      }
    }
    return new Layer(weights, bias);
  }

  /** R/(z + ε·s(z)), s(0) = +1; nothing comes from z = 0 without ε. */
  static double[] divided(double[] relevance, double[] z, double epsilon) {
    double[] sigma = new double[z.length];
    for (int k = 0; k < z.length; k++) {
      double stable = z[k] >= 0 ? z[k] + epsilon : z[k] - epsilon;
      sigma[k] = stable == 0 ? 0 : relevance[k] / stable;
    }
    return sigma;
  }

  static double[] times(double[] a, double[] b) {
    double[] product = new double[a.length];
    Arrays.setAll(product, i -> a[i] * b[i]);
    return product;
  }

  static double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  private static double positive(double v) {
    return Math.max(v, 0);
  }

  private static double negative(double v) {
    return Math.min(v, 0);
  }

  /** Relevance of a layer's inputs. */
  static double[] relevance(RelevanceRule rule, Layer layer, double[] a, double[] relevance) {
    if (rule instanceof RelevanceRule.Epsilon r) {
      return times(a, layer.transposed(divided(relevance, layer.z(a), r.epsilon())));
    }
    if (rule instanceof RelevanceRule.Gamma r) {
      DoubleUnaryOperator up = w -> w + r.gamma() * positive(w);
      DoubleUnaryOperator down = w -> w + r.gamma() * negative(w);
      return contributions(layer.with(up, up), layer.with(down, b -> 0), a, relevance, r.epsilon());
    }
    if (rule instanceof RelevanceRule.AlphaBeta r) {
      Layer plus = layer.with(NaiveRelevance::positive, NaiveRelevance::positive);
      Layer minus = layer.with(NaiveRelevance::negative, NaiveRelevance::negative);
      double[] good = contributions(plus, minus.with(w -> w, b -> 0), a, relevance, r.epsilon());
      double[] bad = contributions(minus, plus.with(w -> w, b -> 0), a, relevance, r.epsilon());
      double[] result = new double[a.length];
      Arrays.setAll(result, j -> r.alpha() * good[j] - r.beta() * bad[j]);
      return result;
    }
    if (rule instanceof RelevanceRule.Box r) {
      return box(r, layer, a, relevance);
    }
    if (rule instanceof RelevanceRule.WSquare) {
      return regardless(layer.with(w -> w * w, b -> 0), a.length, relevance);
    }
    if (rule instanceof RelevanceRule.Flat) {
      return regardless(layer.with(w -> w == 0 ? 0 : 1, b -> 0), a.length, relevance);
    }
    throw new IllegalArgumentException(rule.toString());
  }

  /** Positive inputs meet one layer, negative ones another. */
  private static double[] contributions(
      Layer forPositive, Layer forNegative, double[] a, double[] relevance, double epsilon) {
    double[] up = Arrays.stream(a).map(NaiveRelevance::positive).toArray();
    double[] down = Arrays.stream(a).map(NaiveRelevance::negative).toArray();
    double[] sigma = divided(relevance, plus(forPositive.z(up), forNegative.z(down)), epsilon);
    return plus(
        times(up, forPositive.transposed(sigma)), times(down, forNegative.transposed(sigma)));
  }

  private static double[] box(RelevanceRule.Box r, Layer layer, double[] a, double[] relevance) {
    Layer plus = layer.with(NaiveRelevance::positive, NaiveRelevance::positive);
    Layer minus = layer.with(NaiveRelevance::negative, NaiveRelevance::negative);
    double[] z = layer.z(a);
    for (int k = 0; k < z.length; k++) {
      z[k] -= r.lo() * plus.bias()[k] + r.hi() * minus.bias()[k];
      for (int j = 0; j < a.length; j++) {
        z[k] -= r.lo() * plus.weights()[k][j] + r.hi() * minus.weights()[k][j];
      }
    }
    double[] sigma = divided(relevance, z, r.epsilon());
    double[] all = layer.transposed(sigma);
    double[] low = plus.transposed(sigma);
    double[] high = minus.transposed(sigma);
    double[] result = new double[a.length];
    Arrays.setAll(result, j -> a[j] * all[j] - r.lo() * low[j] - r.hi() * high[j]);
    return result;
  }

  private static double[] regardless(Layer layer, int inputs, double[] relevance) {
    double[] ones = new double[inputs];
    Arrays.fill(ones, 1);
    return layer.transposed(divided(relevance, layer.z(ones), 0));
  }
}
