package dev.isnet.cli.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers and times as people read them. */
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
    String magnitude = fine(Math.abs(value));
    return magnitude.equals("0.000") ? magnitude : (value < 0 ? "−" : "+") + magnitude;
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
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
