package dev.isnet.cli.report;

import java.util.List;
import java.util.Locale;

/**
 * Dots in a plane, laid out for scatterChart.jte in a field of {@value #WIDTH}×{@value #HEIGHT}
 * units.
 *
 * @param title what is shown
 * @param xTitle what the horizontal axis means
 * @param x horizontal axis
 * @param y vertical axis
 * @param dots the dots, those above others last
 */
public record ScatterChart(String title, String xTitle, Axis x, Axis y, List<Dot> dots)
    implements Block {

  static final int WIDTH = 400;
  static final int HEIGHT = 250;
  static final int LEFT = 42;
  static final int RIGHT = WIDTH - 12;
  static final int TOP = 12;
  static final int BOTTOM = HEIGHT - 38;

  /**
   * One dot.
   *
   * @param x its place
   * @param y its value
   * @param colour index of its colour
   * @param open whether it is a ring
   * @param label what a pointer over it shows
   */
  public record Dot(double x, double y, int colour, boolean open, String label) {}

  /** Copies the list. */
  public ScatterChart {
    dots = List.copyOf(dots);
  }

  String px(double value) {
    return String.format(Locale.ROOT, "%.1f", LEFT + x.position(value) * (RIGHT - LEFT));
  }

  String py(double value) {
    return String.format(Locale.ROOT, "%.1f", BOTTOM - y.position(value) * (BOTTOM - TOP));
  }
}
