package dev.isnet.cli.report;

import dev.isnet.evaluate.Estimate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers and times as people read them; lines do not break within brackets. */
final class Text {

  private Text() {}

  /** A ratio in [0, 1] with two decimals. */
  static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** A ratio with three decimals, where ratios are to be subtracted from each other. */
  static String fine(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** A difference with three decimals and its sign; what rounds to nothing has none. */
  static String change(double value) {
    return change(value, 3);
  }

  private static String change(double value, int decimals) {
    String magnitude = String.format(Locale.ROOT, "%." + decimals + "f", Math.abs(value));
    boolean nothing = magnitude.chars().allMatch(c -> c == '0' || c == '.');
    return nothing ? magnitude : (value < 0 ? "−" : "+") + magnitude;
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  /** As in "0.93 [0.89, 0.96]". */
  static String expected(Estimate estimate) {
    return ratio(estimate.value()) + " " + interval(estimate);
  }

  /** As in "[0.89, 0.96]". */
  static String interval(Estimate estimate) {
    return String.format(Locale.ROOT, "[%.2f,\u00a0%.2f]", estimate.low(), estimate.high());
  }

  /** As in "[35, 41] %". */
  static String percentInterval(Estimate estimate) {
    return String.format(
        Locale.ROOT, "[%.0f,\u00a0%.0f]\u00a0%%", 100 * estimate.low(), 100 * estimate.high());
  }

  /** The interval of a difference, with signs. */
  static String changeInterval(Estimate estimate) {
    return "[" + change(estimate.low(), 2) + ",\u00a0" + change(estimate.high(), 2) + "]";
  }

  /** A test's probability; small ones are only bounded. */
  static String pValue(double p) {
    return p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
  }

  /** Two significant digits. */
  static String magnitude(double value) {
    return String.format(Locale.ROOT, "%.2g", value);
  }

  static String duration(Duration duration) {
    List<String> parts = new ArrayList<>();
    if (duration.toHours() > 0) {
      parts.add(duration.toHours() + " h");
    }
    if (duration.toMinutes() > 0) {
      parts.add(duration.toMinutesPart() + " min");
    }
    if (duration.toHours() == 0) {
      parts.add(duration.toSecondsPart() + " s");
    }
    return String.join(" ", parts);
  }

  static String capitalised(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
