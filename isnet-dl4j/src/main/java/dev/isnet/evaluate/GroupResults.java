package dev.isnet.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

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
   * @param accuracy their share, with the interval of its posterior, which counts images of one
   *     patient for what they are worth ({@link Estimate#ofGroupedRate})
   * @param macroF1 mean F1 over the classes that the group has images of
   */
  public record Group(String name, long images, long right, Estimate accuracy, double macroF1) {}

  /** Copies the list. */
  public GroupResults {
    groups = List.copyOf(groups);
  }

  /**
   * Splits a test of images that are independent of each other into groups.
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
    return of(truth, predicted, groupOf, Patients.unknown(truth.length), classes);
  }

  /**
   * Splits a test into groups.
   *
   * @param truth N class indices
   * @param predicted N class indices
   * @param groupOf the group of each image, N names
   * @param patients whom each image shows, N names; images of unknown patients have names of their
   *     own
   * @param classes the class names
   * @return the groups' results
   * @throws IllegalArgumentException if there is no image, or the lengths differ
   */
  public static GroupResults of(
      int[] truth,
      int[] predicted,
      List<String> groupOf,
      List<String> patients,
      List<String> classes) {
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
                        classes),
                    own.stream().map(patients::get).toList(),
                    own.stream().map(i -> truth[i] == predicted[i]).toList())));
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
                .map(
                    test ->
                        group(
                            test.getKey(),
                            test.getValue().confusion(),
                            test.getValue().patients(),
                            IntStream.range(0, test.getValue().size())
                                .mapToObj(
                                    i -> test.getValue().truth()[i] == test.getValue().predicted(i))
                                .toList()))
                .toList());
  }

  /**
   * Splits a test into groups of which only what is right is known, as with several labels.
   *
   * @param right for each image whether the answer is right
   * @param groupOf the group of each image, N names
   * @param patients whom each image shows, N names
   * @return the groups' results, whose macro F1 is not a number
   * @throws IllegalArgumentException if there is no image, or the lengths differ
   */
  public static GroupResults of(boolean[] right, List<String> groupOf, List<String> patients) {
    if (right.length == 0 || right.length != groupOf.size()) {
      throw new IllegalArgumentException(
          right.length + " images for " + groupOf.size() + " groups.");
    }
    Map<String, List<Integer>> members = new TreeMap<>();
    for (int i = 0; i < right.length; i++) {
      members.computeIfAbsent(groupOf.get(i), unused -> new ArrayList<>()).add(i);
    }
    return new GroupResults(
        members.entrySet().stream()
            .map(
                each ->
                    group(
                        each.getKey(),
                        each.getValue().stream().map(patients::get).toList(),
                        each.getValue().stream().map(i -> right[i]).toList(),
                        Double.NaN))
            .toList());
  }

  private static Group group(
      String name, ConfusionMatrix confusion, List<String> patients, List<Boolean> right) {
    return group(
        name,
        patients,
        right,
        confusion.perClass().stream()
            .filter(ClassMetrics::present)
            .mapToDouble(ClassMetrics::f1)
            .average()
            .orElse(Double.NaN));
  }

  private static Group group(
      String name, List<String> patients, List<Boolean> right, double macroF1) {
    boolean[] flags = new boolean[right.size()];
    int count = 0;
    for (int i = 0; i < flags.length; i++) {
      flags[i] = right.get(i);
      count += flags[i] ? 1 : 0;
    }
    return new Group(name, flags.length, count, Estimate.ofGroupedRate(flags, patients), macroF1);
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
