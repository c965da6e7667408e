package dev.isnet.evaluate;

/**
 * What a classifier achieves on one class, that class against all others. All ratios lie in [0, 1];
 * a ratio of nothing to nothing is 0.
 *
 * @param name the class
 * @param support how many samples belong to the class
 * @param precision true positives / predicted positives
 * @param recall true positives / samples of the class; also called sensitivity
 * @param specificity true negatives / samples of the other classes
 * @param f1 harmonic mean of precision and recall
 */
public record ClassMetrics(
    String name, long support, double precision, double recall, double specificity, double f1) {

  /** Whether there are samples of the class: without, only its specificity says something. */
  public boolean present() {
    return support > 0;
  }
}
