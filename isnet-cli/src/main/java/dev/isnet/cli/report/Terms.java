package dev.isnet.cli.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Words and what they mean.
 *
 * @param meanings meaning by word, in this order
 */
public record Terms(Map<String, String> meanings) implements Block {

  /** Keeps the order. */
  public Terms {
    meanings = Collections.unmodifiableMap(new LinkedHashMap<>(meanings));
  }
}
