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

  /** f(g) = 1 where g is not 0: whether a gate lets anything through. */
  record Open() implements Factor {
    @Override
    public void values(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        run[i] = run[i] == 0 ? 0 : 1;
      }
    }

    @Override
    public void slopes(double[] run, int count) {
      java.util.Arrays.fill(run, 0, count, 0);
    }
  }

  /**
   * max(x, 0) with a slope below 0 and a largest value: ReLU, LeakyReLU, ReLU6.
   *
   * @param negativeSlope slope below 0, 0 for ReLU
   * @param max largest value, infinite for ReLU
   */
  record RectifierFunction(double negativeSlope, double max) implements Factor {

    /**
     * Whether it is the plain ReLU.
     *
     * @return true for max(x, 0)
     */
    public boolean isRelu() {
      return negativeSlope == 0 && max == Double.POSITIVE_INFINITY;
    }

    @Override
    public void values(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        run[i] = run[i] < 0 ? negativeSlope * run[i] : Math.min(run[i], max);
      }
    }

    @Override
    public void slopes(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        run[i] = run[i] <= 0 ? negativeSlope : run[i] < max ? 1 : 0;
      }
    }
  }

  /**
   * f(a) = a/(a + ε) for a ReLU's output a ≥ 0, 0 for a dead unit: what it lets through in the
   * modified-gradient form. f′ of a dead unit meets the ReLU's own derivative, 0, and may be
   * anything.
   *
   * @param epsilon ε ≥ 0
   */
  record ReluGate(double epsilon) implements Factor {
    @Override
    public void values(double[] run, int count) {
      if (epsilon == 0) {
        for (int i = 0; i < count; i++) {
          run[i] = run[i] > 0 ? 1 : 0;
        }
        return;
      }
      for (int i = 0; i < count; i++) { // without a branch, so that it becomes vector instructions
        run[i] = run[i] / (run[i] + epsilon);
      }
    }

    @Override
    public void slopes(double[] run, int count) {
      if (epsilon == 0) {
        java.util.Arrays.fill(run, 0, count, 0);
        return;
      }
      for (int i = 0; i < count; i++) {
        double stable = run[i] + epsilon;
        run[i] = epsilon / (stable * stable);
      }
    }
  }

  /**
   * f(z) = s(z)·|z|/(|z| + ε), s the slope of a rectifier: what others than ReLU let through, by
   * their input.
   *
   * @param epsilon ε ≥ 0
   * @param function the rectifier
   */
  record Gate(double epsilon, RectifierFunction function) implements Factor {
    @Override
    public void values(double[] run, int count) {
      double below = function.negativeSlope();
      double max = function.max();
      for (int i = 0; i < count; i++) {
        double z = run[i];
        run[i] = z > 0 ? (z < max ? z / (z + epsilon) : 0) : z < 0 ? below * z / (z - epsilon) : 0;
      }
    }

    @Override
    public void slopes(double[] run, int count) {
      double below = function.negativeSlope();
      double max = function.max();
      for (int i = 0; i < count; i++) {
        double z = run[i];
        run[i] =
            z > 0
                ? (z < max ? epsilon / ((z + epsilon) * (z + epsilon)) : 0)
                : z < 0 ? -below * epsilon / ((z - epsilon) * (z - epsilon)) : 0;
      }
    }
  }

  /**
   * f(z) = 1/(z + ε·s(z)), s(0) = +1: the denominator of LRP-ε. Without ε nothing comes from z = 0,
   * so f(0) = 0.
   *
   * @param epsilon ε ≥ 0
   */
  record Stabilised(double epsilon) implements Factor {
    @Override
    public void values(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        double stable = run[i] + (run[i] >= 0 ? epsilon : -epsilon);
        run[i] = stable == 0 ? 0 : 1 / stable;
      }
    }

    @Override
    public void slopes(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        double stable = run[i] + (run[i] >= 0 ? epsilon : -epsilon);
        run[i] = stable == 0 ? 0 : -1 / (stable * stable);
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

  /** A function of one number, for {@link #of}. */
  @FunctionalInterface
  interface Scalar {
    /**
     * The value.
     *
     * @param x argument
     * @return f(x)
     */
    double at(double x);
  }

  /**
   * A function with two derivatives.
   *
   * @param value f
   * @param first f′
   * @param second f″
   */
  record Function(Scalar value, Scalar first, Scalar second) implements Factor {
    @Override
    public void values(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        run[i] = value.at(run[i]);
      }
    }

    @Override
    public void slopes(double[] run, int count) {
      for (int i = 0; i < count; i++) {
        run[i] = first.at(run[i]);
      }
    }

    /**
     * f′ with its own derivative f″.
     *
     * @return the slope
     */
    public Factor slope() {
      return new Function(first, second, x -> Double.NaN);
    }
  }

  /**
   * A function by its value and derivatives.
   *
   * @param value f
   * @param first f′
   * @param second f″
   * @return the function
   */
  static Function of(Scalar value, Scalar first, Scalar second) {
    return new Function(value, first, second);
  }

  /**
   * scale·x + shift.
   *
   * @param scale factor
   * @param shift summand
   * @return the function
   */
  static Function affine(double scale, double shift) {
    return of(x -> scale * x + shift, x -> scale, x -> 0);
  }
}
