package dev.isnet.graph.op;

/** A function of one number, with its derivative. */
public interface Factor {

  /**
   * The factor.
   *
   * @param a activation
   * @return f(a)
   */
  double value(double a);

  /**
   * Its derivative.
   *
   * @param a activation
   * @return f′(a)
   */
  double slope(double a);

  /**
   * The derivative as a function; it has none itself.
   *
   * @return f′
   */
  default Factor derivative() {
    Factor function = this;
    return new Factor() {
      @Override
      public double value(double a) {
        return function.slope(a);
      }

      @Override
      public double slope(double a) {
        throw new IllegalStateException("a backward pass is not differentiated again");
      }
    };
  }

  /** f(a) = a: from coefficients to relevance. */
  record Activation() implements Factor {
    @Override
    public double value(double a) {
      return a;
    }

    @Override
    public double slope(double a) {
      return 1;
    }
  }

  /**
   * f(a) = a/(a + ε) for a &gt; 0, else 0: what a ReLU lets through in the modified-gradient form.
   *
   * @param epsilon ε ≥ 0
   */
  record ReluGate(double epsilon) implements Factor {
    @Override
    public double value(double a) {
      return a > 0 ? a / (a + epsilon) : 0;
    }

    @Override
    public double slope(double a) {
      return a > 0 ? epsilon / ((a + epsilon) * (a + epsilon)) : 0;
    }
  }

  /**
   * f(z) = 1/(z + ε·s(z)), s(0) = +1: the denominator of LRP-ε.
   *
   * @param epsilon ε ≥ 0
   */
  record Stabilised(double epsilon) implements Factor {
    @Override
    public double value(double z) {
      return 1 / stabilise(z);
    }

    @Override
    public double slope(double z) {
      double stable = stabilise(z);
      return -1 / (stable * stable);
    }

    private double stabilise(double z) {
      return z >= 0 ? z + epsilon : z - epsilon;
    }
  }

  /**
   * f(w) = −(lo·max(w, 0) + hi·min(w, 0)): what LRP-zB adds for inputs in [lo, hi].
   *
   * @param lo least input
   * @param hi greatest input
   */
  record Box(double lo, double hi) implements Factor {
    @Override
    public double value(double w) {
      return -(w > 0 ? lo : hi) * w;
    }

    @Override
    public double slope(double w) {
      return w == 0 ? 0 : w > 0 ? -lo : -hi;
    }
  }

  /**
   * f(s) = 10^(2s): the variance from DL4J's log10 of the standard deviation; constant to
   * gradients.
   */
  record VarianceOfLog() implements Factor {
    @Override
    public double value(double s) {
      return Math.pow(10, 2 * s);
    }

    @Override
    public double slope(double s) {
      return 0;
    }
  }
}
