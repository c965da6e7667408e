package dev.isnet.train;

import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.RuleSet;

/** What training minimises. */
public sealed interface Objective permits Objective.Plain, Objective.Isnet {

  /** The classification loss L_C alone. */
  record Plain() implements Objective {}

  /**
   * The ISNet loss L_IS = (1 − P)·L_C + P·L_LRP, with one heatmap for every class.
   *
   * @param p P in [0, 1]: higher means more resistance to bias and slower training
   * @param loss L_LRP
   * @param rules how the heatmaps are made
   */
  record Isnet(double p, HeatmapLoss loss, RuleSet rules) implements Objective {

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
   * The ISNet loss with the standard heatmap loss and rules.
   *
   * @param p P in [0, 1]
   * @return the objective
   */
  static Objective isnet(double p) {
    return isnet(p, HeatmapLoss.standard(), RuleSet.standard());
  }

  /**
   * The ISNet loss.
   *
   * @param p P in [0, 1]
   * @param loss the heatmap loss
   * @param rules the rules of the heatmaps
   * @return the objective
   */
  static Objective isnet(double p, HeatmapLoss loss, RuleSet rules) {
    return new Isnet(p, loss, rules);
  }
}
