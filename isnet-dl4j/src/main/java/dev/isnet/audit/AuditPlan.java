package dev.isnet.audit;

/**
 * How much an audit does.
 *
 * @param batch images that the network sees at once, at least 1
 * @param threads that read images, at least 1
 * @param studied masked images, drawn at random, whose heatmaps are checked for faithfulness and
 *     completeness
 * @param steps of the deletion and insertion curves
 * @param randomised studied images whose heatmaps are compared with those of randomised networks
 * @param comparisons at most so many of those, spread over the layers
 * @param worst images that are kept to be shown
 * @param replicates of the bootstrap intervals
 * @param seed of all that is drawn
 */
public record AuditPlan(
    int batch,
    int threads,
    int studied,
    int steps,
    int randomised,
    int comparisons,
    int worst,
    int replicates,
    long seed) {

  /**
   * The plan of {@code isnet audit}: 24 studied images with curves of 10 steps, 8 of them compared
   * with randomised networks at 8 places, the 10 worst images, 1,000 replicates.
   *
   * @param batch images that the network sees at once
   * @param seed of all that is drawn
   * @return the plan
   */
  public static AuditPlan standard(int batch, long seed) {
    return new AuditPlan(batch, 2, 24, 10, 8, 8, 10, 1_000, seed);
  }
}
