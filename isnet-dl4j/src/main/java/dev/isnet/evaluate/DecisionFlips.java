package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How often a classifier decides otherwise after a change of its images that should not matter.
 *
 * @param images number of images
 * @param rate the share of them whose decision flips, with the interval of its posterior, which
 *     counts images of one patient for what they are worth ({@link Estimate#ofGroupedRate})
 * @param perClass the same for the images of each class that has any, by class name; with several
 *     labels how often the answer about each label flips
 * @param probabilityChange how much the probability of the class that was decided for changes, the
 *     mean over the images with a bootstrap interval; negative when it falls
 */
public record DecisionFlips(
    int images, Estimate rate, Map<String, Estimate> perClass, Estimate probabilityChange) {

  /**
   * Counts.
   *
   * @param flipped for each image whether its decision is another one
   * @param change how much the probability of what was decided changes
   * @param classOf the class of each image, an index into {@code classes}, or −1 for none of them
   * @param patients whom each image shows; images of unknown patients have names of their own
   * @param classes the class names
   * @param replicates of the bootstrap
   * @param seed of the bootstrap
   * @return the rates
   * @throws IllegalArgumentException if there is no image, or the lengths differ
   */
  public static DecisionFlips of(
      boolean[] flipped,
      double[] change,
      int[] classOf,
      List<String> patients,
      List<String> classes,
      int replicates,
      long seed) {
    boolean[][] ofClass = new boolean[classes.size()][flipped.length];
    boolean[][] flips = new boolean[classes.size()][];
    Arrays.fill(flips, flipped);
    for (int i = 0; i < classOf.length; i++) {
      if (classOf[i] >= 0) {
        ofClass[classOf[i]][i] = true;
      }
    }
    return of(flipped, flips, ofClass, change, classOf, patients, classes, replicates, seed);
  }

  /**
   * Counts the flips of several labels, each by itself.
   *
   * @param flipped [K][N]: for each label and image whether the answer is another one
   * @param counts [K][N]: for each label the images that count, those of which it is known
   * @param change how much the probability of what was explained changes, N numbers
   * @param strata of the bootstrap: the class that was explained, N numbers
   * @param patients whom each image shows; images of unknown patients have names of their own
   * @param labels K names
   * @param replicates of the bootstrap
   * @param seed of the bootstrap
   * @return the rates; an image has flipped if any of its answers has
   * @throws IllegalArgumentException if there is no image, or the lengths differ
   */
  public static DecisionFlips ofLabels(
      boolean[][] flipped,
      boolean[][] counts,
      double[] change,
      int[] strata,
      List<String> patients,
      List<String> labels,
      int replicates,
      long seed) {
    boolean[] any = new boolean[change.length];
    for (boolean[] label : flipped) {
      for (int i = 0; i < any.length; i++) {
        any[i] |= label[i];
      }
    }
    return of(any, flipped, counts, change, strata, patients, labels, replicates, seed);
  }

  private static DecisionFlips of(
      boolean[] flipped,
      boolean[][] perClass,
      boolean[][] counts,
      double[] change,
      int[] strata,
      List<String> patients,
      List<String> classes,
      int replicates,
      long seed) {
    if (flipped.length != change.length || flipped.length != strata.length) {
      throw new IllegalArgumentException(
          "%d decisions, %d changes, %d classes."
              .formatted(flipped.length, change.length, strata.length));
    }
    Map<String, Estimate> rates = new LinkedHashMap<>();
    for (int k = 0; k < classes.size(); k++) {
      boolean[] own = counts[k];
      int[] members = IntStream.range(0, own.length).filter(i -> own[i]).toArray();
      if (members.length > 0) {
        rates.put(classes.get(k), rate(perClass[k], members, patients));
      }
    }
    return new DecisionFlips(
        flipped.length,
        rate(flipped, IntStream.range(0, flipped.length).toArray(), patients),
        rates,
        Bootstrap.byPatient(strata, patients, replicates, seed)
            .interval(drawn -> AttributionSummary.mean(change, drawn)));
  }

  private static Estimate rate(boolean[] flipped, int[] members, List<String> patients) {
    boolean[] own = new boolean[members.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = flipped[members[i]];
    }
    return Estimate.ofGroupedRate(own, IntStream.of(members).mapToObj(patients::get).toList());
  }
}
