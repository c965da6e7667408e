package dev.isnet.relevance;

import dev.isnet.relevance.NaiveNetwork.Linear;

/** The rules as the literature writes them: sums over the contributions z_jk = a_j·w_jk. */
final class NaiveRules {

  private NaiveRules() {}

  /** R/(z + ε·s(z)); nothing comes from z = 0 without ε. */
  static double share(double r, double z, double epsilon) {
    double stable = z + (z >= 0 ? epsilon : -epsilon);
    return stable == 0 ? 0 : r / stable;
  }

  /** A contribution as a rule counts it. */
  private interface Counted {
    double of(double a, double w, double one);
  }

  /**
   * R_j = Σ_k of R_k·f(z_jk)/(Σ_i f(z_ik) + f(b_k)).
   *
   * @param a the layer's inputs
   * @param ones the image of ones at the layer's inputs
   * @param r relevance of its outputs
   */
  static double[] relevance(
      RelevanceRule rule, Linear layer, double[] a, double[] ones, double[] r) {
    if (rule instanceof RelevanceRule.Epsilon e) {
      return shared(layer, a, ones, r, e.epsilon(), (x, w, one) -> x * w);
    }
    if (rule instanceof RelevanceRule.Gamma g) {
      return shared(
          layer, a, ones, r, g.epsilon(), (x, w, one) -> x * w + g.gamma() * Math.max(0, x * w));
    }
    if (rule instanceof RelevanceRule.AlphaBeta ab) {
      double[] plus = shared(layer, a, ones, r, ab.epsilon(), (x, w, one) -> Math.max(0, x * w));
      double[] minus = shared(layer, a, ones, r, ab.epsilon(), (x, w, one) -> Math.min(0, x * w));
      double[] both = new double[a.length];
      for (int j = 0; j < both.length; j++) {
        both[j] = ab.alpha() * plus[j] - ab.beta() * minus[j];
      }
      return both;
    }
    if (rule instanceof RelevanceRule.Box box) {
      return shared(
          layer,
          a,
          ones,
          r,
          box.epsilon(),
          (x, w, one) -> x * w - one * (box.lo() * Math.max(0, w) + box.hi() * Math.min(0, w)));
    }
    if (rule instanceof RelevanceRule.WSquare) {
      return regardless(layer, ones, r, w -> w * w);
    }
    if (rule instanceof RelevanceRule.Flat) {
      return regardless(layer, ones, r, w -> w == 0 ? 0 : 1);
    }
    throw new IllegalStateException("no naive " + rule);
  }

  private static double[] shared(
      Linear layer, double[] a, double[] ones, double[] r, double epsilon, Counted counted) {
    double[] sent = new double[a.length];
    for (int k = 0; k < r.length; k++) {
      double[] w = layer.matrix()[k];
      double z = counted.of(1, layer.bias()[k], 1);
      for (int i = 0; i < a.length; i++) {
        z += counted.of(a[i], w[i], ones[i]);
      }
      double sigma = share(r[k], z, epsilon);
      for (int j = 0; j < a.length; j++) {
        sent[j] += counted.of(a[j], w[j], ones[j]) * sigma;
      }
    }
    return sent;
  }

  private interface Weight {
    double of(double w);
  }

  private static double[] regardless(Linear layer, double[] ones, double[] r, Weight weight) {
    double[] sent = new double[ones.length];
    for (int k = 0; k < r.length; k++) {
      double[] w = layer.matrix()[k];
      double all = 0;
      for (int i = 0; i < ones.length; i++) {
        all += ones[i] * weight.of(w[i]);
      }
      for (int j = 0; j < ones.length; j++) {
        sent[j] += all == 0 ? 0 : weight.of(w[j]) * r[k] / all;
      }
    }
    return sent;
  }
}
