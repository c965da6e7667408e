package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RocCurveTest {

  @Test
  void goesUpForPositivesAndRightForNegatives() {
    RocCurve curve =
        RocCurve.of(
            "a", new double[] {0.9, 0.8, 0.7, 0.6}, new boolean[] {true, false, true, false});
    assertThat(curve.falsePositiveRate()).containsExactly(0, 0, 0.5, 0.5, 1);
    assertThat(curve.truePositiveRate()).containsExactly(0, 0.5, 0.5, 1, 1);
  }

  @Test
  void equalScoresPassTogetherAndPointsInLineAreLeftOut() {
    RocCurve tied =
        RocCurve.of("a", new double[] {1, 1, 1, 1}, new boolean[] {true, false, true, false});
    assertThat(tied.falsePositiveRate()).containsExactly(0, 1);
    RocCurve perfect =
        RocCurve.of("a", new double[] {4, 3, 2, 1}, new boolean[] {true, true, false, false});
    assertThat(perfect.falsePositiveRate()).containsExactly(0, 0, 1);
    assertThat(perfect.truePositiveRate()).containsExactly(0, 1, 1);
  }

  @Test
  void itsAreaIsThatOfTheRanks() {
    Random random = new Random(3);
    double[] scores = new double[200];
    boolean[] positive = new boolean[200];
    for (int i = 0; i < scores.length; i++) {
      positive[i] = random.nextBoolean();
      scores[i] = random.nextInt(20) + (positive[i] ? 4 : 0);
    }
    RocCurve curve = RocCurve.of("a", scores, positive);
    double area = 0;
    for (int i = 1; i < curve.falsePositiveRate().length; i++) {
      area +=
          (curve.falsePositiveRate()[i] - curve.falsePositiveRate()[i - 1])
              * (curve.truePositiveRate()[i] + curve.truePositiveRate()[i - 1])
              / 2;
    }
    assertThat(area).isCloseTo(RocAuc.of(scores, positive).value(), within(1e-12));
  }

  @Test
  void classesWithoutSamplesOfBothKindsHaveNone() {
    double[][] probabilities = {{0.9, 0.1, 0}, {0.2, 0.8, 0}};
    boolean[][] positive = {{true, false, false}, {false, true, false}};
    assertThat(RocCurve.ofClasses(List.of("a", "b", "c"), probabilities, positive))
        .extracting(RocCurve::name)
        .containsExactly("a", "b");
    assertThatThrownBy(() -> RocCurve.of("c", new double[] {1}, new boolean[] {false}))
        .hasMessage("An ROC needs positive and negative samples, not 0 and 1.");
  }
}
