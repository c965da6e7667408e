package dev.isnet.graph.op;

/**
 * A function of one number, with its derivative. Both work on runs of numbers: a call for every
 * number would cost more than the arithmetic.
 */
public interface Factor {

  /**
   * Replaces every a by f(a).
   *
   * @param run numbers at its start
   * @param count how many
   */
  void values(double[] run, int count);

  /**
   * Replaces every a by f′(a).
   *
   * @param run numbers at its start
   * @param count how many
   */
  void slopes(double[] run, int count);

  /**
   * The derivative as a function; it has none itself.
   *
   * @return f′
   */
  default Factor derivative() {
    Factor function = this;
    return new Factor() {
      @Override
      public void values(double[] run, int count) {
        function.slopes(run, count);
      }

      @Override
      public void slopes(double[] run, int count) {
        throw new IllegalStateException("a backward pass is not differentiated again");
      }
    };
  }

  /** f(a) = a: from coefficients to relevance. */
  record Activation() implements Factor {
    @Override
    public void values(double[] run, int count) {}

    @Override
    public void slopes(double[] run, int count) {
      java.util.Arrays.fill(run, 0, count, 1);
    }
  }

  /**
   * f(a) = a/(a + ε) for a &gt; 0, else 0: what a ReLU lets through in the modified-gradient form.
   *
   * @param epsilon ε ≥ 0
   */
  record ReluGate(double epsilon) implements Factor {
    @Override
    public void values(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        double a = run[i];
        run[i] = a > 0 ? a / (a + epsilon) : 0;
      }
    }

    @Override
    public void slopes(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        double a = run[i];
        run[i] = a > 0 ? epsilon / ((a + epsilon) * (a + epsilon)) : 0;
      }
    }
  }

  /**
   * f(z) = 1/(z + ε·s(z)), s(0) = +1: the denominator of LRP-ε.
   *
   * @param epsilon ε ≥ 0
   */
  record Stabilised(double epsilon) implements Factor {
    @Override
    public void values(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        run[i] = 1 / (run[i] + (run[i] >= 0 ? epsilon : -epsilon));
      }
    }

    @Override
    public void slopes(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        double stable = run[i] + (run[i] >= 0 ? epsilon : -epsilon);
        run[i] = -1 / (stable * stable);
      }
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
    public void values(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        run[i] *= run[i] > 0 ? -lo : -hi;
      }
    }

    @Override
    public void slopes(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        run[i] = run[i] == 0 ? 0 : run[i] > 0 ? -lo : -hi;
      }
    }
  }

  /**
   * f(s) = 10^(2s): the variance from DL4J's log10 of the standard deviation; constant to
   * gradients.
   */
  record VarianceOfLog() implements Factor {
    @Override
    public void values(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        run[i] = Math.pow(10, 2 * run[i]);
      }
    }

    @Override
    public void slopes(double[] run, int count) {
      java.util.Arrays.fill(run, 0, count, 0);
    }
  }
}
