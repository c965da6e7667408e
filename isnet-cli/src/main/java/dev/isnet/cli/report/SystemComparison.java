package dev.isnet.cli.report;

import dev.isnet.evaluate.PairedComparison;
import java.util.List;

/**
 * Two systems on the same images, the first less the second.
 *
 * @param scenario the test
 * @param first name of one system
 * @param second name of the other
 * @param classes names of the classes
 * @param paired the differences
 */
public record SystemComparison(
    String scenario, String first, String second, List<String> classes, PairedComparison paired) {

  /** Copies the list. */
  public SystemComparison {
    classes = List.copyOf(classes);
  }
}
