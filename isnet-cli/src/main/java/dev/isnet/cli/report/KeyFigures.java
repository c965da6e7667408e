package dev.isnet.cli.report;

import dev.isnet.evaluate.Estimate;
import java.util.List;
import java.util.OptionalInt;

/**
 * The few numbers that matter most, in large type.
 *
 * @param figures at best two to four
 */
public record KeyFigures(List<Figure> figures) implements Block {

  /**
   * One number.
   *
   * @param label what it is about, as in "ISNet"
   * @param value the number as it is shown
   * @param interval its interval as it is shown; may be empty
   * @param meaning what it measures, as in "macro F1, deceiving test"
   * @param colour index of the system's colour, if it belongs to one
   */
  public record Figure(
      String label, String value, String interval, String meaning, OptionalInt colour) {

    /** A ratio as it was counted, with what is expected of further samples: mean and interval. */
    public static Figure ratio(String label, double counted, Estimate expected, String meaning) {
      return new Figure(
          label,
          Text.ratio(counted),
          "expected " + Text.expected(expected),
          meaning,
          OptionalInt.empty());
    }

    /** A share with its interval, in percent. */
    public static Figure percent(String label, Estimate value, String meaning) {
      return new Figure(
          label,
          Text.percent(value.value()),
          Text.percentInterval(value),
          meaning,
          OptionalInt.empty());
    }

    /** The same with the colour of a system. */
    public Figure coloured(int index) {
      return new Figure(label, value, interval, meaning, OptionalInt.of(index));
    }
  }

  /** Copies the list. */
  public KeyFigures {
    figures = List.copyOf(figures);
  }

  /** The figures in the order given. */
  public static KeyFigures of(Figure... figures) {
    return new KeyFigures(List.of(figures));
  }
}
