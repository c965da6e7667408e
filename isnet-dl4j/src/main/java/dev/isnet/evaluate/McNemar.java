package dev.isnet.evaluate;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Whether two systems differ in what they get right on the same samples (McNemar 1947). Only the
 * samples count that one of them gets right and the other wrong; were both equally good, each would
 * win half of these. The test is the exact binomial one, which holds for few samples too.
 *
 * @param onlyFirst samples that only the first system gets right
 * @param onlySecond samples that only the second system gets right
 * @param pValue two-sided, of both being equally good; 1 if they never differ
 */
public record McNemar(long onlyFirst, long onlySecond, double pValue) {

  /**
   * Compares two systems.
   *
   * @param firstRight whether the first system is right, for each sample
   * @param secondRight whether the second system is right
   * @return the test
   * @throws IllegalArgumentException if the lengths differ
   */
  public static McNemar of(boolean[] firstRight, boolean[] secondRight) {
    if (firstRight.length != secondRight.length) {
      throw new IllegalArgumentException(
          firstRight.length + " answers cannot be paired with " + secondRight.length + ".");
    }
    int first = 0;
    int second = 0;
    for (int i = 0; i < firstRight.length; i++) {
      first += firstRight[i] && !secondRight[i] ? 1 : 0;
      second += secondRight[i] && !firstRight[i] ? 1 : 0;
    }
    double tail =
        BinomialDistribution.of(first + second, 0.5).cumulativeProbability(Math.min(first, second));
    return new McNemar(first, second, Math.min(1, 2 * tail));
  }
}
