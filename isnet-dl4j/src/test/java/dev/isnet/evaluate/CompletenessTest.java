package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompletenessTest {

  @Test
  void tellsBiasesAndEpsilonApart() {
    Completeness image = new Completeness(5, 4, 3.5);
    assertThat(image.absorbedByBiases()).isEqualTo(1);
    assertThat(image.absorbedByEpsilon()).isEqualTo(0.5);
  }

  @Test
  void theErrorOfASetWeighsImagesByTheirLogits() {
    assertThat(
            Completeness.error(List.of(new Completeness(5, 4, 3.5), new Completeness(-3, -3, -4))))
        .isEqualTo(2.5 / 8, within(1e-12));
    assertThat(Completeness.error(List.of(new Completeness(2, 2, 2)))).isZero();
  }
}
