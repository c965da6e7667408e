package dev.isnet.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a finished search. */
class FindingsTest {
  private static final SearchPlan PLAN =
      new SearchPlan(
          Map.of("p", new Range.Uniform(0, 1)),
          new Strategy.Random(),
          new Score(Map.of("f1", 1.0)),
          Optional.empty(),
          9,
          9,
          Optional.empty(),
          List.of(),
          1,
          1,
          1,
          1);

  private static Journal.Entry entry(int candidate, double p, int epochs, long seed, double f1) {
    return new Journal.Entry(
        new Trial(candidate, Map.of("p", p), epochs, seed),
        new Outcome.Measured(Map.of("f1", f1)),
        2,
        0);
  }

  @Test
  void ranksOfEqualValuesAreShared() {
    // scipy.stats.spearmanr([1, 2, 2, 4, 5], [5, 6, 7, 8, 7]).
    assertThat(
            Importance.rankCorrelation(new double[] {1, 2, 2, 4, 5}, new double[] {5, 6, 7, 8, 7}))
        .isCloseTo(0.7631578947368421, within(1e-12));
    assertThat(Importance.rankCorrelation(new double[] {1, 1, 1}, new double[] {1, 2, 3})).isZero();
  }

  @Test
  void valuesThatAreNoNumbersHaveACorrelationRatio() {
    assertThat(
            Importance.correlationRatio(
                List.of("adam", "adam", "sgd", "sgd"), new double[] {1, 1, 3, 3}))
        .isCloseTo(1, within(1e-12));
    // Ranks −1.5, 0.5 against −0.5, 1.5: means −0.5 and 0.5, √(1/5).
    assertThat(
            Importance.correlationRatio(
                List.of("adam", "adam", "sgd", "sgd"), new double[] {1, 3, 2, 4}))
        .isCloseTo(Math.sqrt(0.2), within(1e-12));
  }

  @Test
  void importanceLooksAtTheFirstRung() {
    List<Journal.Entry> entries =
        List.of(
            entry(0, 0.1, 3, 1, 0.1),
            entry(1, 0.2, 3, 1, 0.2),
            entry(2, 0.3, 3, 1, 0.3),
            entry(0, 0.1, 9, 1, 0.9));
    assertThat(Importance.of(entries, PLAN)).containsExactly(new Importance("p", 1));
    assertThat(Importance.of(entries.subList(0, 2), PLAN)).isEmpty();
  }

  @Test
  void moreSeedsThenMoreEpochsThenBetterScoresComeFirst() {
    List<Journal.Entry> entries =
        List.of(
            entry(0, 0.1, 3, 1, 0.99),
            entry(1, 0.2, 9, 1, 0.8),
            entry(2, 0.3, 9, 1, 0.7),
            entry(3, 0.4, 9, 1, 0.6),
            entry(2, 0.3, 9, 2, 0.9),
            entry(1, 0.2, 9, 2, 0.5));
    Results results = Results.of(entries, PLAN);
    assertThat(results.ranking()).extracting(Results.Tried::candidate).containsExactly(2, 1, 3, 0);
    assertThat(results.ranking().get(0).mean()).hasValueCloseTo(0.8, within(1e-12));
    assertThat(results.ranking().get(0).seconds()).isEqualTo(4);
  }

  @Test
  void theLeadIsPairedBySeed() {
    List<Journal.Entry> entries = new ArrayList<>();
    double[] winner = {0.9, 0.8, 0.7};
    double[] second = {0.85, 0.76, 0.64};
    for (int seed = 0; seed < 3; seed++) {
      entries.add(entry(0, 0.1, 9, 1 + seed, winner[seed]));
      entries.add(entry(1, 0.2, 9, 1 + seed, second[seed]));
    }
    Lead lead = Lead.of(Results.of(entries, PLAN)).orElseThrow();
    assertThat(lead.winner()).isZero();
    assertThat(lead.seeds()).isEqualTo(3);
    assertThat(lead.isClear()).isTrue();
    // Differences 0.05, 0.04, 0.06: mean 0.05, deviation 0.01, t(2) 4.302653.
    assertThat(lead.difference().value()).isCloseTo(0.05, within(1e-12));
    assertThat(lead.difference().high() - 0.05)
        .isCloseTo(4.302653 * 0.01 / Math.sqrt(3), within(1e-7));
    assertThat(Lead.of(Results.of(entries.subList(0, 2), PLAN))).isEmpty();
  }
}
