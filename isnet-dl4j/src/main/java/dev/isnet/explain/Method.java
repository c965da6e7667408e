package dev.isnet.explain;

import dev.isnet.relevance.RuleSet;
import java.util.Optional;

/** How an {@link Explainer} makes its heatmaps. */
public sealed interface Method {

  /**
   * Relevance, or the coefficients of a rule set that does not multiply by the input.
   *
   * @param rules the rules
   */
  record Relevance(RuleSet rules) implements Method {}

  /**
   * Grad-CAM (Selvaraju et al., ICCV 2017), one channel at the size of the image, at least 0. See
   * {@link dev.isnet.relevance.GradCam}.
   *
   * @param layer vertex of the feature layer; empty for the last one with height and width
   */
  record GradCam(Optional<String> layer) implements Method {}

  /**
   * Attention rollout (Abnar and Zuidema, ACL 2020), for transformers: where the class token
   * looked, the same for every class. See {@link dev.isnet.graph.op.AttentionRollout}.
   */
  record AttentionRollout() implements Method {}

  /**
   * Attention rollout.
   *
   * @return the method
   */
  static Method attentionRollout() {
    return new AttentionRollout();
  }

  /**
   * Relevance by a rule set.
   *
   * @param rules the rules
   * @return the method
   */
  static Method relevance(RuleSet rules) {
    return new Relevance(rules);
  }

  /**
   * Grad-CAM at the last layer with height and width.
   *
   * @return the method
   */
  static Method gradCam() {
    return new GradCam(Optional.empty());
  }

  /**
   * Gradient×Input, x ⊙ ∂z/∂x.
   *
   * @return the method
   */
  static Method gradientInput() {
    return new Relevance(RuleSet.gradientTimesInput());
  }

  /**
   * The input gradient ∂z/∂x.
   *
   * @return the method
   */
  static Method gradient() {
    return new Relevance(RuleSet.gradient());
  }
}
