package dev.isnet.tuning;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a search maximises: a weighted sum of measures. A measure of which less is better has a
 * negative weight.
 *
 * @param weights the weight of each measure, at least one
 */
public record Score(Map<String, Double> weights) {

  /** Copies the weights; their order stays. */
  public Score {
    weights = new LinkedHashMap<>(weights);
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("A score needs at least one measure.");
    }
  }

  /**
   * The score of an outcome.
   *
   * @param outcome of a trial
   * @return empty if the trial failed, a measure is missing, or one is not a number
   */
  public OptionalDouble of(Outcome outcome) {
    if (!(outcome instanceof Outcome.Measured measured)) {
      return OptionalDouble.empty();
    }
    double sum = 0;
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      Double measure = measured.measures().get(weight.getKey());
      if (measure == null || !Double.isFinite(measure)) {
        return OptionalDouble.empty();
      }
      sum += weight.getValue() * measure;
    }
    return OptionalDouble.of(sum);
  }
}
