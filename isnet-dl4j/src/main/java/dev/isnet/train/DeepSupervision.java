package dev.isnet.train;

import java.util.Map;

/**
 * Deep supervision (Faster ISNet's LDS): the heatmap loss on the relevance at hidden layers too.
 * The losses of pixels and layers are combined by one-dimensional GWRP.
 *
 * @param layers the vertices whose outputs are supervised, each with its own C1 and C2
 * @param decay d of the GWRP over the layers, in [0, 1]: 0 counts the worst layer only
 */
public record DeepSupervision(Map<String, Bounds> layers, double decay) {

  /** d over the layers in the reference's scripts. */
  public static final double DEFAULT_DECAY = 0.8;

  /** No hidden layer. */
  public static final DeepSupervision NONE = new DeepSupervision(Map.of(), DEFAULT_DECAY);

  /**
   * Range of the foreground relevance that costs nothing.
   *
   * @param c1 least, &gt; 0
   * @param c2 greatest, ≥ c1
   */
  public record Bounds(double c1, double c2) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when they are not finite with 0 &lt; c1 ≤ c2
     */
    public Bounds {
      if (!(c1 > 0 && c2 >= c1 && c2 < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "bounds are finite with 0 < c1 ≤ c2, not c1 = " + c1 + " and c2 = " + c2);
      }
    }
  }

  /**
   * Checks the decay.
   *
   * @throws IllegalArgumentException when it is not in [0, 1]
   */
  public DeepSupervision {
    layers = Map.copyOf(layers);
    if (!(decay >= 0 && decay <= 1)) {
      throw new IllegalArgumentException("the layers' decay must lie in [0, 1], not " + decay);
    }
  }
}
