package dev.isnet.cli.report;

import dev.isnet.tuning.Range;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The axis of a range: logarithmic for a logarithmic one, names for a choice.
 *
 * @param title the range's key
 * @param axis what it spans, in places
 * @param place where a value lies on it
 */
record RangeAxis(String title, Axis axis, ToDoubleFunction<Object> place) {

  static RangeAxis of(String key, Range range) {
    if (range instanceof Range.Choice choice) {
      return new RangeAxis(
          key,
          Axis.names(choice.values().stream().map(Object::toString).toList()),
          value -> choice.values().indexOf(value));
    } else if (range instanceof Range.LogUniform log) {
      return new RangeAxis(
          key, logarithmic(log.least(), log.most()), value -> Math.log10(number(value)));
    } else if (range instanceof Range.Whole whole) {
      return new RangeAxis(key, Axis.spanning(whole.least(), whole.most(), 5), RangeAxis::number);
    }
    Range.Uniform uniform = (Range.Uniform) range;
    return new RangeAxis(key, Axis.spanning(uniform.least(), uniform.most(), 5), RangeAxis::number);
  }

  private static double number(Object value) {
    return Double.parseDouble(value.toString());
  }

  /**
   * From end to end; ticks at 1, 2 and 5 times powers of ten, or at the powers if they are many.
   */
  private static Axis logarithmic(double least, double most) {
    boolean wide = most / least > 200;
    List<Axis.Tick> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(least)); Math.pow(10, power) <= most; power++) {
      for (int digit : wide ? new int[] {1} : new int[] {1, 2, 5}) {
        double at = digit * Math.pow(10, power);
        if (at >= least * (1 - 1e-9) && at <= most * (1 + 1e-9)) {
          ticks.add(new Axis.Tick(Math.log10(at), label(at)));
        }
      }
    }
    return new Axis(Math.log10(least), Math.log10(most), ticks);
  }

  private static String label(double tick) {
    return BigDecimal.valueOf(tick).round(new MathContext(1)).stripTrailingZeros().toPlainString();
  }
}
