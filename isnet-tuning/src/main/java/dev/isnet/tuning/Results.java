package dev.isnet.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a search has found so far.
 *
 * @param tried all candidates, by number
 * @param ranking those with a score, best first: more epochs before fewer, then larger scores
 *     before smaller. Candidates with several seeds come first and count with their mean
 */
public record Results(List<Tried> tried, List<Tried> ranking) {

  /**
   * One candidate.
   *
   * @param candidate its number
   * @param values its value for each range
   * @param epochs epochs after which it was last measured
   * @param outcome what came of that
   * @param score the score with the search's own training seed; empty if it failed
   * @param scores after all epochs, by training seed; failures are left out
   * @param seconds the time that its trainings took
   */
  public record Tried(
      int candidate,
      Map<String, Object> values,
      int epochs,
      Outcome outcome,
      OptionalDouble score,
      Map<Long, Double> scores,
      double seconds) {

    /** The mean over the training seeds; the score itself when there is one only. */
    public OptionalDouble mean() {
      return scores.size() > 1
          ? scores.values().stream().mapToDouble(Double::doubleValue).average()
          : score;
    }
  }

  /**
   * Sums a journal up.
   *
   * @param entries all of its entries
   * @param plan the search's plan
   * @return the results
   */
  public static Results of(List<Journal.Entry> entries, SearchPlan plan) {
    Map<Integer, List<Journal.Entry>> byCandidate = new TreeMap<>();
    for (Journal.Entry entry : entries) {
      byCandidate
          .computeIfAbsent(entry.trial().candidate(), number -> new ArrayList<>())
          .add(entry);
    }
    List<Tried> tried = byCandidate.values().stream().map(each -> tried(each, plan)).toList();
    Comparator<Tried> order =
        Comparator.comparing((Tried each) -> -each.scores().size())
            .thenComparing(each -> -each.epochs())
            .thenComparing(each -> -each.mean().orElseThrow())
            .thenComparing(Tried::candidate);
    return new Results(
        tried, tried.stream().filter(each -> each.score().isPresent()).sorted(order).toList());
  }

  private static Tried tried(List<Journal.Entry> entries, SearchPlan plan) {
    Journal.Entry last =
        entries.stream()
            .filter(entry -> entry.trial().seed() == plan.trainingSeed())
            .max(Comparator.comparing(entry -> entry.trial().epochs()))
            .orElseThrow();
    Map<Long, Double> scores = new LinkedHashMap<>();
    for (Journal.Entry entry : entries) {
      if (entry.trial().epochs() == plan.epochs()) {
        plan.score()
            .of(entry.outcome())
            .ifPresent(score -> scores.put(entry.trial().seed(), score));
      }
    }
    return new Tried(
        last.trial().candidate(),
        last.trial().values(),
        last.trial().epochs(),
        last.outcome(),
        plan.score().of(last.outcome()),
        scores,
        entries.stream().mapToDouble(Journal.Entry::seconds).sum());
  }
}
