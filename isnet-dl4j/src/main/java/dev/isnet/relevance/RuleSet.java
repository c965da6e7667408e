package dev.isnet.relevance;

import java.util.Optional;

/**
 * How relevance goes through a network.
 *
 * @param form where ε is applied
 * @param epsilon ε ≥ 0, the stabiliser; 0 gives Gradient×Input in the modified-gradient form
 *     without a box
 * @param box the inputs' bounds when the first layer follows LRP-zB; empty when it follows the rule
 *     of the others
 */
public record RuleSet(Form form, double epsilon, Optional<Box> box) {

  /** ε of the paper. */
  public static final double DEFAULT_EPSILON = 0.01;

  /** Where ε is applied. */
  public enum Form {
    /**
     * H = x ⊙ g, where g is the backward signal of the logit and a ReLU with output a multiplies it
     * by a/(a + ε). LRP-ε with ε at every layer that a ReLU follows; the cheapest form, and the
     * default.
     */
    MODIFIED_GRADIENT,
    /**
     * R_j = a_j Σ_k W_kj·R_k/(z_k + ε·s(z_k)) at every layer, pools and the output layer included;
     * biases are constants in the denominators.
     */
    TEXTBOOK
  }

  /**
   * Bounds of the inputs.
   *
   * @param lo least value of a pixel
   * @param hi greatest value of a pixel
   */
  public record Box(double lo, double hi) {
    /** Pixels in [0, 1]. */
    public static final Box UNIT = new Box(0, 1);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException when lo is not less than hi
     */
    public Box {
      if (!(lo < hi)) {
        throw new IllegalArgumentException("the box needs lo < hi, not [" + lo + ", " + hi + "]");
      }
    }
  }

  /**
   * Checks ε.
   *
   * @throws IllegalArgumentException when ε is negative or not a number
   */
  public RuleSet {
    if (!(epsilon >= 0)) {
      throw new IllegalArgumentException("ε must be at least 0, not " + epsilon);
    }
  }

  /**
   * The default: LRP-ε in the modified-gradient form with ε = {@value #DEFAULT_EPSILON}, LRP-zB for
   * pixels in [0, 1] in the first layer.
   *
   * @return the rule set
   */
  public static RuleSet standard() {
    return modifiedGradient(DEFAULT_EPSILON);
  }

  /**
   * The modified-gradient form with LRP-zB for pixels in [0, 1] in the first layer.
   *
   * @param epsilon ε ≥ 0
   * @return the rule set
   */
  public static RuleSet modifiedGradient(double epsilon) {
    return new RuleSet(Form.MODIFIED_GRADIENT, epsilon, Optional.of(Box.UNIT));
  }

  /**
   * The textbook form with LRP-zB for pixels in [0, 1] in the first layer.
   *
   * @param epsilon ε ≥ 0
   * @return the rule set
   */
  public static RuleSet textbook(double epsilon) {
    return new RuleSet(Form.TEXTBOOK, epsilon, Optional.of(Box.UNIT));
  }

  /**
   * Gradient×Input: no ε, no box.
   *
   * @return the rule set
   */
  public static RuleSet gradientTimesInput() {
    return modifiedGradient(0).withoutBox();
  }

  /**
   * The same with LRP-zB in the first layer.
   *
   * @param lo least value of a pixel
   * @param hi greatest value of a pixel
   * @return the rule set
   */
  public RuleSet withBox(double lo, double hi) {
    return new RuleSet(form, epsilon, Optional.of(new Box(lo, hi)));
  }

  /**
   * The same with the rule of the other layers in the first layer too.
   *
   * @return the rule set
   */
  public RuleSet withoutBox() {
    return new RuleSet(form, epsilon, Optional.empty());
  }
}
