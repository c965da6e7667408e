package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class MaskedBatchTest {

  @Test
  void anImageOutlivesItsBatch() {
    Pixels first;
    Pixels second;
    try (MaskedBatch batch =
        new MaskedBatch(
            Nd4j.createFromArray(0.1f, 0.2f, 0.3f, 0.4f).reshape(2, 1, 1, 2),
            Nd4j.eye(2),
            Nd4j.createFromArray(1f, 0f, 1f, 1f).reshape(2, 1, 1, 2),
            new boolean[] {true, false},
            List.of("a.png", "b.png"))) {
      first = batch.pixels(0);
      second = batch.pixels(1);
    }
    assertThat(first.size()).isEqualTo(new ImageSize(1, 2, 1));
    assertThat(first.image()).containsExactly(0.1f, 0.2f);
    assertThat(first.mask().orElseThrow()).containsExactly(true, false);
    assertThat(second.image()).containsExactly(0.3f, 0.4f);
    assertThat(second.mask()).isEmpty();
  }
}
