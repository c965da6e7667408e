package dev.isnet.cli.report;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Parallel coordinates: an upright axis for each quantity, and a line for each thing that has all
 * of them; laid out for parallelChart.jte in a field of {@value #WIDTH}×{@value #HEIGHT} units.
 *
 * @param title what is shown
 * @param rails the axes, from left to right, at least two
 * @param lines the lines, those above others last
 */
public record ParallelChart(String title, List<Rail> rails, List<Line> lines) implements Block {

  static final int WIDTH = 800;
  static final int HEIGHT = 280;
  static final int TOP = 34;
  static final int BOTTOM = HEIGHT - 12;
  private static final int LEFT = 60;
  private static final int RIGHT = WIDTH - 60;

  /**
   * An axis.
   *
   * @param title what it means
   * @param axis what it spans
   */
  public record Rail(String title, Axis axis) {}

  /**
   * A line.
   *
   * @param places where it crosses each axis
   * @param colour index of its colour
   * @param faint whether it stays in the background
   * @param label what a pointer over it shows
   */
  public record Line(List<Double> places, int colour, boolean faint, String label) {
    /** Copies the list. */
    public Line {
      places = List.copyOf(places);
    }
  }

  /** Copies the lists. */
  public ParallelChart {
    rails = List.copyOf(rails);
    lines = List.copyOf(lines);
  }

  String px(int rail) {
    return number(LEFT + rail * (double) (RIGHT - LEFT) / Math.max(1, rails.size() - 1));
  }

  String py(int rail, double place) {
    return number(BOTTOM - rails.get(rail).axis().position(place) * (BOTTOM - TOP));
  }

  String points(Line line) {
    StringJoiner points = new StringJoiner(" ");
    for (int rail = 0; rail < rails.size(); rail++) {
      points.add(px(rail) + "," + py(rail, line.places().get(rail)));
    }
    return points.toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
