package dev.isnet.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a classifier achieves in each group of images, by hospital, by device, by what stands in the
 * background: a mean over all of them hides the group that it fails.
 *
 * @param groups at least one, in the order of their names
 */
public record GroupResults(List<Group> groups) {

  /**
   * One group.
   *
   * @param name its name
   * @param images its images
   * @param right how many of them are classified rightly
   * @param accuracy their share, with the interval of its posterior
   * @param macroF1 mean F1 over the classes that the group has images of
   */
  public record Group(String name, long images, long right, Estimate accuracy, double macroF1) {}

  /** Copies the list. */
  public GroupResults {
    groups = List.copyOf(groups);
  }

  /**
   * Splits a test into groups.
   *
   * @param truth N class indices
   * @param predicted N class indices
   * @param groupOf the group of each image, N names
   * @param classes the class names
   * @return the groups' results
   * @throws IllegalArgumentException if there is no image, or the lengths differ
   */
  public static GroupResults of(
      int[] truth, int[] predicted, List<String> groupOf, List<String> classes) {
    if (truth.length == 0 || truth.length != groupOf.size()) {
      throw new IllegalArgumentException(
          truth.length + " images for " + groupOf.size() + " groups.");
    }
    Map<String, List<Integer>> members = new TreeMap<>();
    for (int i = 0; i < truth.length; i++) {
      members.computeIfAbsent(groupOf.get(i), unused -> new ArrayList<>()).add(i);
    }
    List<Group> groups = new ArrayList<>();
    members.forEach(
        (name, own) ->
            groups.add(
                group(
                    name,
                    ConfusionMatrix.of(
                        own.stream().mapToInt(i -> truth[i]).toArray(),
                        own.stream().mapToInt(i -> predicted[i]).toArray(),
                        classes))));
    return new GroupResults(groups);
  }

  /**
   * Puts separate tests side by side, such as those of {@link LeaveOneSourceOut}.
   *
   * @param tests by the group's name, at least one
   * @return the groups' results
   */
  public static GroupResults of(Map<String, EvaluationResult> tests) {
    return new GroupResults(
        new TreeMap<>(tests)
            .entrySet().stream()
                .map(test -> group(test.getKey(), test.getValue().confusion()))
                .toList());
  }

  /**
   * Splits a test into groups of which only what is right is known, as with several labels.
   *
   * @param right for each image whether the answer is right
   * @param groupOf the group of each image, N names
   * @return the groups' results, whose macro F1 is not a number
   * @throws IllegalArgumentException if there is no image, or the lengths differ
   */
  public static GroupResults of(boolean[] right, List<String> groupOf) {
    if (right.length == 0 || right.length != groupOf.size()) {
      throw new IllegalArgumentException(
          right.length + " images for " + groupOf.size() + " groups.");
    }
    Map<String, long[]> counts = new TreeMap<>();
    for (int i = 0; i < right.length; i++) {
      long[] count = counts.computeIfAbsent(groupOf.get(i), unused -> new long[2]);
      count[0]++;
      count[1] += right[i] ? 1 : 0;
    }
    return new GroupResults(
        counts.entrySet().stream()
            .map(
                each ->
                    new Group(
                        each.getKey(),
                        each.getValue()[0],
                        each.getValue()[1],
                        Estimate.ofRate(each.getValue()[1], each.getValue()[0]),
                        Double.NaN))
            .toList());
  }

  private static Group group(String name, ConfusionMatrix confusion) {
    long right = 0;
    for (int k = 0; k < confusion.classes().size(); k++) {
      right += confusion.count(k, k);
    }
    return new Group(
        name,
        confusion.total(),
        right,
        Estimate.ofRate(right, confusion.total()),
        confusion.perClass().stream()
            .filter(metrics -> metrics.support() > 0)
            .mapToDouble(ClassMetrics::f1)
            .average()
            .orElse(Double.NaN));
  }

  /**
   * The group with the lowest accuracy, by the mean of its posterior, (right + 1) / (images + 2):
   * one image that is wrong does not make a group the worst.
   *
   * @return the group
   */
  public Group worst() {
    return groups.stream()
        .min(Comparator.comparingDouble(group -> (group.right() + 1.0) / (group.images() + 2)))
        .orElseThrow();
  }
}
