package dev.isnet.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Splits that are made instead of read: stratified by class, without tearing groups apart. As soon
 * as anything is kept together or left out, patients who are known are kept together, too.
 *
 * <p>Where the test images are given (by {@code leaveOut}, or by the data set), images of others
 * that belong to a group of theirs would cross: they are left out of all splits, which is logged.
 *
 * @param train the share of training images, above 0
 * @param val the share of validation images, at least 0
 * @param test the share of test images, at least 0; with 0 the images that the data set calls test
 *     images stay that, and the others are shared out
 * @param group what must not be in two splits
 * @param leaveOut the source whose images, and no others, are the test images: the test that a bias
 *     of the other sources cannot pass; {@code test} must then be 0
 * @param seed decides which images go where
 */
public record SplitPlan(
    double train, double val, double test, Group group, Optional<String> leaveOut, long seed) {
  private static final Logger LOG = LoggerFactory.getLogger(SplitPlan.class);

  /** What stays together. */
  public enum Group {
    /** Nothing: every image by itself. */
    NONE,
    /** Images of one patient. */
    PATIENT,
    /** Images of one source. */
    SOURCE
  }

  /**
   * Checks the shares.
   *
   * @throws InputException if a share is out of range, or there is one for test images beside a
   *     source that is left out
   */
  public SplitPlan {
    boolean possible = train > 0 && val >= 0 && test >= 0;
    if (!possible || !Double.isFinite(train + val + test)) {
      throw new InputException(
          "The splits' shares are %s, %s and %s, but must be above 0 for training and at least 0"
                  .formatted(train, val, test)
              + " for validation and test.");
    }
    if (leaveOut.isPresent() && test > 0) {
      throw new InputException(
          "The source '%s' is left out as the test split, so the share of test images must be 0,"
                  .formatted(leaveOut.get())
              + " but it is %s.".formatted(test));
    }
  }

  /**
   * Splits that keep nothing together.
   *
   * @param train the share of training images, above 0
   * @param val the share of validation images, at least 0
   * @param test the share of test images, at least 0
   * @param seed decides which images go where
   * @return the plan
   */
  public static SplitPlan of(double train, double val, double test, long seed) {
    return new SplitPlan(train, val, test, Group.NONE, Optional.empty(), seed);
  }

  /** The same plan, keeping groups together. */
  public SplitPlan by(Group other) {
    return new SplitPlan(train, val, test, other, leaveOut, seed);
  }

  /** The same plan with one source as the test images. */
  public SplitPlan leaving(String source) {
    return new SplitPlan(train, val, 0, group, Optional.of(source), seed);
  }

  /**
   * Makes the splits.
   *
   * @param manifest the data set
   * @return the same images, in the same order, in other splits, without those that belong to a
   *     patient (or a source that is kept together) of the given test images and are none of them
   * @throws InputException if no image has what they are grouped by, or comes from the source that
   *     is left out, or none is left beside the test images
   */
  public DatasetManifest apply(DatasetManifest manifest) {
    List<Sample> samples = manifest.samples();
    require(manifest);
    Map<Sample, Split> chosen = new IdentityHashMap<>();
    Set<String> tested = new HashSet<>();
    for (Sample sample : samples) {
      if (isTest(sample)) {
        chosen.put(sample, Split.TEST);
        tested.addAll(keys(sample));
      }
    }
    List<Sample> others = new ArrayList<>(samples);
    others.removeIf(chosen::containsKey);
    int before = others.size();
    others.removeIf(sample -> keys(sample).stream().anyMatch(tested::contains));
    int crossing = before - others.size();
    if (crossing > 0) {
      LOG.warn(
          "{}: {} images are left out of all splits, because they belong to a {} of the test"
              + " images",
          manifest.labelsFile(),
          crossing,
          group == Group.SOURCE ? "source or patient" : "patient");
    }
    if (others.isEmpty()) {
      throw new InputException(
          "%s: no image is left for training beside the test images and others of their patients%s."
              .formatted(manifest.labelsFile(), group == Group.SOURCE ? " or sources" : ""));
    }
    List<List<Sample>> groups = groups(others);
    Shares shares = new Shares(groups);
    for (List<Sample> each : largestFirst(groups)) {
      Split split = shares.take(each);
      each.forEach(sample -> chosen.put(sample, split));
    }
    return manifest.withSamples(
        samples.stream().filter(chosen::containsKey).map(s -> s.with(chosen.get(s))).toList());
  }

  private void require(DatasetManifest manifest) {
    List<Sample> samples = manifest.samples();
    if (leaveOut.isPresent()
        && samples.stream().noneMatch(sample -> sample.source().equals(leaveOut))) {
      throw new InputException(
          "%s has no image of the source '%s' that is to be left out; its sources are %s."
              .formatted(
                  manifest.labelsFile(),
                  leaveOut.get(),
                  samples.stream().flatMap(s -> s.source().stream()).distinct().sorted().toList()));
    }
    if (group != Group.NONE && samples.stream().allMatch(sample -> value(sample).isEmpty())) {
      throw new InputException(
          "%s: the splits are to keep each %s together, but no image has one; fill that column."
              .formatted(manifest.labelsFile(), group == Group.PATIENT ? "patient" : "source"));
    }
  }

  private boolean isTest(Sample sample) {
    return leaveOut.isPresent()
        ? sample.source().equals(leaveOut)
        : test == 0 && sample.split() == Split.TEST;
  }

  private Optional<String> value(Sample sample) {
    return switch (group) {
      case NONE -> Optional.empty();
      case PATIENT -> sample.patient();
      case SOURCE -> sample.source();
    };
  }

  /** What an image shares with those that it must stay with; nothing where it stands alone. */
  private List<String> keys(Sample sample) {
    List<String> keys = new ArrayList<>();
    if (group != Group.NONE || leaveOut.isPresent()) {
      sample.patient().ifPresent(patient -> keys.add("patient " + patient));
    }
    if (group == Group.SOURCE) {
      sample.source().ifPresent(source -> keys.add("source " + source));
    }
    return keys;
  }

  /** Images that are connected by a common key, through however many others. */
  private List<List<Sample>> groups(List<Sample> samples) {
    int[] parent = IntStream.range(0, samples.size()).toArray();
    Map<String, Integer> first = new HashMap<>();
    for (int i = 0; i < parent.length; i++) {
      for (String key : keys(samples.get(i))) {
        int other = Optional.ofNullable(first.putIfAbsent(key, i)).orElse(i);
        parent[root(parent, i)] = root(parent, other);
      }
    }
    Map<Integer, List<Sample>> groups = new LinkedHashMap<>();
    for (int i = 0; i < parent.length; i++) {
      groups.computeIfAbsent(root(parent, i), r -> new ArrayList<>()).add(samples.get(i));
    }
    return List.copyOf(groups.values());
  }

  private static int root(int[] parent, int index) {
    int at = index;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  /** In random order, then by size, because large groups are harder to place. */
  private List<List<Sample>> largestFirst(List<List<Sample>> groups) {
    List<List<Sample>> order = new ArrayList<>(groups);
    SplittableRandom random = new SplittableRandom(Seeds.derive(seed, order.size()));
    for (int i = order.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      List<Sample> other = order.get(j);
      order.set(j, order.get(i));
      order.set(i, other);
    }
    order.sort(Comparator.comparingInt((List<Sample> each) -> each.size()).reversed());
    return order;
  }

  /**
   * How many images of each class a split should have and has. A group goes where it lowers the sum
   * of squared differences most, each class by its frequency, all images together as one class.
   */
  private final class Shares {
    private final Map<String, Integer> indexOfClass = new HashMap<>();
    private final double[] total;
    private final Map<Split, double[]> missing = new EnumMap<>(Split.class);

    Shares(Iterable<List<Sample>> groups) {
      indexOfClass.put("", 0);
      groups.forEach(
          group ->
              group.forEach(
                  sample ->
                      sample
                          .labels()
                          .forEach(label -> indexOfClass.putIfAbsent(label, indexOfClass.size()))));
      total = new double[indexOfClass.size()];
      groups.forEach(
          group -> {
            double[] counts = counts(group);
            Arrays.setAll(total, c -> total[c] + counts[c]);
          });
      double sum = train + val + test;
      Map.of(Split.TRAIN, train, Split.VAL, val, Split.TEST, test)
          .forEach(
              (split, share) -> {
                if (share > 0) {
                  missing.put(split, Arrays.stream(total).map(t -> t * share / sum).toArray());
                }
              });
    }

    private double[] counts(List<Sample> group) {
      double[] counts = new double[indexOfClass.size()];
      counts[0] = group.size();
      group.forEach(sample -> sample.labels().forEach(label -> counts[indexOfClass.get(label)]++));
      return counts;
    }

    Split take(List<Sample> group) {
      double[] counts = counts(group);
      Split best = Split.TRAIN;
      double least = Double.POSITIVE_INFINITY;
      for (Map.Entry<Split, double[]> each : missing.entrySet()) {
        double cost = 0;
        for (int c = 0; c < counts.length; c++) {
          if (counts[c] > 0) {
            cost += counts[c] * (counts[c] - 2 * each.getValue()[c]) / total[c];
          }
        }
        if (cost < least) {
          least = cost;
          best = each.getKey();
        }
      }
      double[] left = missing.get(best);
      Arrays.setAll(left, c -> left[c] - counts[c]);
      return best;
    }
  }
}
