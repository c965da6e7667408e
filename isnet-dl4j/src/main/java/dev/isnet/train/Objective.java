package dev.isnet.train;

import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;

/** What training minimises. */
public sealed interface Objective permits Objective.Plain, Objective.Isnet, Objective.Segmentation {

  /** The classification loss L_C alone. */
  record Plain() implements Objective {}

  /**
   * A segmenter's loss, cross-entropy and soft Dice of the masks; images without a mask are left
   * out. See {@link dev.isnet.loss.SegmentationLossOp}.
   */
  record Segmentation() implements Objective {}

  /**
   * The ISNet loss L_IS = (1 − P)·L_C + P·L_LRP.
   *
   * @param p P in [0, 1]: higher means more resistance to bias and slower training
   * @param loss L_LRP
   * @param rules how the heatmaps are made
   * @param variant what the heatmaps explain
   * @param deep hidden layers whose relevance is supervised too
   * @param memory largest number of bytes of a step's arrays; the maps of the original variant are
   *     made in as many groups as that needs
   */
  record Isnet(
      double p, HeatmapLoss loss, RuleSet rules, Variant variant, DeepSupervision deep, long memory)
      implements Objective {

    /**
     * Checks P.
     *
     * @throws IllegalArgumentException when P is not in [0, 1]
     */
    public Isnet {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("P must lie in [0, 1], not " + p);
      }
    }

    /**
     * The same with another variant.
     *
     * @param other what the heatmaps explain
     * @return the objective
     */
    public Isnet with(Variant other) {
      return new Isnet(p, loss, rules, other, deep, memory);
    }

    /**
     * The same with deep supervision.
     *
     * @param supervision the hidden layers
     * @return the objective
     */
    public Isnet with(DeepSupervision supervision) {
      return new Isnet(p, loss, rules, variant, supervision, memory);
    }

    /**
     * The same with a memory budget.
     *
     * @param bytes for the arrays of one step
     * @return the objective
     */
    public Isnet within(long bytes) {
      return new Isnet(p, loss, rules, variant, deep, bytes);
    }
  }

  /**
   * The classification loss alone.
   *
   * @return the objective
   */
  static Objective plain() {
    return new Plain();
  }

  /**
   * The loss of a segmenter, whose network gives one logit for each pixel.
   *
   * @return the objective
   */
  static Objective segmentation() {
    return new Segmentation();
  }

  /**
   * The ISNet loss with the standard heatmap loss and rules.
   *
   * @param p P in [0, 1]
   * @return the objective
   */
  static Isnet isnet(double p) {
    return isnet(p, HeatmapLoss.standard(), RuleSet.standard());
  }

  /**
   * The ISNet loss with one heatmap for every class.
   *
   * @param p P in [0, 1]
   * @param loss the heatmap loss
   * @param rules the rules of the heatmaps
   * @return the objective
   */
  static Isnet isnet(double p, HeatmapLoss loss, RuleSet rules) {
    return new Isnet(p, loss, rules, Variant.ORIGINAL, DeepSupervision.NONE, Long.MAX_VALUE);
  }
}
