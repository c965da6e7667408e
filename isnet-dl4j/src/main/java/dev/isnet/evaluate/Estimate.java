package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * A measure with its uncertainty.
 *
 * @param value the measure
 * @param standardDeviation of the measure, at least 0
 * @param low lower end of the 95 % interval
 * @param high upper end of the 95 % interval
 */
public record Estimate(double value, double standardDeviation, double low, double high) {

  /** The probability that an interval stands for. */
  public static final double LEVEL = 0.95;

  /** How many standard deviations of a normal distribution hold {@link #LEVEL} on either side. */
  static final double NORMAL_QUANTILE =
      NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + LEVEL) / 2);

  /**
   * The mean of draws from a distribution, with the shortest interval that holds 95 % of them (the
   * highest-density interval of a distribution with one mode).
   *
   * @param draws at least one; sorted by this call
   * @return the estimate
   */
  static Estimate ofPosterior(double[] draws) {
    double mean = mean(draws);
    double deviation = deviation(draws, mean);
    Arrays.sort(draws);
    int held = (int) Math.ceil(LEVEL * draws.length);
    int best = 0;
    for (int i = 0; i + held <= draws.length; i++) {
      if (draws[i + held - 1] - draws[i] < draws[best + held - 1] - draws[best]) {
        best = i;
      }
    }
    return new Estimate(mean, deviation, draws[best], draws[best + held - 1]);
  }

  /**
   * A value with the percentile interval of its bootstrap replicates.
   *
   * @param value the statistic of the sample itself
   * @param replicates at least one; sorted by this call
   * @return the estimate
   */
  static Estimate ofReplicates(double value, double[] replicates) {
    double deviation = deviation(replicates, mean(replicates));
    Arrays.sort(replicates);
    return new Estimate(
        value,
        deviation,
        quantile(replicates, (1 - LEVEL) / 2),
        quantile(replicates, (1 + LEVEL) / 2));
  }

  /** A value in [least, most] with the interval of a normal distribution, cut to that range. */
  static Estimate ofNormal(double value, double deviation, double least, double most) {
    double reach = NORMAL_QUANTILE * deviation;
    return new Estimate(
        value, deviation, Math.max(least, value - reach), Math.min(most, value + reach));
  }

  /**
   * How often something happened, with Wilson's score interval (Wilson 1927), which keeps its
   * promise for few trials and for shares near 0 and 1.
   *
   * @param times how often it happened, 0 to {@code trials}
   * @param trials how often it could have happened, at least 1
   * @return the share
   * @throws IllegalArgumentException if the numbers are out of range
   */
  public static Estimate ofShare(long times, long trials) {
    if (trials < 1 || times < 0 || times > trials) {
      throw new IllegalArgumentException(times + " of " + trials + " is no share.");
    }
    double n = trials;
    double share = times / n;
    double z2 = NORMAL_QUANTILE * NORMAL_QUANTILE;
    double variance = share * (1 - share) / n;
    double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
    double reach = NORMAL_QUANTILE / (1 + z2 / n) * Math.sqrt(variance + z2 / (4 * n * n));
    return new Estimate(
        share,
        Math.sqrt(variance),
        times == 0 ? 0 : centre - reach,
        times == trials ? 1 : centre + reach);
  }

  /**
   * How often something happened, with the interval of its posterior under a uniform prior: of all
   * intervals that hold 95 % of Beta(1 + times, 1 + trials − times) the shortest, which always
   * holds the share itself.
   *
   * @param times how often it happened, 0 to {@code trials}
   * @param trials how often it could have happened, at least 1
   * @return the share, the posterior's standard deviation and the interval
   * @throws IllegalArgumentException if the numbers are out of range
   */
  public static Estimate ofRate(long times, long trials) {
    if (trials < 1 || times < 0 || times > trials) {
      throw new IllegalArgumentException(times + " of " + trials + " is no rate.");
    }
    return ofPosteriorRate((double) times / trials, trials);
  }

  /**
   * How often something happened in samples that come in groups, several images of a patient say:
   * the interval of {@link #ofRate} for as many independent samples as these are worth (Kish:
   * Survey Sampling, 1965). That is their number by the design effect, the variance of the share
   * between groups by that of independent samples, which counts from 1 up; a share of 0 or 1, in
   * which nothing varies, is worth as many samples as there are groups.
   *
   * @param happened for each sample whether it happened
   * @param groups the group of each sample
   * @return the share, the posterior's standard deviation and the interval; {@link #ofRate} itself
   *     if every sample is a group of its own
   * @throws IllegalArgumentException if there is no sample, or the lengths differ
   */
  public static Estimate ofGroupedRate(boolean[] happened, List<String> groups) {
    if (happened.length == 0 || happened.length != groups.size()) {
      throw new IllegalArgumentException(
          happened.length + " samples for " + groups.size() + " groups.");
    }
    Map<String, long[]> counts = new LinkedHashMap<>();
    long times = 0;
    for (int i = 0; i < happened.length; i++) {
      long[] count = counts.computeIfAbsent(groups.get(i), unused -> new long[2]);
      count[0]++;
      count[1] += happened[i] ? 1 : 0;
      times += happened[i] ? 1 : 0;
    }
    int n = happened.length;
    int m = counts.size();
    double share = (double) times / n;
    if (m == n || m == 1 || share == 0 || share == 1) {
      return ofPosteriorRate(share, m);
    }
    double between =
        counts.values().stream().mapToDouble(c -> Math.pow(c[1] - share * c[0], 2)).sum();
    double effect = between * m / (m - 1) / (n * share * (1 - share));
    return ofPosteriorRate(share, n / Math.max(1, effect));
  }

  /** A share with its posterior after so many trials, which need not be a whole number. */
  private static Estimate ofPosteriorRate(double share, double trials) {
    BetaDistribution posterior = BetaDistribution.of(1 + share * trials, 1 + (1 - share) * trials);
    double deviation = Math.sqrt(posterior.getVariance());
    if (share == 0) {
      return new Estimate(share, deviation, 0, posterior.inverseCumulativeProbability(LEVEL));
    }
    if (share == 1) {
      return new Estimate(share, deviation, posterior.inverseCumulativeProbability(1 - LEVEL), 1);
    }
    // The width is convex in what is left out below; halve the range where the density is unequal.
    double less = 0;
    double more = 1 - LEVEL;
    for (int i = 0; i < 60; i++) {
      double below = (less + more) / 2;
      double low = posterior.inverseCumulativeProbability(below);
      double high = posterior.inverseCumulativeProbability(below + LEVEL);
      if (posterior.logDensity(low) < posterior.logDensity(high)) {
        less = below;
      } else {
        more = below;
      }
    }
    return new Estimate(
        share,
        deviation,
        posterior.inverseCumulativeProbability((less + more) / 2),
        posterior.inverseCumulativeProbability((less + more) / 2 + LEVEL));
  }

  /** As in "0.928 ± 0.018 [0.893, 0.960]". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.3f ± %.3f [%.3f, %.3f]", value, standardDeviation, low, high);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double deviation(double[] values, double mean) {
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return values.length == 1 ? 0 : Math.sqrt(squares / (values.length - 1));
  }

  /** Linear between the two nearest of the sorted values. */
  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
