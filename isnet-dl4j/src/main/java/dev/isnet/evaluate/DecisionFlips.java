package dev.isnet.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How often a classifier decides otherwise after a change of its images that should not matter.
 *
 * @param images number of images
 * @param rate the share of them whose decision flips, with the interval of its posterior
 * @param perClass the same for the images of each class that has any, by class name
 * @param probabilityChange how much the probability of the class that was decided for changes, the
 *     mean over the images with a bootstrap interval; negative when it falls
 */
public record DecisionFlips(
    int images, Estimate rate, Map<String, Estimate> perClass, Estimate probabilityChange) {

  /**
   * Compares decisions before and after.
   *
   * @param before [N][K] probabilities
   * @param after [N][K] probabilities of the same images, changed
   * @param classOf the class of each image, an index into {@code classes}
   * @param patients whom each image shows; images of unknown patients have names of their own
   * @param classes K class names
   * @param replicates of the bootstrap
   * @param seed of the bootstrap
   * @return the comparison
   * @throws IllegalArgumentException if there is no image, or the lengths differ
   */
  public static DecisionFlips of(
      double[][] before,
      double[][] after,
      int[] classOf,
      List<String> patients,
      List<String> classes,
      int replicates,
      long seed) {
    if (before.length != after.length || before.length != classOf.length) {
      throw new IllegalArgumentException(
          "%d answers before, %d after, %d classes."
              .formatted(before.length, after.length, classOf.length));
    }
    boolean[] flipped = new boolean[before.length];
    double[] change = new double[before.length];
    for (int i = 0; i < before.length; i++) {
      int decision = decision(before[i]);
      flipped[i] = decision(after[i]) != decision;
      change[i] = after[i][decision] - before[i][decision];
    }
    Map<String, Estimate> perClass = new LinkedHashMap<>();
    for (int k = 0; k < classes.size(); k++) {
      int own = k;
      int[] members = IntStream.range(0, classOf.length).filter(i -> classOf[i] == own).toArray();
      if (members.length > 0) {
        perClass.put(classes.get(k), rate(flipped, members));
      }
    }
    return new DecisionFlips(
        before.length,
        rate(flipped, IntStream.range(0, flipped.length).toArray()),
        perClass,
        Bootstrap.byPatient(classOf, patients, replicates, seed)
            .interval(drawn -> AttributionSummary.mean(change, drawn)));
  }

  private static Estimate rate(boolean[] flipped, int[] members) {
    return Estimate.ofRate(IntStream.of(members).filter(i -> flipped[i]).count(), members.length);
  }

  /**
   * The most probable class; of equals the first.
   *
   * @param probabilities K of them
   * @return its index
   */
  public static int decision(double[] probabilities) {
    int best = 0;
    for (int k = 1; k < probabilities.length; k++) {
      best = probabilities[k] > probabilities[best] ? k : best;
    }
    return best;
  }
}
