package dev.isnet.data.bias;

import dev.isnet.data.InputException;
import java.util.Locale;

/** Checks of the bias's settings, and how its constants are written. */
final class Ranges {
  private Ranges() {}

  static void check(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new InputException(
          "The bias %s is %s, but must be between %s and %s."
              .formatted(name, value, plain(least), plain(most)));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
