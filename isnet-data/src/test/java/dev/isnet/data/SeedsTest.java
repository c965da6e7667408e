package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedsTest {
  @Test
  void neighboursAreUnrelatedAndAllDiffer() {
    Set<Long> seen = new HashSet<>();
    int bits = 0;
    for (int seed = 0; seed < 20; seed++) {
      for (int epoch = 0; epoch < 20; epoch++) {
        for (int index = 0; index < 20; index++) {
          long derived = Seeds.derive(seed, epoch, index);
          seen.add(derived);
          bits += Long.bitCount(derived ^ Seeds.derive(seed, epoch, index + 1));
        }
      }
    }
    assertThat(seen).hasSize(8000);
    assertThat(bits / 8000.0).isBetween(31.5, 32.5);
    assertThat(Seeds.derive(1, 2, 3)).isNotEqualTo(Seeds.derive(1, 3, 2));
    assertThat(Seeds.derive(1, 2)).isEqualTo(Seeds.derive(1, 2));
  }
}
