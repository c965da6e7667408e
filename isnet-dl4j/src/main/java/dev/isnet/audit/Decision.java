package dev.isnet.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a classifier says about an image.
 *
 * @param classes what is decided, indices in rising order: one, or with several labels all that are
 *     above 0.5
 * @param explained the class whose heatmap is made: the most probable one
 * @param probability of {@code explained}
 */
public record Decision(List<Integer> classes, int explained, double probability) {

  /** Copies the list. */
  public Decision {
    classes = List.copyOf(classes);
  }

  static Decision of(double[] probabilities, boolean multiLabel) {
    int best = 0;
    List<Integer> above = new ArrayList<>();
    for (int k = 0; k < probabilities.length; k++) {
      best = probabilities[k] > probabilities[best] ? k : best;
      if (probabilities[k] > 0.5) {
        above.add(k);
      }
    }
    return new Decision(multiLabel ? above : List.of(best), best, probabilities[best]);
  }

  /**
   * The decision in words.
   *
   * @param names of the classes
   * @return such as {@code cat} or {@code cat|dog}; {@code none} for no label
   */
  public String words(List<String> names) {
    return words(classes, names);
  }

  static String words(List<Integer> classes, List<String> names) {
    return classes.isEmpty()
        ? "none"
        : classes.stream().map(names::get).collect(Collectors.joining("|"));
  }
}
