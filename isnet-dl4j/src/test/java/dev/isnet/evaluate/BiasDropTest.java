package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BiasDropTest {
  private static final int[] TRUTH = {0, 0, 0, 0, 1, 1, 1, 1};
  private static final Bootstrap BOOTSTRAP = Bootstrap.stratified(TRUTH, 500, 3);

  private static EvaluationResult saying(int... predicted) {
    double[][] probabilities = new double[predicted.length][2];
    for (int i = 0; i < predicted.length; i++) {
      probabilities[i][predicted[i]] = 1;
    }
    List<String> files =
        IntStream.range(0, predicted.length).mapToObj(i -> "image-" + i + ".png").toList();
    return EvaluationResult.of(probabilities, TRUTH, files, List.of("a", "b"));
  }

  @Test
  void aSystemThatSaysTheSameWhateverTheBackgroundLosesNothing() {
    EvaluationResult result = saying(0, 0, 0, 1, 1, 1, 1, 0);
    BiasDrop drop = BiasDrop.of(List.of(result), List.of(result), BOOTSTRAP);
    assertThat(drop.biased()).isEqualTo(0.75, within(1e-12));
    assertThat(drop.drop()).isEqualTo(new Estimate(0, 0, 0, 0));
  }

  @Test
  void theDropIsThatOfTheMeansOverTheTrainings() {
    BiasDrop drop =
        BiasDrop.of(
            List.of(saying(TRUTH), saying(TRUTH)),
            List.of(saying(1, 1, 1, 1, 0, 0, 0, 0), saying(TRUTH)),
            BOOTSTRAP);
    assertThat(drop.biased()).isEqualTo(1);
    assertThat(drop.deceiving()).isEqualTo(0.5);
    assertThat(drop.drop()).isEqualTo(new Estimate(0.5, 0, 0.5, 0.5));
  }

  @Test
  void theIntervalIsThatOfTheImages() {
    BiasDrop drop =
        BiasDrop.of(List.of(saying(TRUTH)), List.of(saying(0, 0, 1, 1, 1, 1, 0, 0)), BOOTSTRAP);
    assertThat(drop.drop().value()).isEqualTo(0.5, within(1e-12));
    assertThat(drop.drop().low()).isBetween(0.1, 0.4);
    assertThat(drop.drop().high()).isBetween(0.6, 0.9);
  }

  @Test
  void testsOfOtherImagesCannotBeCompared() {
    EvaluationResult other =
        EvaluationResult.of(
            new double[][] {{1, 0}, {0, 1}},
            new int[] {0, 1},
            List.of("x", "y"),
            List.of("a", "b"));
    assertThatThrownBy(() -> BiasDrop.of(List.of(saying(TRUTH)), List.of(other), BOOTSTRAP))
        .hasMessage("The tests are not of the same images.");
  }
}
