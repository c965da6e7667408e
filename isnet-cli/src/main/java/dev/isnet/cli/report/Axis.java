package dev.isnet.cli.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A chart's axis: what it spans and where it is labelled.
 *
 * @param min the value at its beginning
 * @param max the value at its end
 * @param ticks its labels
 */
public record Axis(double min, double max, List<Tick> ticks) {

  /**
   * A label of an axis.
   *
   * @param at the value
   * @param label its text
   */
  public record Tick(double at, String label) {}

  /** Spans the values, with round ticks: 1, 2 or 5 times a power of ten apart. */
  public static Axis spanning(double low, double high, int maxTicks) {
    double span = high > low ? high - low : 1;
    BigDecimal step = roundStep(span / maxTicks);
    double size = step.doubleValue();
    long first = (long) Math.floor(low / size + 1e-9);
    long last = (long) Math.ceil((low + span) / size - 1e-9);
    List<Tick> ticks = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      BigDecimal at = step.multiply(BigDecimal.valueOf(i));
      ticks.add(new Tick(at.doubleValue(), at.toPlainString().replace('-', '−')));
    }
    return new Axis(first * size, last * size, ticks);
  }

  /** Spans whole numbers from the first to the last, with round ticks between them. */
  static Axis epochs(double first, double last) {
    double step = Math.max(1, roundStep((last - first) / 6).doubleValue());
    List<Tick> ticks = new ArrayList<>();
    for (double at = Math.ceil(first / step) * step; at <= last; at += step) {
      ticks.add(new Tick(at, String.valueOf((long) at)));
    }
    return first < last ? new Axis(first, last, ticks) : new Axis(first - 1, last + 1, ticks);
  }

  /** Names at 0, 1, 2, …, with some room before the first and after the last. */
  static Axis names(List<String> names) {
    return new Axis(
        -0.4,
        names.size() - 0.6,
        IntStream.range(0, names.size()).mapToObj(i -> new Tick(i, names.get(i))).toList());
  }

  /** Where a value lies, from 0 at the axis's beginning to 1 at its end. */
  double position(double value) {
    return (value - min) / (max - min);
  }

  private static BigDecimal roundStep(double atLeast) {
    int exponent = (int) Math.floor(Math.log10(Math.max(atLeast, 1e-12)));
    for (int digit : new int[] {1, 2, 5}) {
      BigDecimal step = BigDecimal.valueOf(digit).scaleByPowerOfTen(exponent);
      if (step.doubleValue() >= atLeast * (1 - 1e-9)) {
        return step;
      }
    }
    return BigDecimal.ONE.scaleByPowerOfTen(exponent + 1);
  }
}
