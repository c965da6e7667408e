package dev.isnet.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How much a range has to do with the score, from ranks alone, so that neither its scale nor an
 * outlier matters.
 *
 * @param key the range's key
 * @param correlation for numbers Spearman's rank correlation, from −1 to 1; for other values the
 *     correlation ratio of the score's ranks, from 0 to 1: the square root of the share of their
 *     variance that lies between the values
 */
public record Importance(String key, double correlation) {

  /**
   * The importance of every range, in their order. Scores of different numbers of epochs cannot be
   * compared; what counts are the trials with the fewest epochs, which all candidates have.
   *
   * @param entries a journal's entries
   * @param plan the search's plan
   * @return empty if fewer than three candidates have a score
   */
  public static List<Importance> of(List<Journal.Entry> entries, SearchPlan plan) {
    int epochs = entries.stream().mapToInt(e -> e.trial().epochs()).min().orElse(0);
    List<Journal.Entry> scored =
        entries.stream()
            .filter(e -> e.trial().epochs() == epochs)
            .filter(e -> e.trial().seed() == plan.trainingSeed())
            .filter(e -> plan.score().of(e.outcome()).isPresent())
            .toList();
    if (scored.size() < 3) {
      return List.of();
    }
    double[] scores =
        scored.stream().mapToDouble(e -> plan.score().of(e.outcome()).orElseThrow()).toArray();
    List<Importance> all = new ArrayList<>();
    for (String key : plan.ranges().keySet()) {
      List<?> values = scored.stream().map(e -> e.trial().values().get(key)).toList();
      all.add(
          new Importance(
              key,
              values.stream().allMatch(Importance::isNumber)
                  ? rankCorrelation(
                      values.stream().mapToDouble(v -> Double.parseDouble(v.toString())).toArray(),
                      scores)
                  : correlationRatio(values, scores)));
    }
    return all;
  }

  private static boolean isNumber(Object value) {
    try {
      return Double.isFinite(Double.parseDouble(value.toString()));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Spearman's; 0 if one of the two never changes. */
  static double rankCorrelation(double[] x, double[] y) {
    double[] a = centredRanks(x);
    double[] b = centredRanks(y);
    double scale = Math.sqrt(product(a, a) * product(b, b));
    return scale == 0 ? 0 : product(a, b) / scale;
  }

  /** Of the ranks of y; 0 if y never changes. */
  static double correlationRatio(List<?> groups, double[] y) {
    double[] ranks = centredRanks(y);
    Map<Object, List<Double>> byGroup = new LinkedHashMap<>();
    for (int i = 0; i < ranks.length; i++) {
      byGroup.computeIfAbsent(groups.get(i), group -> new ArrayList<>()).add(ranks[i]);
    }
    double between = 0;
    for (List<Double> group : byGroup.values()) {
      double mean = group.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
      between += group.size() * mean * mean;
    }
    double all = product(ranks, ranks);
    return all == 0 ? 0 : Math.sqrt(between / all);
  }

  /** Equal values share the mean of their ranks; the mean of all ranks is 0. */
  private static double[] centredRanks(double[] values) {
    double centre = (values.length - 1) / 2.0;
    return Arrays.stream(values)
        .map(
            value -> {
              long below = Arrays.stream(values).filter(other -> other < value).count();
              long equal = Arrays.stream(values).filter(other -> other == value).count();
              return below + (equal - 1) / 2.0 - centre;
            })
        .toArray();
  }

  private static double product(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }
}
