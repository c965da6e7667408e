package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionPosteriorTest {

  private static final List<String> CLASSES = List.of("normal", "pneumonia", "covid");
  private static final ConfusionMatrix PAPER =
      new ConfusionMatrix(CLASSES, new long[][] {{64, 2, 1}, {1, 64, 2}, {2, 1, 64}});

  /** What nobody tested has the prior's interval and no part in the mean. */
  @Test
  void aClassWithoutSamplesDoesNotCountInMacroValues() {
    ConfusionPosterior posterior =
        ConfusionPosterior.of(
            new ConfusionMatrix(
                List.of("a", "b", "c"), new long[][] {{400, 0, 0}, {0, 400, 0}, {0, 0, 0}}),
            2_000,
            1);
    assertThat(posterior.perClass().get(2).recall().value()).isBetween(0.3, 0.37);
    assertThat(posterior.macroF1().value()).isGreaterThan(0.98);
    assertThat(posterior.macroRecall().value()).isGreaterThan(0.98);
  }

  @Test
  void macroF1Of201ImagesWith192RightIs0928() {
    Estimate f1 = ConfusionPosterior.of(PAPER, ConfusionPosterior.DEFAULT_DRAWS, 1).macroF1();
    assertThat(f1.value()).isEqualTo(0.928, within(0.0005));
    assertThat(f1.standardDeviation()).isEqualTo(0.018, within(0.0005));
    assertThat(f1.low()).isEqualTo(0.892, within(0.003));
    assertThat(f1.high()).isEqualTo(0.961, within(0.003));
  }

  /** Recall of class k is Beta(1 + found, K − 1 + missed). */
  @Test
  void recallHasTheMomentsOfItsBetaDistribution() {
    Estimate recall =
        ConfusionPosterior.of(PAPER, ConfusionPosterior.DEFAULT_DRAWS, 2)
            .perClass()
            .get(0)
            .recall();
    assertThat(recall.value()).isEqualTo(65.0 / 70, within(0.0005));
    assertThat(recall.standardDeviation())
        .isEqualTo(Math.sqrt(65.0 * 5 / (70.0 * 70 * 71)), within(0.0005));
  }

  @Test
  void manySamplesAgreeWithTheCounts() {
    ConfusionMatrix many =
        new ConfusionMatrix(
            List.of("a", "b", "c"),
            new long[][] {
              {500_000, 60_000, 40_000}, {30_000, 200_000, 10_000}, {5_000, 70_000, 100_000}
            });
    ConfusionPosterior posterior = ConfusionPosterior.of(many, 2_000, 3);
    assertThat(posterior.accuracy().value()).isEqualTo(many.accuracy(), within(0.001));
    assertThat(posterior.macroF1().value()).isEqualTo(many.macroF1(), within(0.001));
    assertThat(posterior.macroPrecision().value()).isEqualTo(many.macroPrecision(), within(0.001));
    assertThat(posterior.macroRecall().value()).isEqualTo(many.macroRecall(), within(0.001));
    assertThat(posterior.macroSpecificity().value())
        .isEqualTo(many.macroSpecificity(), within(0.001));
    assertThat(posterior.mcc().value()).isEqualTo(many.mcc(), within(0.001));
  }

  @Test
  void labelsAreIndependentQuestions() {
    ConfusionMatrix first =
        new ConfusionMatrix(
            List.of("not a", "a"), new long[][] {{90_000, 10_000}, {4_000, 16_000}});
    ConfusionMatrix second =
        new ConfusionMatrix(List.of("not b", "b"), new long[][] {{70_000, 5_000}, {9_000, 36_000}});
    ConfusionPosterior posterior =
        ConfusionPosterior.ofLabels(List.of(first, second), List.of("a", "b"), 2_000, 3);
    assertThat(posterior.macroF1().value())
        .isEqualTo((first.f1(1) + second.f1(1)) / 2, within(0.002));
    assertThat(posterior.perClass().get(1).specificity().value())
        .isEqualTo(second.specificity(1), within(0.002));
    assertThat(posterior.mcc().value()).isEqualTo((first.mcc() + second.mcc()) / 2, within(0.003));
  }

  /** 81,000 of 90,000 answers about one label are right, 5,000 of 10,000 about the other. */
  @Test
  void theAccuracyOfLabelsIsThatOfAllKnownAnswers() {
    ConfusionMatrix much =
        new ConfusionMatrix(List.of("not a", "a"), new long[][] {{40_500, 4_500}, {4_500, 40_500}});
    ConfusionMatrix little =
        new ConfusionMatrix(List.of("not b", "b"), new long[][] {{2_500, 2_500}, {2_500, 2_500}});
    assertThat(
            ConfusionPosterior.ofLabels(List.of(much, little), List.of("a", "b"), 2_000, 3)
                .accuracy()
                .value())
        .isEqualTo(0.86, within(0.001));
  }

  @Test
  void aClassWithoutSamplesIsUncertainAndNotZero() {
    ConfusionMatrix none = new ConfusionMatrix(List.of("a", "b"), new long[][] {{10, 0}, {0, 0}});
    Estimate recall = ConfusionPosterior.of(none, 20_000, 4).perClass().get(1).recall();
    assertThat(recall.value()).isEqualTo(0.5, within(0.01));
    assertThat(recall.high() - recall.low()).isEqualTo(0.95, within(0.01));
  }

  @Test
  void theSameSeedGivesTheSameIntervals() {
    assertThat(ConfusionPosterior.of(PAPER, 500, 9))
        .isEqualTo(ConfusionPosterior.of(PAPER, 500, 9));
  }
}
