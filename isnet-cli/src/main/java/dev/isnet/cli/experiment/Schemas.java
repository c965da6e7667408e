package dev.isnet.cli.experiment;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The form of the files that results are written to. Each says which it follows; the JSON Schemas
 * are the resources in {@code dev/isnet/cli/schema}, docs/results-files.md explains them.
 */
public final class Schemas {
  /**
   * Raised when the files change: the first number when something is renamed, removed or means
   * something else, the second when something is added.
   */
  public static final String VERSION = "1.0";

  private Schemas() {}

  /**
   * What everything that is written as JSON begins with.
   *
   * @param kind what it is
   * @return a map to go on with
   */
  public static Map<String, Object> head(String kind) {
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("schemaVersion", VERSION);
    head.put("kind", kind);
    return head;
  }
}
