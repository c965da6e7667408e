package dev.isnet.cli.report;

import dev.isnet.evaluate.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Estimates as bars with their intervals, one below the other, laid out for intervalChart.jte in a
 * field of {@value #WIDTH} units' width.
 *
 * @param title what is shown
 * @param x the axis of values; begins at or below 0
 * @param bars from top to bottom
 * @param reference a value to compare with, as in what chance would give; drawn as a dashed line
 */
public record IntervalChart(String title, Axis x, List<Bar> bars, OptionalDouble reference)
    implements Block {

  static final int WIDTH = 400;
  static final int LEFT = 8;
  static final int RIGHT = WIDTH - 12;
  static final int ROW = 40;
  static final int TOP = 4;

  /**
   * One bar.
   *
   * @param label what it is of
   * @param value its length and interval
   * @param text the numbers as they are shown
   * @param colour index of its colour
   */
  public record Bar(String label, Estimate value, String text, int colour) {

    /** A ratio. */
    public static Bar ratio(String label, Estimate value, int colour) {
      return new Bar(label, value, Text.fine(value.value()) + " " + Text.interval(value), colour);
    }

    /** A share, in percent. */
    public static Bar percent(String label, Estimate value, int colour) {
      return new Bar(
          label, value, Text.percent(value.value()) + " " + Text.percentInterval(value), colour);
    }
  }

  /** Copies the list. */
  public IntervalChart {
    bars = List.copyOf(bars);
  }

  /** Ratios or shares, from 0 to 1. */
  public static IntervalChart ofRatios(String title, List<Bar> bars) {
    return new IntervalChart(title, Axis.spanning(0, 1, 5), bars, OptionalDouble.empty());
  }

  /** Numbers of any size, differences for example. */
  public static IntervalChart of(String title, List<Bar> bars) {
    double low = bars.stream().mapToDouble(bar -> bar.value().low()).min().orElse(0);
    double high = bars.stream().mapToDouble(bar -> bar.value().high()).max().orElse(1);
    return new IntervalChart(
        title, Axis.spanning(Math.min(0, low), Math.max(0, high), 5), bars, OptionalDouble.empty());
  }

  /** Shares as percentages: an axis from 0 to 100 %. */
  public static IntervalChart ofPercent(String title, List<Bar> bars) {
    List<Axis.Tick> ticks = new ArrayList<>();
    for (int percent = 0; percent <= 100; percent += 20) {
      ticks.add(new Axis.Tick(percent / 100.0, percent + " %"));
    }
    return new IntervalChart(title, new Axis(0, 1, ticks), bars, OptionalDouble.empty());
  }

  /** The same with a value to compare with. */
  public IntervalChart comparedWith(double value) {
    return new IntervalChart(title, x, bars, OptionalDouble.of(value));
  }

  int bottom() {
    return TOP + ROW * bars.size();
  }

  int height() {
    return bottom() + 22;
  }

  /** Top of the bar itself, below its label. */
  int barTop(int index) {
    return TOP + ROW * index + 18;
  }

  String px(double value) {
    return number(at(value));
  }

  String barLeft(Bar bar) {
    return number(Math.min(at(0), at(bar.value().value())));
  }

  String barWidth(Bar bar) {
    return number(Math.abs(at(bar.value().value()) - at(0)));
  }

  private double at(double value) {
    return LEFT + Math.max(0, Math.min(1, x.position(value))) * (RIGHT - LEFT);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
