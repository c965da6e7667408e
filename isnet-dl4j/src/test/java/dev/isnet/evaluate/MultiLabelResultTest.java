package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MultiLabelResultTest {

  /** Of the first label nobody knows the third image's answer, of the second the last one's. */
  private static final MultiLabelResult RESULT =
      MultiLabelResult.of(
          List.of(
              new double[] {0.9, 0.1},
              new double[] {0.5, 0.6},
              new double[] {0.8, 0.7},
              new double[] {0.2, 0.3},
              new double[] {0.4, 0.9}),
          List.of(
              new double[] {1, 0},
              new double[] {0, 1},
              new double[] {-1, 0},
              new double[] {0, 1},
              new double[] {1, -1}),
          List.of("1", "2", "3", "4", "5"),
          List.of("effusion", "oedema"));

  @Test
  void whatNobodyKnowsIsNotCounted() {
    assertThat(RESULT.confusion(0).counts()).isDeepEqualTo(new long[][] {{1, 1}, {1, 1}});
    assertThat(RESULT.confusion(1).counts()).isDeepEqualTo(new long[][] {{1, 1}, {1, 1}});
    assertThat(RESULT.perClass().get(0))
        .isEqualTo(new ClassMetrics("effusion", 2, 0.5, 0.5, 0.5, 0.5));
    assertThat(RESULT.size()).isEqualTo(5);
  }

  @Test
  void aProbabilityOfOneHalfIsAYes() {
    assertThat(RESULT.confusion(0).count(0, 1)).isEqualTo(1);
  }

  @Test
  void macroF1IsTheMeanOverLabelsAndAccuracyTheShareOfRightAnswers() {
    assertThat(RESULT.macroF1()).isEqualTo(0.5);
    assertThat(RESULT.accuracy()).isEqualTo(4.0 / 8);
  }

  /** Effusion: 0.9 beats both negatives, 0.4 one of them. Oedema: 0.6 beats 0.1, 0.3 beats 0.1. */
  @Test
  void areasCompareKnownImagesOnly() {
    assertThat(RESULT.auc(0).orElseThrow().value()).isEqualTo(3.0 / 4, within(1e-12));
    assertThat(RESULT.auc(1).orElseThrow().value()).isEqualTo(2.0 / 4, within(1e-12));
    assertThat(RESULT.macroAuc().orElseThrow().value()).isEqualTo(0.625, within(1e-12));
  }

  @Test
  void aLabelWithOnePositiveHasNoArea() {
    MultiLabelResult result =
        MultiLabelResult.of(
            List.of(new double[] {0.9}, new double[] {0.1}, new double[] {0.2}),
            List.of(new double[] {1}, new double[] {0}, new double[] {0}),
            List.of("1", "2", "3"),
            List.of("effusion"));
    assertThat(result.auc(0)).isEmpty();
    assertThat(result.macroAuc()).isEmpty();
    assertThat(result.macroF1()).isEqualTo(1);
  }

  @Test
  void theSummaryCountsWhatIsKnown() {
    Performance performance = Performance.of(RESULT, 100, 1);
    assertThat(performance.counted()).isEqualTo(RESULT.perClass());
    assertThat(performance.macroF1()).isEqualTo(0.5);
    assertThat(performance.macroAuc()).isEqualTo(RESULT.macroAuc());
    assertThat(performance.calibration().bins().stream().mapToLong(bin -> bin.samples()).sum())
        .isEqualTo(8);
  }
}
