package dev.isnet.cli.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names and values, one below the other.
 *
 * @param values value by name, in this order
 */
public record Facts(Map<String, String> values) implements Block {

  /** Keeps the order. */
  public Facts {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
