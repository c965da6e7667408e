package dev.isnet.graph.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DrawnLogitTest {

  private static final int DRAWS = 20_000;

  /** The reference draws the greatest logit with 5/11. Five standard deviations decide. */
  @Test
  void theGreatestLogitIsDrawnWithOneHalfAndTheOthersUniformly() {
    double[] logits = {0.2, -1.0, 3.5, 0.1, -7.0, 3.4};
    int[] drawn = counts(logits, 23);
    assertShare(drawn[2], 0.5);
    for (int k : new int[] {0, 1, 3, 4, 5}) {
      assertShare(drawn[k], 0.1);
    }
    double wrong = 5.0 / 11;
    assertThat(Math.abs(drawn[2] - wrong * DRAWS))
        .isGreaterThan(5 * Math.sqrt(DRAWS * wrong * (1 - wrong)));
  }

  @Test
  void ofTwoLogitsEachIsDrawnWithOneHalf() {
    int[] drawn = counts(new double[] {-1, 2}, 29);
    assertShare(drawn[0], 0.5);
    assertShare(drawn[1], 0.5);
  }

  @Test
  void theOnlyLogitIsAlwaysDrawn() {
    assertThat(counts(new double[] {-4}, 31)).containsExactly(DRAWS);
  }

  private static int[] counts(double[] logits, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] drawn = new int[logits.length];
    for (int i = 0; i < DRAWS; i++) {
      drawn[DrawnLogit.draw(logits, random)]++;
    }
    return drawn;
  }

  private static void assertShare(int drawn, double probability) {
    double deviation = Math.sqrt(DRAWS * probability * (1 - probability));
    assertThat(Math.abs(drawn - DRAWS * probability)).isLessThan(5 * deviation);
  }
}
