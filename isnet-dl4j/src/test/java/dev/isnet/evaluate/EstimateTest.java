package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.junit.jupiter.api.Test;

class EstimateTest {

  /** Of a skewed distribution the shortest interval begins at its steep end. */
  @Test
  void theHighestDensityIntervalIsTheShortestThatHolds95Percent() {
    double[] draws = new double[100];
    for (int i = 0; i < 100; i++) {
      draws[i] = Math.pow(99 - i, 2);
    }
    Estimate estimate = Estimate.ofPosterior(draws);
    assertThat(estimate.low()).isEqualTo(0);
    assertThat(estimate.high()).isEqualTo(94 * 94);
    assertThat(estimate.value()).isEqualTo(3283.5, within(1e-9));
  }

  /** Wilson's interval of 81 in 263, as Newcombe (1998, table I) has it. */
  @Test
  void aShareHasWilsonsInterval() {
    Estimate share = Estimate.ofShare(81, 263);
    assertThat(share.low()).isEqualTo(0.2553, within(5e-5));
    assertThat(share.high()).isEqualTo(0.3662, within(5e-5));
  }

  @Test
  void neverSeenIsNotImpossible() {
    Estimate share = Estimate.ofShare(0, 20);
    assertThat(share.low()).isEqualTo(0);
    assertThat(share.high()).isEqualTo(0.1611, within(5e-5));
  }

  @Test
  void nothingHasNoShare() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Estimate.ofShare(0, 0))
        .withMessage("0 of 0 is no share.");
  }

  @Test
  void readsAsInAPaper() {
    assertThat(new Estimate(0.9284, 0.0176, 0.8931, 0.9604))
        .hasToString("0.928 ± 0.018 [0.893, 0.960]");
  }

  /** Beta(4, 8): the ends have the same density and hold 95 %. */
  @Test
  void aRateHasTheShortestIntervalOfItsPosterior() {
    Estimate rate = Estimate.ofRate(3, 10);
    assertThat(rate.value()).isEqualTo(0.3);
    assertThat(rate.standardDeviation()).isEqualTo(Math.sqrt(4 * 8 / (144.0 * 13)), within(1e-12));
    BetaDistribution posterior = BetaDistribution.of(4, 8);
    assertThat(posterior.density(rate.low()))
        .isEqualTo(posterior.density(rate.high()), within(1e-6));
    assertThat(posterior.probability(rate.low(), rate.high())).isEqualTo(0.95, within(1e-9));
  }

  @Test
  void whatNeverHappenedMayHappenYet() {
    assertThat(Estimate.ofRate(0, 10).low()).isZero();
    assertThat(Estimate.ofRate(0, 10).high()).isEqualTo(1 - Math.pow(0.05, 1 / 11.0), within(1e-9));
    assertThat(Estimate.ofRate(10, 10).low()).isEqualTo(Math.pow(0.05, 1 / 11.0), within(1e-9));
    assertThat(Estimate.ofRate(10, 10).high()).isEqualTo(1);
  }

  @Test
  void samplesThatAreIndependentAreARate() {
    boolean[] happened = {true, false, false, true, false};
    assertThat(Estimate.ofGroupedRate(happened, List.of("a", "b", "c", "d", "e")))
        .isEqualTo(Estimate.ofRate(2, 5));
  }

  /** Of 20 groups of five like samples each: as many as 20 that are independent, less 1. */
  @Test
  void groupsOfLikeSamplesCountAsOneEach() {
    boolean[] happened = new boolean[100];
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      happened[i] = i < 50;
      groups.add("group " + i / 5);
    }
    Estimate found = Estimate.ofGroupedRate(happened, groups);
    BetaDistribution posterior = BetaDistribution.of(1 + 9.5, 1 + 9.5);
    assertThat(found.value()).isEqualTo(0.5);
    assertThat(found.standardDeviation())
        .isEqualTo(Math.sqrt(posterior.getVariance()), within(1e-12));
    assertThat(found.low()).isEqualTo(posterior.inverseCumulativeProbability(0.025), within(1e-6));
  }

  /** Where nothing varies, nothing tells whether groups are alike: they are taken to be. */
  @Test
  void whatNeverHappenedIsWorthItsGroups() {
    assertThat(Estimate.ofGroupedRate(new boolean[6], List.of("a", "a", "a", "b", "b", "b")).high())
        .isEqualTo(Estimate.ofRate(0, 2).high(), within(1e-12));
  }
}
