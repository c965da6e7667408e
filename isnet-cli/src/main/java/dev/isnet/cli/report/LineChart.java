package dev.isnet.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A line chart, laid out for lineChart.jte in a field of {@value #WIDTH}×{@value #HEIGHT} units.
 *
 * @param title what is shown
 * @param xTitle what the horizontal axis means; may be empty
 */
record LineChart(
    String title, String xTitle, Axis x, Axis y, List<Line> lines, List<Label> labels) {

  static final int WIDTH = 400;
  static final int HEIGHT = 250;
  static final int LEFT = 42;
  static final int RIGHT = WIDTH - 12;
  static final int TOP = 22;
  static final int BOTTOM = HEIGHT - 38;

  /** Lines of so few points get a dot at each. */
  private static final int FEW_POINTS = 6;

  /**
   * @param colour index of the system's colour
   */
  record Line(String label, int colour, boolean dashed, double[] x, double[] y) {}

  /** A number beside a point: above or below it. */
  record Label(double x, double y, int colour, boolean above, String text) {}

  record Point(String x, String y) {}

  /** Curves of one quantity; the axis of values starts at zero. */
  static LineChart ofEpochs(String title, List<Line> lines) {
    double[] xs = lines.stream().flatMapToDouble(l -> DoubleStream.of(l.x())).toArray();
    double[] ys =
        lines.stream()
            .flatMapToDouble(l -> DoubleStream.of(l.y()))
            .filter(Double::isFinite)
            .toArray();
    Axis x =
        Axis.epochs(
            DoubleStream.of(xs).min().orElseThrow(), DoubleStream.of(xs).max().orElseThrow());
    Axis y =
        Axis.spanning(
            Math.min(0, DoubleStream.of(ys).min().orElseThrow()),
            Math.max(0, DoubleStream.of(ys).max().orElseThrow()),
            7);
    return new LineChart(title, "epoch", x, y, lines, List.of());
  }

  String px(double value) {
    return number(LEFT + x.position(value) * (RIGHT - LEFT));
  }

  String py(double value) {
    return number(BOTTOM - y.position(value) * (BOTTOM - TOP));
  }

  /** Where a label's base line goes. */
  String baseline(Label label) {
    double at = BOTTOM - y.position(label.y()) * (BOTTOM - TOP);
    return number(label.above() ? at - 9 : at + 18);
  }

  /** The line's unbroken stretches, as SVG point lists. */
  List<String> stretches(Line line) {
    List<String> stretches = new ArrayList<>();
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < line.x().length; i++) {
      if (Double.isFinite(line.y()[i])) {
        points.append(px(line.x()[i])).append(',').append(py(line.y()[i])).append(' ');
      } else if (!points.isEmpty()) {
        stretches.add(points.toString().strip());
        points.setLength(0);
      }
    }
    if (!points.isEmpty()) {
      stretches.add(points.toString().strip());
    }
    return stretches;
  }

  /** The line's points, if they are few. */
  List<Point> dots(Line line) {
    List<Point> dots = new ArrayList<>();
    for (int i = 0; i < line.x().length && line.x().length <= FEW_POINTS; i++) {
      if (Double.isFinite(line.y()[i])) {
        dots.add(new Point(px(line.x()[i]), py(line.y()[i])));
      }
    }
    return dots;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
