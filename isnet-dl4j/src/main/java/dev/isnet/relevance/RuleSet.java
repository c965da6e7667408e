package dev.isnet.relevance;

import dev.isnet.data.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How relevance goes through a network: LRP-ε everywhere, but for the layers that a refinement
 * selects.
 *
 * <pre>{@code
 * RuleSet.standard().with(new LayerSelector.Named("conv1"), new RelevanceRule.Gamma(0.25, 0.01))
 * }</pre>
 *
 * @param form where the ε of LRP-ε is applied
 * @param epsilon ε ≥ 0, the stabiliser of all that has no refinement, pools and sums included; 0
 *     gives Gradient×Input in the modified-gradient form without a box
 * @param timesInput whether the maps are relevance; else they are the coefficients c of R = a ⊙ c,
 *     a the pixels or a hidden layer's activation, which are the gradient where no ε is applied
 * @param refinements rules of single layers, the last one that selects a layer counts
 */
public record RuleSet(Form form, double epsilon, boolean timesInput, List<Refinement> refinements) {

  /** ε of the paper. */
  public static final double DEFAULT_EPSILON = 0.01;

  /** Where the ε of LRP-ε is applied. */
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

  /** Rule sets by name. */
  public enum Preset {
    /** {@link RuleSet#standard()}. */
    STANDARD(standard()),
    /** {@link RuleSet#epsilon} with the paper's ε. */
    EPSILON(epsilon(DEFAULT_EPSILON)),
    /** {@link RuleSet#textbook} with the paper's ε. */
    TEXTBOOK(textbook(DEFAULT_EPSILON)),
    /** {@link RuleSet#epsilonPlus} with the paper's ε. */
    EPSILON_PLUS(epsilonPlus(DEFAULT_EPSILON)),
    /** {@link RuleSet#epsilonGammaBox} with the paper's ε. */
    EPSILON_GAMMA_BOX(epsilonGammaBox(DEFAULT_EPSILON)),
    /** {@link RuleSet#gradientTimesInput()}. */
    GRADIENT_TIMES_INPUT(gradientTimesInput()),
    /** {@link RuleSet#gradient()}. */
    GRADIENT(gradient());

    private final RuleSet rules;

    Preset(RuleSet rules) {
      this.rules = rules;
    }

    /**
     * The rules.
     *
     * @return the rule set
     */
    public RuleSet rules() {
      return rules;
    }

    /**
     * The preset of a name.
     *
     * @param name such as epsilon-plus
     * @return the preset
     * @throws InputException when there is none, naming all that there are
     */
    public static Preset named(String name) {
      return Arrays.stream(values())
          .filter(preset -> preset.toString().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new InputException(
                      "There are no rules \"%s\"; known are %s."
                          .formatted(
                              name,
                              Arrays.stream(values())
                                  .map(Preset::toString)
                                  .collect(Collectors.joining(", ")))));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A rule for some layers.
   *
   * @param layers which
   * @param rule their rule
   */
  public record Refinement(LayerSelector layers, RelevanceRule rule) {}

  /**
   * Checks ε.
   *
   * @throws IllegalArgumentException when ε is negative or not a number
   */
  public RuleSet {
    refinements = List.copyOf(refinements);
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
    return epsilon(DEFAULT_EPSILON).withBox(0, 1);
  }

  /**
   * LRP-ε in the modified-gradient form, in the first layer too.
   *
   * @param epsilon ε ≥ 0
   * @return the rule set
   */
  public static RuleSet epsilon(double epsilon) {
    return new RuleSet(Form.MODIFIED_GRADIENT, epsilon, true, List.of());
  }

  /**
   * LRP-ε in the textbook form, in the first layer too, as other tools have it.
   *
   * @param epsilon ε ≥ 0
   * @return the rule set
   */
  public static RuleSet textbook(double epsilon) {
    return new RuleSet(Form.TEXTBOOK, epsilon, true, List.of());
  }

  /**
   * Textbook ε for dense layers, z⁺ for convolutions.
   *
   * @param epsilon ε ≥ 0
   * @return the rule set
   */
  public static RuleSet epsilonPlus(double epsilon) {
    return textbook(epsilon)
        .with(new LayerSelector.Of(LayerSelector.Kind.CONVOLUTION), RelevanceRule.zPlus(epsilon));
  }

  /**
   * Textbook ε for dense layers, γ = 0.25 for convolutions, zB for pixels in [0, 1] in the first
   * layer.
   *
   * @param epsilon ε ≥ 0
   * @return the rule set
   */
  public static RuleSet epsilonGammaBox(double epsilon) {
    return textbook(epsilon)
        .with(
            new LayerSelector.Of(LayerSelector.Kind.CONVOLUTION),
            new RelevanceRule.Gamma(0.25, epsilon))
        .withBox(0, 1);
  }

  /**
   * Gradient×Input: no ε, no box.
   *
   * @return the rule set
   */
  public static RuleSet gradientTimesInput() {
    return epsilon(0);
  }

  /**
   * The gradient with respect to the pixels, not multiplied by them.
   *
   * @return the rule set
   */
  public static RuleSet gradient() {
    return new RuleSet(Form.MODIFIED_GRADIENT, 0, false, List.of());
  }

  /** Whether coefficients are gradients, as where no ε is applied. */
  boolean isGradient() {
    return form == Form.MODIFIED_GRADIENT && epsilon == 0;
  }

  /**
   * The same with a rule for some layers.
   *
   * @param layers which
   * @param rule their rule
   * @return the refined rule set
   */
  public RuleSet with(LayerSelector layers, RelevanceRule rule) {
    List<Refinement> more = new ArrayList<>(refinements);
    more.add(new Refinement(layers, rule));
    return new RuleSet(form, epsilon, timesInput, more);
  }

  /**
   * The same with LRP-zB in the first layer.
   *
   * @param lo least value of a pixel
   * @param hi greatest value of a pixel
   * @return the rule set
   */
  public RuleSet withBox(double lo, double hi) {
    return with(new LayerSelector.First(), new RelevanceRule.Box(lo, hi, epsilon));
  }

  /**
   * The same with z⁺ in the textbook form for all layers that follow LRP-ε, by the ε of each: the
   * first map of the dual variant.
   *
   * @return the rule set
   */
  RuleSet allPositive() {
    List<Refinement> positive = new ArrayList<>();
    positive.add(new Refinement(new LayerSelector.Range(0, -1), RelevanceRule.zPlus(epsilon)));
    for (Refinement refinement : refinements) {
      positive.add(
          refinement.rule() instanceof RelevanceRule.Epsilon r
              ? new Refinement(refinement.layers(), RelevanceRule.zPlus(r.epsilon()))
              : refinement);
    }
    return new RuleSet(Form.TEXTBOOK, epsilon, timesInput, positive);
  }

  /** The rule of a layer. */
  RelevanceRule of(LayerSelector.Position layer) {
    RelevanceRule rule = new RelevanceRule.Epsilon(epsilon);
    for (Refinement refinement : refinements) {
      if (refinement.layers().selects(layer)) {
        rule = refinement.rule();
      }
    }
    return rule;
  }
}
