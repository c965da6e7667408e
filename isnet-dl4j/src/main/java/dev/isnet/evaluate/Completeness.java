package dev.isnet.evaluate;

import java.util.List;

/**
 * How much of a logit arrives at the pixels. Relevance starts as the logit; on its way biases keep
 * their share (they are in the denominator z but have no input to give it to), and ε damps what is
 * left. Without either the relevance of the pixels adds up to the logit.
 *
 * @param logit what was explained
 * @param withoutEpsilon ΣR of the same rules with ε = 0
 * @param relevance ΣR of the rules themselves
 */
public record Completeness(double logit, double withoutEpsilon, double relevance) {

  /** What biases, the offsets of batch norms among them, absorb: may be negative. */
  public double absorbedByBiases() {
    return logit - withoutEpsilon;
  }

  /** What ε absorbs: may be negative. */
  public double absorbedByEpsilon() {
    return withoutEpsilon - relevance;
  }

  /**
   * The error of a set: Σ|logit − ΣR| / Σ|logit|.
   *
   * @param images at least one
   * @return at least 0; 0 when everything arrives; NaN if all logits are 0
   */
  public static double error(List<Completeness> images) {
    double missing = 0;
    double all = 0;
    for (Completeness image : images) {
      missing += Math.abs(image.logit - image.relevance);
      all += Math.abs(image.logit);
    }
    return missing / all;
  }
}
