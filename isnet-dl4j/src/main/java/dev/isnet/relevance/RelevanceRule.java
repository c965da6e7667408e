package dev.isnet.relevance;

/**
 * How the relevance R of a layer's outputs z = W·a + b goes to its inputs a. W⁺ and W⁻ are the
 * positive and negative parts, s(z) is +1 for z ≥ 0 and −1 otherwise. A bias keeps its share.
 */
public sealed interface RelevanceRule {

  /**
   * LRP-ε: R_j = a_j Σ_k W_kj·R_k/(z_k + ε·s(z_k)). ε = 0 is LRP-0.
   *
   * @param epsilon ε ≥ 0
   */
  record Epsilon(double epsilon) implements RelevanceRule {
    /** Checks ε. */
    public Epsilon {
      requireNotNegative("ε", epsilon);
    }
  }

  /**
   * LRP-γ: LRP-ε with W + γW⁺ and b + γb⁺ in place of W and b. Negative inputs meet W + γW⁻, so
   * that the contributions with a positive product are favoured whatever the inputs' sign.
   *
   * @param gamma γ ≥ 0; 0 is LRP-ε, infinity would be z⁺
   * @param epsilon ε ≥ 0
   */
  record Gamma(double gamma, double epsilon) implements RelevanceRule {
    /** Checks the ranges. */
    public Gamma {
      requireNotNegative("γ", gamma);
      requireNotNegative("ε", epsilon);
    }
  }

  /**
   * LRP-αβ: α times the relevance by positive contributions (a⁺W⁺ + a⁻W⁻, b⁺) minus β times that by
   * negative ones (a⁺W⁻ + a⁻W⁺, b⁻), each normalised by its own sum. α − β = 1 conserves relevance.
   *
   * @param alpha α ≥ 0
   * @param beta β ≥ 0; with α = 1, β = 0 the rule is LRP-z⁺
   * @param epsilon ε ≥ 0
   */
  record AlphaBeta(double alpha, double beta, double epsilon) implements RelevanceRule {
    /** Checks the ranges. */
    public AlphaBeta {
      requireNotNegative("α", alpha);
      requireNotNegative("β", beta);
      requireNotNegative("ε", epsilon);
    }

    /** Whether it is LRP-z⁺. */
    boolean isZPlus() {
      return alpha == 1 && beta == 0;
    }
  }

  /**
   * LRP-zB for inputs in [lo, hi], meant for the first layer: z = (W·x + b) − (W⁺·lo + lo·b⁺) −
   * (W⁻·hi + hi·b⁻), σ = R/(z + ε·s(z)), R_x = x ⊙ Wᵀσ − lo·W⁺ᵀσ − hi·W⁻ᵀσ.
   *
   * @param lo least value of a pixel
   * @param hi greatest value of a pixel
   * @param epsilon ε ≥ 0
   */
  record Box(double lo, double hi, double epsilon) implements RelevanceRule {
    /** Checks the bounds. */
    public Box {
      requireNotNegative("ε", epsilon);
      if (!(lo < hi)) {
        throw new IllegalArgumentException("the box needs lo < hi, not [" + lo + ", " + hi + "]");
      }
    }
  }

  /** LRP-w²: R_j = Σ_k W_kj²·R_k/Σ_i W_ki², whatever the inputs. */
  record WSquare() implements RelevanceRule {}

  /** LRP-flat: R_k is shared equally by all inputs in reach. */
  record Flat() implements RelevanceRule {}

  /** The plain gradient: coefficients go through Wᵀ, the ReLU behind it by its derivative. */
  record Gradient() implements RelevanceRule {}

  /**
   * LRP-0.
   *
   * @return LRP-ε with ε = 0
   */
  static RelevanceRule zero() {
    return new Epsilon(0);
  }

  /**
   * LRP-z⁺.
   *
   * @param epsilon ε ≥ 0
   * @return LRP-αβ with α = 1 and β = 0
   */
  static RelevanceRule zPlus(double epsilon) {
    return new AlphaBeta(1, 0, epsilon);
  }

  private static void requireNotNegative(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " must be at least 0, not " + value);
    }
  }
}
