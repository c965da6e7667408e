package dev.isnet.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether probabilities mean what they say: of the predictions made with 80 % confidence, 80 %
 * should be right (Guo et al. 2017).
 *
 * @param expectedError ECE: |confidence − share right| of the bins, weighted by their samples
 * @param largestError the largest |confidence − share right| of a bin
 * @param bins the reliability curve: bins of equal width that cover [0, 1]
 */
public record Calibration(double expectedError, double largestError, List<Bin> bins) {

  /** Bins of the literature. */
  public static final int DEFAULT_BINS = 15;

  /** How far a probability in single precision may lie above 1. */
  private static final double ROUNDING = 1e-6;

  /**
   * Predictions of similar confidence.
   *
   * @param low least confidence; belongs to the bin below, but for 0
   * @param high greatest confidence
   * @param samples number of predictions
   * @param confidence their mean confidence; 0 if there are none
   * @param right the share that is right; empty if there are none
   */
  public record Bin(
      double low, double high, long samples, double confidence, Optional<Estimate> right) {}

  /** Copies the list. */
  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * Sorts predictions into bins.
   *
   * @param confidence the probability of each prediction, in [0, 1]
   * @param right whether each prediction is right
   * @param bins number of bins, at least 1
   * @return the calibration
   * @throws IllegalArgumentException if the lengths differ, or a number is out of range
   */
  public static Calibration of(double[] confidence, boolean[] right, int bins) {
    if (confidence.length != right.length || bins < 1) {
      throw new IllegalArgumentException(
          "%d probabilities, %d answers and %d bins do not make a reliability curve."
              .formatted(confidence.length, right.length, bins));
    }
    long[] samples = new long[bins];
    long[] hits = new long[bins];
    double[] sums = new double[bins];
    for (int i = 0; i < confidence.length; i++) {
      if (!(confidence[i] >= 0 && confidence[i] <= 1 + ROUNDING)) {
        throw new IllegalArgumentException(
            "A probability is " + confidence[i] + ", but must lie between 0 and 1.");
      }
      int bin = Math.max(1, Math.min(bins, (int) Math.ceil(confidence[i] * bins))) - 1;
      samples[bin]++;
      hits[bin] += right[i] ? 1 : 0;
      sums[bin] += confidence[i];
    }
    double expected = 0;
    double largest = 0;
    List<Bin> curve = new ArrayList<>();
    for (int b = 0; b < bins; b++) {
      double mean = samples[b] == 0 ? 0 : sums[b] / samples[b];
      double error = samples[b] == 0 ? 0 : Math.abs(mean - (double) hits[b] / samples[b]);
      expected += error * samples[b] / Math.max(1, confidence.length);
      largest = Math.max(largest, error);
      curve.add(
          new Bin(
              (double) b / bins,
              (b + 1.0) / bins,
              samples[b],
              mean,
              samples[b] == 0
                  ? Optional.empty()
                  : Optional.of(Estimate.ofShare(hits[b], samples[b]))));
    }
    return new Calibration(expected, largest, curve);
  }
}
