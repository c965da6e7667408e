package dev.isnet.cli.report;

import dev.isnet.explain.Heatmap;
import java.util.List;

/**
 * What one system says about one image, and why.
 *
 * @param system the system's name
 * @param predictedClass what it takes the image for; with several labels, the label that the row is
 *     about, with {@link #NOT} before it where it is denied
 * @param probability the probability it gives to that class, in [0, 1]
 * @param heatmaps the classes to show; usually the true one, and the predicted one if it is another
 */
public record Explanation(
    String system, String predictedClass, double probability, List<Heatmap> heatmaps) {

  /** Before a label that is denied. */
  public static final String NOT = "not ";

  public Explanation {
    heatmaps = List.copyOf(heatmaps);
  }
}
