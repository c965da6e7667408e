package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {

  private static final List<String> BREEDS = List.of("pug", "mastiff", "pekingese");

  /** 5 + 3 + 2 samples; the numbers below were worked out by hand. */
  private static final ConfusionMatrix MATRIX =
      new ConfusionMatrix(BREEDS, new long[][] {{4, 1, 0}, {2, 1, 0}, {0, 1, 1}});

  @Test
  void countsTruthInRowsAndPredictionsInColumns() {
    ConfusionMatrix matrix =
        ConfusionMatrix.of(new int[] {0, 0, 1, 2}, new int[] {0, 1, 1, 0}, BREEDS);
    assertThat(matrix.counts()).isDeepEqualTo(new long[][] {{1, 1, 0}, {0, 1, 0}, {1, 0, 0}});
    assertThat(matrix.count(2, 0)).isEqualTo(1);
    assertThat(matrix.total()).isEqualTo(4);
    assertThat(matrix.support(0)).isEqualTo(2);
  }

  @Test
  void measuresEachClassAgainstAllOthers() {
    assertThat(MATRIX.precision(0)).isEqualTo(4.0 / 6);
    assertThat(MATRIX.recall(0)).isEqualTo(4.0 / 5);
    assertThat(MATRIX.specificity(0)).isEqualTo(3.0 / 5);
    assertThat(MATRIX.f1(0)).isEqualTo(8.0 / 11);
    assertThat(MATRIX.precision(1)).isEqualTo(1.0 / 3);
    assertThat(MATRIX.recall(1)).isEqualTo(1.0 / 3);
    assertThat(MATRIX.specificity(1)).isEqualTo(5.0 / 7);
    assertThat(MATRIX.precision(2)).isEqualTo(1);
    assertThat(MATRIX.recall(2)).isEqualTo(0.5);
    assertThat(MATRIX.specificity(2)).isEqualTo(1);
    assertThat(MATRIX.f1(2)).isEqualTo(2.0 / 3);
  }

  @Test
  void macroValuesAreUnweightedMeans() {
    assertThat(MATRIX.accuracy()).isEqualTo(0.6);
    assertThat(MATRIX.macroPrecision()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(MATRIX.macroRecall()).isCloseTo(49.0 / 90, within(1e-12));
    assertThat(MATRIX.macroSpecificity()).isCloseTo(81.0 / 105, within(1e-12));
    assertThat(MATRIX.macroF1()).isCloseTo(19.0 / 33, within(1e-12));
  }

  @Test
  void nothingOutOfNothingIsZero() {
    ConfusionMatrix oneSided =
        new ConfusionMatrix(List.of("a", "b"), new long[][] {{3, 0}, {0, 0}});
    assertThat(oneSided.perClass())
        .containsExactly(
            new ClassMetrics("a", 3, 1, 1, 0, 1), new ClassMetrics("b", 0, 0, 0, 1, 0));
    assertThat(oneSided.macroF1()).isEqualTo(1); // of a alone: nothing is known of b
    assertThat(new ConfusionMatrix(List.of("a"), new long[][] {{0}}).accuracy()).isZero();
  }

  @Test
  void isIndependentOfTheArraysItWasMadeFrom() {
    long[][] counts = {{1, 0}, {0, 1}};
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("a", "b"), counts);
    counts[0][1] = 9;
    matrix.counts()[1][0] = 9;
    assertThat(matrix)
        .isEqualTo(new ConfusionMatrix(List.of("a", "b"), new long[][] {{1, 0}, {0, 1}}));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionMatrix.of(new int[] {0, 1}, new int[] {0}, BREEDS))
        .withMessage("2 true classes but 1 predicted ones.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionMatrix.of(new int[] {3}, new int[] {0}, BREEDS))
        .withMessage("Sample 0 has true class 3 and predicted class 0; there are 3 classes.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConfusionMatrix(BREEDS, new long[][] {{1}}))
        .withMessage("Confusion matrix of 1 rows for 3 classes.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConfusionMatrix(List.of("a", "b"), new long[][] {{1, 0}, {1}}))
        .withMessage("Row 1 of the confusion matrix has 1 columns for 2 classes.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConfusionMatrix(List.of("a", "b"), new long[][] {{1, -1}, {1, 1}}))
        .withMessage("Row 0 of the confusion matrix has a negative count: [1, -1].");
  }
}
