package dev.isnet.cli.report;

import dev.isnet.evaluate.Calibration;
import dev.isnet.evaluate.RocCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A line chart, laid out for lineChart.jte in a field of {@value #WIDTH}×{@value #HEIGHT} units.
 *
 * @param title what is shown
 * @param xTitle what the horizontal axis means; may be empty
 * @param yTitle what the vertical axis means; may be empty
 * @param x horizontal axis
 * @param y vertical axis
 * @param diagonal whether there is a line from corner to corner, for chance or perfection
 * @param lines the lines
 * @param labels numbers beside points
 */
public record LineChart(
    String title,
    String xTitle,
    String yTitle,
    Axis x,
    Axis y,
    boolean diagonal,
    List<Line> lines,
    List<Label> labels)
    implements Block {

  static final int WIDTH = 400;
  static final int HEIGHT = 250;
  static final int LEFT = 42;
  static final int RIGHT = WIDTH - 12;
  static final int TOP = 22;
  static final int BOTTOM = HEIGHT - 38;

  /** Lines of so few points get a dot at each. */
  private static final int FEW_POINTS = 6;

  /** Copies the lists. */
  public LineChart {
    lines = List.copyOf(lines);
    labels = List.copyOf(labels);
  }

  /**
   * One line. Arrays are kept, not copied.
   *
   * @param label its name in the legend
   * @param colour index of its colour
   * @param dashed whether it is dashed
   * @param x horizontal positions, ascending
   * @param y values; what is not a finite number leaves a gap
   * @param low lower ends of the values' intervals; empty if there are none
   * @param high upper ends
   */
  public record Line(
      String label,
      int colour,
      boolean dashed,
      double[] x,
      double[] y,
      double[] low,
      double[] high) {

    /**
     * @throws IllegalArgumentException if the arrays differ in length
     */
    public Line {
      if (x.length != y.length
          || low.length != high.length
          || (low.length != 0 && low.length != y.length)) {
        throw new IllegalArgumentException(
            "The line %s has %d positions, %d values and %d intervals."
                .formatted(label, x.length, y.length, low.length));
      }
    }

    /** A line without intervals. */
    public Line(String label, int colour, boolean dashed, double[] x, double[] y) {
      this(label, colour, dashed, x, y, new double[0], new double[0]);
    }
  }

  /**
   * A number beside a point.
   *
   * @param x position of the point
   * @param y value of the point
   * @param colour index of the line's colour
   * @param above whether it stands above the point, else below
   * @param text the number
   */
  public record Label(double x, double y, int colour, boolean above, String text) {}

  record Point(String x, String y) {}

  record Whisker(String x, String low, String high) {}

  /** Curves of one quantity over epochs; the axis of values starts at zero. */
  public static LineChart ofEpochs(String title, List<Line> lines) {
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
    return new LineChart(title, "epoch", "", x, y, false, lines, List.of());
  }

  /** Ratios in [0, 1] over a few named tests; point i of each line belongs to test i. */
  public static LineChart ofTests(String title, List<String> tests, List<Line> lines) {
    return new LineChart(
        title,
        "",
        "",
        Axis.names(tests),
        Axis.spanning(0, 1, 5),
        false,
        lines,
        extremes(lines, tests.size()));
  }

  /** Ratios in [0, 1] over a share in [0, 1]. */
  public static LineChart ofShares(String title, String xTitle, String yTitle, List<Line> lines) {
    return new LineChart(
        title,
        xTitle,
        yTitle,
        Axis.spanning(0, 1, 5),
        Axis.spanning(0, 1, 5),
        false,
        lines,
        List.of());
  }

  /** Receiver operating characteristics, each class in a colour of its own. */
  public static LineChart ofRocs(String title, List<RocCurve> curves) {
    return new LineChart(
        title,
        "false positive rate",
        "true positive rate",
        Axis.spanning(0, 1, 5),
        Axis.spanning(0, 1, 5),
        true,
        IntStream.range(0, curves.size())
            .mapToObj(
                k ->
                    new Line(
                        curves.get(k).name(),
                        k,
                        false,
                        curves.get(k).falsePositiveRate(),
                        curves.get(k).truePositiveRate()))
            .toList(),
        List.of());
  }

  /** A reliability curve with the intervals of its bins; bins without samples are left out. */
  public static LineChart ofReliability(String title, Calibration calibration, int colour) {
    List<Calibration.Bin> bins =
        calibration.bins().stream().filter(bin -> bin.right().isPresent()).toList();
    Line line =
        new Line(
            "share that is right, in bins of equal width",
            colour,
            false,
            bins.stream().mapToDouble(Calibration.Bin::confidence).toArray(),
            bins.stream().mapToDouble(bin -> bin.right().orElseThrow().value()).toArray(),
            bins.stream().mapToDouble(bin -> bin.right().orElseThrow().low()).toArray(),
            bins.stream().mapToDouble(bin -> bin.right().orElseThrow().high()).toArray());
    return new LineChart(
        title,
        "confidence",
        "share right",
        Axis.spanning(0, 1, 5),
        Axis.spanning(0, 1, 5),
        true,
        List.of(line),
        List.of());
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

  /** The line's points, if they are few or have intervals. */
  List<Point> dots(Line line) {
    List<Point> dots = new ArrayList<>();
    boolean shown = line.x().length <= FEW_POINTS || line.low().length > 0;
    for (int i = 0; i < line.x().length && shown; i++) {
      if (Double.isFinite(line.y()[i])) {
        dots.add(new Point(px(line.x()[i]), py(line.y()[i])));
      }
    }
    return dots;
  }

  /** The intervals of the line's points. */
  List<Whisker> whiskers(Line line) {
    return IntStream.range(0, line.low().length)
        .filter(i -> Double.isFinite(line.low()[i]) && Double.isFinite(line.high()[i]))
        .mapToObj(i -> new Whisker(px(line.x()[i]), py(line.low()[i]), py(line.high()[i])))
        .toList();
  }

  /** Labels the highest point of each test above, and the lowest below. */
  private static List<Label> extremes(List<Line> lines, int tests) {
    List<Label> labels = new ArrayList<>();
    for (int test = 0; test < tests; test++) {
      int at = test;
      List<Line> tested = lines.stream().filter(line -> !Double.isNaN(line.y()[at])).toList();
      if (tested.isEmpty()) {
        continue;
      }
      Line highest = tested.get(0);
      Line lowest = tested.get(0);
      for (Line line : tested) {
        highest = line.y()[at] > highest.y()[at] ? line : highest;
        lowest = line.y()[at] <= lowest.y()[at] ? line : lowest;
      }
      labels.add(label(highest, at, true));
      if (lowest != highest) {
        labels.add(label(lowest, at, false));
      }
    }
    return labels;
  }

  private static Label label(Line line, int test, boolean above) {
    double value = line.y()[test];
    return new Label(test, value, line.colour(), above, Text.ratio(value));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
