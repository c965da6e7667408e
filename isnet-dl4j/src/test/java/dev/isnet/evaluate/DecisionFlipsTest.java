package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecisionFlipsTest {

  @Test
  void countsDecisionsThatChangeAndProbabilitiesThatFall() {
    DecisionFlips flips =
        DecisionFlips.of(
            new boolean[] {false, true, false, false},
            new double[] {-0.1, -0.5, 0, -0.1},
            new int[] {0, 0, 1, 1},
            List.of("1", "2", "3", "4"),
            List.of("a", "b", "c"),
            500,
            1);
    assertThat(flips.images()).isEqualTo(4);
    assertThat(flips.rate()).isEqualTo(Estimate.ofRate(1, 4));
    assertThat(flips.perClass())
        .containsExactly(
            Map.entry("a", Estimate.ofRate(1, 2)), Map.entry("b", Estimate.ofRate(0, 2)));
    assertThat(flips.probabilityChange().value())
        .isEqualTo((-0.1 - 0.5 + 0 - 0.1) / 4, within(1e-12));
    assertThat(flips.probabilityChange().high()).isLessThan(0);
  }
}
