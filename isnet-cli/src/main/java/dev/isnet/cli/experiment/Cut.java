package dev.isnet.cli.experiment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.OptionalDouble;

/**
 * C1 or C2: a number, or {@code auto} for the tune-cut procedure.
 *
 * @param value empty for auto
 */
public record Cut(OptionalDouble value) {

  static final String NAME_OF_AUTO = "auto";
  static final Cut AUTO = new Cut(OptionalDouble.empty());

  static Cut of(double value) {
    return new Cut(OptionalDouble.of(value));
  }

  boolean isAuto() {
    return value.isEmpty();
  }

  /**
   * As in the file.
   *
   * @return a number or {@code auto}
   */
  @JsonValue
  public Object json() {
    return isAuto() ? NAME_OF_AUTO : (Object) value.getAsDouble();
  }
}
