package dev.isnet.evaluate;

import dev.isnet.evaluate.AttributionScores.Measure;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Where the heatmaps of a set lie: the mean of every measure over its images, with bootstrap
 * intervals that resample images within classes, or patients with all their images. Images of which
 * a measure says nothing are left out of it.
 *
 * @param images number of images
 * @param undefined how many of them have a map of zeros, whose share in the background is undefined
 * @param overall the means over all images; a measure that says nothing of any image is missing
 * @param perClass the same for the images of each class that has any, by class name
 */
public record AttributionSummary(
    int images,
    int undefined,
    Map<Measure, Estimate> overall,
    Map<String, Map<Measure, Estimate>> perClass) {

  /** Keeps the maps as they are, but lets nobody change them. */
  public AttributionSummary {
    overall = Collections.unmodifiableMap(overall);
    perClass = Collections.unmodifiableMap(perClass);
  }

  /**
   * Sums up.
   *
   * @param scores of each image, at least one
   * @param classOf the class of each image, an index into {@code classes}
   * @param patients whom each image shows; images of unknown patients have names of their own
   * @param classes the class names
   * @param replicates of the bootstrap
   * @param seed of the bootstrap
   * @return the summary
   * @throws IllegalArgumentException if there is no image, or the lengths differ
   */
  public static AttributionSummary of(
      List<AttributionScores> scores,
      int[] classOf,
      List<String> patients,
      List<String> classes,
      int replicates,
      long seed) {
    int[] all = IntStream.range(0, scores.size()).toArray();
    Map<String, Map<Measure, Estimate>> perClass = new LinkedHashMap<>();
    for (int k = 0; k < classes.size(); k++) {
      int own = k;
      int[] members = IntStream.range(0, classOf.length).filter(i -> classOf[i] == own).toArray();
      if (members.length > 0) {
        perClass.put(classes.get(k), means(scores, classOf, patients, members, replicates, seed));
      }
    }
    return new AttributionSummary(
        scores.size(),
        (int) scores.stream().filter(score -> Double.isNaN(score.backgroundShare())).count(),
        means(scores, classOf, patients, all, replicates, seed),
        perClass);
  }

  private static Map<Measure, Estimate> means(
      List<AttributionScores> scores,
      int[] classOf,
      List<String> patients,
      int[] members,
      int replicates,
      long seed) {
    Bootstrap bootstrap =
        Bootstrap.byPatient(
            IntStream.of(members).map(i -> classOf[i]).toArray(),
            IntStream.of(members).mapToObj(patients::get).toList(),
            replicates,
            seed);
    Map<Measure, Estimate> means = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      double[] values = IntStream.of(members).mapToDouble(i -> measure.of(scores.get(i))).toArray();
      if (!Double.isNaN(mean(values, IntStream.range(0, values.length).toArray()))) {
        means.put(measure, bootstrap.interval(drawn -> mean(values, drawn)));
      }
    }
    return means;
  }

  /** The mean of those that are numbers; NaN where none is. */
  static double mean(double[] values, int[] indices) {
    double sum = 0;
    int count = 0;
    for (int i : indices) {
      if (!Double.isNaN(values[i])) {
        sum += values[i];
        count++;
      }
    }
    return sum / count;
  }
}
