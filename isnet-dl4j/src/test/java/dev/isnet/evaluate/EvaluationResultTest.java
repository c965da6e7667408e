package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationResultTest {

  private static final List<String> CLASSES = List.of("normal", "nodules");

  @Test
  void predictsTheMostProbableClass() {
    EvaluationResult result =
        EvaluationResult.of(
            new double[][] {{0.9, 0.1}, {0.2, 0.8}, {0.3, 0.7}},
            new int[] {0, 1, 0},
            List.of("a.png", "b.png", "c.png"),
            CLASSES);
    assertThat(result.size()).isEqualTo(3);
    assertThat(result.predicted(1)).isEqualTo(1);
    assertThat(result.confusion())
        .isEqualTo(new ConfusionMatrix(CLASSES, new long[][] {{1, 1}, {0, 1}}));
  }

  @Test
  void eachClassThatSomeSamplesHaveAndSomeLackHasACurve() {
    EvaluationResult result =
        EvaluationResult.of(
            new double[][] {{0.9, 0.1, 0}, {0.2, 0.8, 0}, {0.3, 0.7, 0}},
            new int[] {0, 1, 0},
            List.of("a.png", "b.png", "c.png"),
            List.of("normal", "nodules", "other"));
    assertThat(result.rocs()).extracting(RocCurve::name).containsExactly("normal", "nodules");
    assertThat(result.rocs().get(1).falsePositiveRate()).containsExactly(0, 0, 1);
    assertThat(result.rocs().get(1).truePositiveRate()).containsExactly(0, 1, 1);
  }

  @Test
  void ofEqualProbabilitiesTheFirstCounts() {
    EvaluationResult result =
        EvaluationResult.of(new double[][] {{0.5, 0.5}}, new int[] {1}, List.of("a.png"), CLASSES);
    assertThat(result.predicted(0)).isZero();
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                EvaluationResult.of(
                    new double[][] {{0.5, 0.5}}, new int[] {1}, List.of("a.png", "b.png"), CLASSES))
        .withMessage("1 rows of probabilities but 2 files.");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                EvaluationResult.of(new double[][] {{1}}, new int[] {0}, List.of("a.png"), CLASSES))
        .withMessage("1 probabilities for 2 classes at a.png.");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                EvaluationResult.of(
                    new double[][] {{0.5, Double.NaN}}, new int[] {0}, List.of("a.png"), CLASSES))
        .withMessage("The classifier gives no number for class 1 of a.png.");
  }
}
