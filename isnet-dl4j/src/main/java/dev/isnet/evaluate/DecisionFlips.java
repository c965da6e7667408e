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
    if (flipped.length != change.length || flipped.length != classOf.length) {
      throw new IllegalArgumentException(
          "%d decisions, %d changes, %d classes."
              .formatted(flipped.length, change.length, classOf.length));
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
        flipped.length,
        rate(flipped, IntStream.range(0, flipped.length).toArray()),
        perClass,
        Bootstrap.byPatient(classOf, patients, replicates, seed)
            .interval(drawn -> AttributionSummary.mean(change, drawn)));
  }

  private static Estimate rate(boolean[] flipped, int[] members) {
    return Estimate.ofRate(IntStream.of(members).filter(i -> flipped[i]).count(), members.length);
  }
}
