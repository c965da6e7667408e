package dev.isnet.tuning;

import dev.isnet.evaluate.Estimate;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * By how much the winner leads, over training seeds.
 *
 * @param winner the best candidate
 * @param second the one after it
 * @param seeds training seeds that both were trained with
 * @param difference mean of winner less second, each with the same seed, with the 95 % interval of
 *     Student's t distribution; what a new seed would do, not what new images would
 */
public record Lead(int winner, int second, int seeds, Estimate difference) {

  /**
   * The lead of the first in a ranking.
   *
   * @param results of a search
   * @return empty unless there are two candidates with two seeds in common
   */
  public static Optional<Lead> of(Results results) {
    if (results.ranking().size() < 2) {
      return Optional.empty();
    }
    Results.Tried winner = results.ranking().get(0);
    Results.Tried second = results.ranking().get(1);
    List<Long> seeds =
        winner.scores().keySet().stream().filter(second.scores()::containsKey).toList();
    int n = seeds.size();
    if (n < 2) {
      return Optional.empty();
    }
    double[] differences =
        seeds.stream()
            .mapToDouble(seed -> winner.scores().get(seed) - second.scores().get(seed))
            .toArray();
    double mean = 0;
    for (double difference : differences) {
      mean += difference / n;
    }
    double squares = 0;
    for (double difference : differences) {
      squares += (difference - mean) * (difference - mean);
    }
    double error = Math.sqrt(squares / (n - 1) / n);
    double reach =
        error * TDistribution.of(n - 1).inverseCumulativeProbability((1 + Estimate.LEVEL) / 2);
    return Optional.of(
        new Lead(
            winner.candidate(),
            second.candidate(),
            n,
            new Estimate(mean, error, mean - reach, mean + reach)));
  }

  /** Whether the whole interval speaks for the winner. */
  public boolean isClear() {
    return difference.low() > 0;
  }
}
