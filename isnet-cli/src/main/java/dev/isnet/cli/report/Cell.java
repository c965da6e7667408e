package dev.isnet.cli.report;

import dev.isnet.evaluate.Estimate;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A cell of a table.
 *
 * @param text what it says
 * @param detail what it says beside that, smaller, as in an interval; may be empty
 * @param order what it is sorted by, if not by its text
 * @param colour the colour of the system that its row is about, if it is about one
 */
public record Cell(String text, String detail, OptionalDouble order, OptionalInt colour) {

  /** A text. */
  public static Cell text(String text) {
    return new Cell(text, "", OptionalDouble.empty(), OptionalInt.empty());
  }

  /** A whole number. */
  public static Cell count(long number) {
    return sorted(String.valueOf(number), "", number);
  }

  /** A ratio with three decimals. */
  public static Cell ratio(double value) {
    return sorted(Text.fine(value), "", value);
  }

  /** A ratio with its interval. */
  public static Cell ratio(Estimate value) {
    return sorted(Text.fine(value.value()), Text.interval(value), value.value());
  }

  /** A ratio as it was counted, with what is expected of further samples: mean and interval. */
  public static Cell ratio(double counted, Estimate expected) {
    return sorted(Text.fine(counted), Text.expected(expected), counted);
  }

  /** A share in percent with its interval. */
  public static Cell percent(Estimate value) {
    return sorted(Text.percent(value.value()), Text.percentInterval(value), value.value());
  }

  /** A difference with its sign and interval. */
  public static Cell change(Estimate value) {
    return sorted(Text.change(value.value()), Text.changeInterval(value), value.value());
  }

  /** A difference with its sign. */
  public static Cell change(double value) {
    return sorted(Text.change(value), "", value);
  }

  /** The probability of a test, as in "p < 0.001". */
  public static Cell pValue(double p) {
    return sorted(Text.pValue(p), "", p);
  }

  /** What was not measured. */
  public static Cell none() {
    return sorted("–", "", Double.NEGATIVE_INFINITY);
  }

  /** The same with the colour of a system. */
  public Cell coloured(int index) {
    return new Cell(text, detail, order, OptionalInt.of(index));
  }

  private static Cell sorted(String text, String detail, double order) {
    return new Cell(text, detail, OptionalDouble.of(order), OptionalInt.empty());
  }
}
