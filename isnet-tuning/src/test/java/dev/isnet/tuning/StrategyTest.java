package dev.isnet.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.junit.jupiter.api.Test;

class StrategyTest {
  private static ConfigurationSpace space() {
    Map<String, Range> ranges = new LinkedHashMap<>();
    ranges.put("p", new Range.Uniform(0, 1));
    ranges.put("e", new Range.LogUniform(0.01, 100));
    return ConfigurationSpace.of(ranges);
  }

  @SuppressWarnings("unchecked") // The candidates of a ConfigurationSpace are maps.
  private static List<Candidate<Map<String, Object>>> candidates(
      CandidateGenerator generator, int count, double best) {
    List<Candidate<Map<String, Object>>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Candidate<Map<String, Object>> candidate = generator.getCandidate();
      all.add(candidate);
      double score = -Math.abs((Double) candidate.getValue().get("p") - best);
      generator.reportResults(new OptimizationResult(candidate, score, i, null, null, null));
    }
    return all;
  }

  @Test
  void theCoarseSearchHasEachPartOfEachRangeOnce() {
    CandidateGenerator generator = new Strategy.CoarseToFine(20).generator(space(), 5);
    for (int range = 0; range < 2; range++) {
      int at = range;
      assertThat(
              candidates(new Strategy.CoarseToFine(20).generator(space(), 5), 10, 0.6).stream()
                  .map(candidate -> (int) (candidate.getFlatParameters()[at] * 10))
                  .sorted())
          .isEqualTo(IntStream.range(0, 10).boxed().toList());
    }
    assertThat(generator.hasMoreCandidates()).isTrue();
  }

  @Test
  void theFineSearchIsAroundTheBest() {
    List<Candidate<Map<String, Object>>> all =
        candidates(new Strategy.CoarseToFine(20).generator(space(), 5), 20, 0.62);
    assertThat((Double) all.get(10).getValue().get("p")).isBetween(0.62 - 0.21, 0.62 + 0.21);
    for (Candidate<Map<String, Object>> fine : all.subList(10, 20)) {
      // One tenth of the square has sides of 1/√10; the best is at most half a share away.
      assertThat((Double) fine.getValue().get("p")).isCloseTo(0.62, within(0.16 + 0.1));
    }
  }

  @Test
  void candidatesFollowFromSeedAndScoresAlone() {
    for (Strategy strategy :
        List.of(
            new Strategy.Random(),
            new Strategy.Grid(3),
            new Strategy.Genetic(4),
            new Strategy.CoarseToFine(9))) {
      assertThat(values(candidates(strategy.generator(space(), 3), 9, 0.2)))
          .isEqualTo(values(candidates(strategy.generator(space(), 3), 9, 0.2)));
    }
  }

  private static List<Map<String, Object>> values(List<Candidate<Map<String, Object>>> all) {
    return all.stream().map(Candidate::getValue).toList();
  }

  @Test
  void generationsComeNearer() {
    List<Candidate<Map<String, Object>>> all =
        candidates(new Strategy.Genetic(10).generator(space(), 3), 60, 0.37);
    // Half of what is drawn evenly from 0 to 1 is more than 0.25 away.
    assertThat(
            all.subList(40, 60).stream()
                .mapToDouble(candidate -> Math.abs((Double) candidate.getValue().get("p") - 0.37))
                .sorted()
                .skip(10)
                .findFirst())
        .hasValueCloseTo(0.0, within(0.1));
  }

  @Test
  void aPositionGivesTheValueAgain() {
    Map<Range, List<?>> values =
        Map.of(
            new Range.Uniform(0.3, 0.95), List.of(0.3, 0.5, 0.95),
            new Range.LogUniform(1e-4, 1e-2), List.of(1e-4, 1e-3, 1e-2),
            new Range.Whole(3, 7), List.of(3, 4, 5, 6, 7),
            new Range.Choice(List.of("a", "b", "c")), List.of("a", "b", "c"));
    for (Map.Entry<Range, List<?>> each : values.entrySet()) {
      ConfigurationSpace space = ConfigurationSpace.of(Map.of("key", each.getKey()));
      space.collectLeaves().get(0).setIndices(0);
      for (Object value : each.getValue()) {
        double[] at = {each.getKey().position(value)};
        assertThat(space.getValue(at)).isEqualTo(Map.of("key", value));
      }
    }
  }

  @Test
  void rungsGoDownFromAllEpochs() {
    assertThat(new Halving(3, 1).rungs(27)).containsExactly(1, 3, 9, 27);
    assertThat(new Halving(3, 4).rungs(30)).containsExactly(4, 10, 30);
    assertThat(new Halving(2, 30).rungs(30)).containsExactly(30);
    assertThat(new Halving(2, 1).rungs(1)).containsExactly(1);
    assertThat(new Halving(3, 4).bracket(30)).isEqualTo(9);
  }

  @Test
  void aScoreWeighsMeasures() {
    Score score = new Score(Map.of("macroF1", 1.0, "backgroundShare", -0.5));
    assertThat(score.of(new Outcome.Measured(Map.of("macroF1", 0.9, "backgroundShare", 0.2))))
        .hasValueCloseTo(0.8, within(1e-12));
    assertThat(score.of(new Outcome.Measured(Map.of("macroF1", 0.9)))).isEmpty();
    assertThat(
            score.of(new Outcome.Measured(Map.of("macroF1", 0.9, "backgroundShare", Double.NaN))))
        .isEqualTo(OptionalDouble.empty());
    assertThat(score.of(new Outcome.Failed("The loss is not a number."))).isEmpty();
  }

  @Test
  void aGeneticSearchHasNoHalving() {
    assertThatThrownBy(
            () ->
                new SearchPlan(
                    Map.of("p", new Range.Uniform(0, 1)),
                    new Strategy.Genetic(4),
                    new Score(Map.of("macroF1", 1.0)),
                    Optional.of(new Halving(3, 1)),
                    9,
                    9,
                    Optional.empty(),
                    List.of(),
                    1,
                    1,
                    1,
                    1))
        .hasMessage(
            "A genetic search compares all candidates with each other, so none may end early.");
  }
}
