package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.evaluate.AttributionScores.Measure;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttributionTest {
  /** The upper left pixel and the one below it. */
  private static final boolean[] MASK = {
    true, false, false, true, false, false, false, false, false
  };

  private static final float[] MAP = {3, -1, 0, 2, 0, 0, 0, 0, -4};

  /** Two channels: where they cancel each other there is relevance, but no evidence. */
  private static final float[] CHANNELS = {
    1, 2, 0, 0, 0, 0, 0, 0, 0, //
    1, -2, 0, 3, 0, 0, 0, 0, 0
  };

  @Test
  void backgroundShareCountsMagnitudesOfAllChannels() {
    assertThat(Attribution.backgroundShare(MAP, MASK)).isEqualTo(5 / 10.0, within(1e-12));
    assertThat(Attribution.backgroundShare(CHANNELS, MASK)).isEqualTo(4 / 9.0, within(1e-12));
  }

  @Test
  void massAccuracyPoolsChannelsToTheirSumOfSquares() {
    assertThat(Attribution.massAccuracy(MAP, MASK)).isEqualTo(13 / 30.0, within(1e-12));
    assertThat(Attribution.massAccuracy(CHANNELS, MASK)).isEqualTo(11 / 19.0, within(1e-12));
  }

  @Test
  void rankAccuracyTakesAsManyPixelsAsTheForegroundHas() {
    assertThat(Attribution.rankAccuracy(MAP, MASK)).isEqualTo(0.5); // −4 and 3
    assertThat(Attribution.rankAccuracy(CHANNELS, MASK)).isEqualTo(0.5); // 9 and 8
  }

  @Test
  void equalPixelsShareTheirPlaces() {
    float[] even = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    assertThat(Attribution.rankAccuracy(even, MASK)).isEqualTo(2 / 9.0, within(1e-12));
    float[] oneAhead = {2, 1, 1, 1, 1, 1, 1, 1, 1};
    assertThat(Attribution.topKIntersection(oneAhead, MASK, 3))
        .isEqualTo((1 + 2 * 1 / 8.0) / 3, within(1e-12));
  }

  @Test
  void thePointingGameFollowsTheGreatestEvidence() {
    assertThat(Attribution.pointingGame(MAP, MASK, 3, 0)).isTrue();
    assertThat(Attribution.pointingGame(CHANNELS, MASK, 3, 0)).isTrue();
    float[] corner = {0, 0, 0, 0, 0, 0, 0, 0, 1}; // (2, 2); the nearest foreground is (1, 0)
    assertThat(Attribution.pointingGame(corner, MASK, 3, 2.23)).isFalse();
    assertThat(Attribution.pointingGame(corner, MASK, 3, 2.24)).isTrue();
    assertThat(Attribution.pointingGame(new float[] {-1, 0, 0, 0, 0, 0, 0, 0, 0}, MASK, 3, 9))
        .isFalse();
  }

  @Test
  void localisationCountsPositiveEvidence() {
    assertThat(Attribution.localisation(MAP, MASK)).isEqualTo(1);
    float[] half = {1, 3, 0, 2, 0, 0, 0, 0, -9};
    assertThat(Attribution.localisation(half, MASK)).isEqualTo(0.5);
    assertThat(Attribution.weightedLocalisation(half, MASK)).isEqualTo(0.5 * 9 / 2);
  }

  @Test
  void topKIntersectionIsSigned() {
    assertThat(Attribution.topKIntersection(MAP, MASK, 1)).isEqualTo(1);
    assertThat(Attribution.topKIntersection(MAP, MASK, 2)).isEqualTo(1);
    assertThat(Attribution.topKIntersection(MAP, MASK, 9)).isEqualTo(2 / 9.0, within(1e-12));
  }

  @Test
  void aMapWithoutRelevanceSaysNothing() {
    float[] zeros = new float[9];
    assertThat(Attribution.backgroundShare(zeros, MASK)).isNaN();
    assertThat(Attribution.massAccuracy(zeros, MASK)).isNaN();
    assertThat(Attribution.rankAccuracy(zeros, MASK)).isNaN();
    assertThat(Attribution.localisation(zeros, MASK)).isNaN();
    assertThat(Attribution.topKIntersection(zeros, MASK, 2)).isNaN();
  }

  @Test
  void sizesMustFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Attribution.backgroundShare(new float[10], MASK))
        .withMessage("10 values of relevance do not belong to a mask of 9 cells.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Attribution.topKIntersection(MAP, MASK, 10))
        .withMessage("k is 10, but a map has 9 pixels.");
  }

  /** Rank accuracy against its definition: sort, take the first, count. */
  @Test
  void rankAccuracyAgreesWithSorting() {
    SplittableRandom random = new SplittableRandom(5);
    float[] map = new float[3 * 400];
    boolean[] mask = new boolean[400];
    for (int i = 0; i < map.length; i++) {
      map[i] = (float) random.nextDouble(-1, 1);
      mask[i % 400] = i % 7 < 3;
    }
    List<Integer> order =
        IntStream.range(0, 400)
            .boxed()
            .sorted((i, j) -> Double.compare(squares(map, j), squares(map, i)))
            .toList();
    int size = 0;
    for (boolean cell : mask) {
      size += cell ? 1 : 0;
    }
    int hits = 0;
    for (int i : order.subList(0, size)) {
      hits += mask[i] ? 1 : 0;
    }
    assertThat(Attribution.rankAccuracy(map, mask)).isEqualTo((double) hits / size, within(1e-12));
  }

  private static double squares(float[] map, int i) {
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      sum += (double) map[c * 400 + i] * map[c * 400 + i];
    }
    return sum;
  }

  @Test
  void aSummaryHasTheMeansOfAllImagesAndOfEachClass() {
    float[] inside = {1, 0, 0, 0, 0, 0, 0, 0, 0};
    float[] outside = {0, 1, 0, 0, 0, 0, 0, 0, 0};
    List<AttributionScores> scores =
        Stream.of(inside, outside, outside, new float[9])
            .map(map -> AttributionScores.of(map, MASK, 3))
            .toList();
    AttributionSummary summary =
        AttributionSummary.of(
            scores,
            new int[] {0, 1, 1, 0},
            List.of("a", "b", "c", "d"),
            List.of("cat", "dog", "owl"),
            200,
            1);
    assertThat(summary.images()).isEqualTo(4);
    Estimate all = summary.overall().get(Measure.BACKGROUND_SHARE);
    assertThat(all.value()).isEqualTo(2 / 3.0, within(1e-12));
    assertThat(all.low()).isLessThan(all.high());
    assertThat(summary.perClass()).containsOnlyKeys("cat", "dog");
    assertThat(summary.perClass().get("dog").get(Measure.BACKGROUND_SHARE))
        .isEqualTo(new Estimate(1, 0, 1, 1));
    assertThat(summary.perClass().get("cat").get(Measure.BACKGROUND_SHARE).value()).isZero();
    assertThat(summary.perClass().get("cat").get(Measure.POINTING_GAME).value()).isEqualTo(0.5);
  }
}
