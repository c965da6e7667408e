package dev.isnet.tuning;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is searched, and how.
 *
 * @param ranges the range of each key, at least one
 * @param strategy which candidates are tried
 * @param score what is maximised
 * @param halving whether weak candidates end early
 * @param epochs epochs of a candidate that is not ended early, at least 1
 * @param candidates how many candidates are tried at most, at least 1
 * @param time how long the search may take, all calls together
 * @param first candidates that are tried before those of the strategy
 * @param seed what the strategy's randomness follows from
 * @param trainingSeed of every candidate's training
 * @param seedsOfWinner trainings of the best and the second best, with seeds that follow {@code
 *     trainingSeed}; 1 is the search's own and no more
 * @param parallel trials at the same time, at least 1
 */
public record SearchPlan(
    Map<String, Range> ranges,
    Strategy strategy,
    Score score,
    Optional<Halving> halving,
    int epochs,
    int candidates,
    Optional<Duration> time,
    List<Map<String, Object>> first,
    long seed,
    long trainingSeed,
    int seedsOfWinner,
    int parallel) {

  /** Copies ranges and candidates, and checks the numbers. */
  public SearchPlan {
    ranges = new LinkedHashMap<>(ranges);
    first = List.copyOf(first);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("A search needs at least one range.");
    }
    if (epochs < 1 || candidates < 1 || seedsOfWinner < 1 || parallel < 1) {
      throw new IllegalArgumentException(
          "epochs %d, candidates %d, seeds of the winner %d and parallel %d must be at least 1."
              .formatted(epochs, candidates, seedsOfWinner, parallel));
    }
    if (halving.isPresent() && strategy instanceof Strategy.Genetic) {
      throw new IllegalArgumentException(
          "A genetic search compares all candidates with each other, so none may end early.");
    }
  }
}
