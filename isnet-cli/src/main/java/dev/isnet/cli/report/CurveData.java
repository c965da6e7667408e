package dev.isnet.cli.report;

import java.util.Arrays;

/**
 * A learning curve. Curves of the same quantity, of all systems, share a chart.
 *
 * @param quantity what is measured, as in "Classification loss": the chart's title
 * @param name what it is measured on, as in "training" or "validation"; what is called "training"
 *     gets a dashed line
 * @param x epochs, ascending; kept, not copied
 * @param y one value for each epoch; what is not a finite number leaves a gap; kept, not copied
 */
public record CurveData(String quantity, String name, double[] x, double[] y) {

  /**
   * @throws IllegalArgumentException if x and y differ in length
   */
  public CurveData {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "Curve %s, %s: %d epochs but %d values.".formatted(quantity, name, x.length, y.length));
    }
  }

  boolean isTraining() {
    return name.equals("training");
  }

  /** False if there is nothing to draw. */
  boolean isVisible() {
    return Arrays.stream(y).anyMatch(Double::isFinite);
  }
}
