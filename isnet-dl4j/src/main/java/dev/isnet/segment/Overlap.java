package dev.isnet.segment;

/**
 * How well a mask that was found agrees with the true one.
 *
 * @param dice 2·|A ∩ B| / (|A| + |B|), in [0, 1]
 * @param iou |A ∩ B| / |A ∪ B|, in [0, 1], also called the Jaccard index
 */
public record Overlap(double dice, double iou) {

  /**
   * Compares two masks.
   *
   * @param found true for foreground
   * @param truth true for foreground, of the same length
   * @return the overlap; 1 for two empty masks
   * @throws IllegalArgumentException if the lengths differ
   */
  public static Overlap of(boolean[] found, boolean[] truth) {
    if (found.length != truth.length) {
      throw new IllegalArgumentException(
          "masks of %d and %d pixels cannot be compared".formatted(found.length, truth.length));
    }
    long both = 0;
    long either = 0;
    for (int i = 0; i < found.length; i++) {
      both += found[i] && truth[i] ? 1 : 0;
      either += found[i] || truth[i] ? 1 : 0;
    }
    return either == 0
        ? new Overlap(1, 1)
        : new Overlap(2.0 * both / (both + either), (double) both / either);
  }
}
