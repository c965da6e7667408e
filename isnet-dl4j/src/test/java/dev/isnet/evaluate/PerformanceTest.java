package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerformanceTest {

  private static final EvaluationResult SINGLE =
      EvaluationResult.of(
          new double[][] {{0.9, 0.1}, {0.6, 0.4}, {0.3, 0.7}, {0.2, 0.8}, {0.7, 0.3}, {0.1, 0.9}},
          new int[] {0, 0, 0, 1, 1, 1},
          List.of("1", "2", "3", "4", "5", "6"),
          List.of("a", "b"));

  private static final EvaluationResult OTHER =
      EvaluationResult.of(
          new double[][] {{0.1, 0.9}, {0.4, 0.6}, {0.3, 0.7}, {0.2, 0.8}, {0.7, 0.3}, {0.1, 0.9}},
          new int[] {0, 0, 0, 1, 1, 1},
          List.of("1", "2", "3", "4", "5", "6"),
          List.of("a", "b"));

  @Test
  void sumsUpSingleLabels() {
    Performance performance = Performance.of(SINGLE, 1_000, 1);
    assertThat(performance.samples()).isEqualTo(6);
    assertThat(performance.macroF1()).isEqualTo(4.0 / 6, within(1e-12));
    // Pairs (positive b, negative): 0.8 beats all three, 0.3 beats 0.1, 0.9 beats all three.
    assertThat(performance.macroAuc().orElseThrow().value()).isEqualTo(7.0 / 9, within(1e-12));
    assertThat(performance.rankings().get(1).averagePrecision().orElseThrow())
        .isEqualTo((1 + 1 + 3.0 / 5) / 3, within(1e-12));
  }

  @Test
  void sumsUpSeveralLabels() {
    MultiLabelResult result =
        new MultiLabelResult(
            List.of("effusion", "oedema"),
            new double[][] {{0.9, 0.8}, {0.6, 0.2}, {0.3, 0.7}, {0.2, 0.1}},
            new boolean[][] {{true, true}, {false, false}, {true, true}, {false, false}},
            new boolean[][] {{true, true}, {true, true}, {true, true}, {true, true}},
            new double[] {0.5, 0.5},
            List.of("1", "2", "3", "4"),
            Patients.unknown(4));
    Performance performance = Performance.of(result, 1_000, 1);
    assertThat(performance.counted().get(0))
        .isEqualTo(new ClassMetrics("effusion", 2, 0.5, 0.5, 0.5, 0.5));
    assertThat(performance.counted().get(1)).isEqualTo(new ClassMetrics("oedema", 2, 1, 1, 1, 1));
    assertThat(performance.macroF1()).isEqualTo(0.75);
    assertThat(performance.rankings().get(0).auc().orElseThrow().value()).isEqualTo(0.75);
  }

  /** 40 patients with ten images each, all of one patient's right or all wrong. */
  private static EvaluationResult clustered(boolean patientsKnown) {
    double[][] probabilities = new double[400][];
    int[] truth = new int[400];
    List<String> patients = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int patient = i / 10;
      truth[i] = patient % 2;
      boolean right = patient % 5 != 0;
      probabilities[i] =
          right == (truth[i] == 0) ? new double[] {0.8, 0.2} : new double[] {0.2, 0.8};
      patients.add("patient " + patient);
      files.add(i + ".png");
    }
    EvaluationResult result = EvaluationResult.of(probabilities, truth, files, List.of("a", "b"));
    return patientsKnown ? result.withPatients(patients) : result;
  }

  /** Ten images that tell no more than one: intervals are √10 times as wide. */
  @Test
  void theBootstrapDrawsPatients() {
    BootstrapCheck apart = Performance.of(clustered(false), 1_000, 1).bootstrap();
    BootstrapCheck together = Performance.of(clustered(true), 1_000, 1).bootstrap();
    assertThat(apart.patients()).isEqualTo(400);
    assertThat(together.patients()).isEqualTo(40);
    assertThat(together.macroF1().value()).isEqualTo(apart.macroF1().value()).isEqualTo(0.8);
    assertThat(together.accuracy().standardDeviation() / apart.accuracy().standardDeviation())
        .isEqualTo(Math.sqrt(10), within(0.2));
    assertThat(width(together.macroF1()) / width(apart.macroF1()))
        .isEqualTo(Math.sqrt(10), within(0.4));
  }

  @Test
  void theBootstrapOfSeveralLabelsDrawsPatientsToo() {
    List<double[]> probabilities = new ArrayList<>();
    List<double[]> answers = new ArrayList<>();
    List<String> patients = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int patient = i / 10;
      boolean right = patient % 4 != 0;
      answers.add(new double[] {patient % 2, i % 3 == 0 ? -1 : 1});
      probabilities.add(new double[] {right ? patient % 2 : 1 - patient % 2, 0.9});
      patients.add("patient " + patient);
    }
    MultiLabelResult result =
        MultiLabelResult.of(probabilities, answers, Patients.unknown(200), List.of("x", "y"));
    BootstrapCheck apart = BootstrapCheck.of(result, 1);
    BootstrapCheck together = BootstrapCheck.of(result.withPatients(patients), 1);
    assertThat(apart.accuracy().value()).isEqualTo(result.accuracy());
    assertThat(apart.macroF1().value()).isEqualTo(result.macroF1(), within(1e-12));
    assertThat(width(together.accuracy())).isGreaterThan(2 * width(apart.accuracy()));
  }

  private static double width(Estimate estimate) {
    return estimate.high() - estimate.low();
  }

  @Test
  void comparesTwoSystemsOnTheSameSamples() {
    PairedComparison comparison =
        PairedComparison.of(SINGLE, OTHER, Bootstrap.stratified(SINGLE.truth(), 500, 1));
    assertThat(comparison.accuracy().value()).isEqualTo(2.0 / 6, within(1e-12));
    assertThat(comparison.mcNemar()).isEqualTo(new McNemar(2, 0, 0.5));
    // The second system's pairs: 0.8 beats two, 0.3 none, 0.9 two and ties with one.
    assertThat(comparison.auc().get(1).orElseThrow().difference().value())
        .isEqualTo(7.0 / 9 - 4.5 / 9, within(1e-12));
  }

  /** Of 20 discordant pairs 15 go to the first: p = 2·P(Bin(20, ½) ≤ 5). */
  @Test
  void mcNemarCountsWhatOnlyOneGetsRight() {
    boolean[] first = new boolean[100];
    boolean[] second = new boolean[100];
    for (int i = 0; i < 65; i++) {
      first[i] = i < 15;
      second[i] = i >= 15 && i < 20;
    }
    McNemar test = McNemar.of(first, second);
    assertThat(test.onlyFirst()).isEqualTo(15);
    assertThat(test.onlySecond()).isEqualTo(5);
    assertThat(test.pValue()).isEqualTo(2 * 21_700.0 / (1 << 20), within(1e-12));
    assertThat(McNemar.of(first, first).pValue()).isEqualTo(1);
  }

  @Test
  void equalScoresPassTheThresholdTogether() {
    double ap =
        AveragePrecision.of(
            new double[] {0.5, 0.5, 0.5, 0.1}, new boolean[] {true, false, false, true});
    assertThat(ap).isEqualTo(0.5 * 1 / 3 + 0.5 * 2 / 4, within(1e-12));
  }

  @Test
  void calibrationIsTheGapBetweenConfidenceAndTruth() {
    Calibration calibration =
        Calibration.of(
            new double[] {0.95, 0.85, 0.92, 0.35, 1.0},
            new boolean[] {true, true, false, false, true},
            10);
    double top = Math.abs((0.95 + 0.92 + 1.0) / 3 - 2.0 / 3);
    assertThat(calibration.expectedError())
        .isEqualTo(0.6 * top + 0.2 * 0.15 + 0.2 * 0.35, within(1e-12));
    assertThat(calibration.largestError()).isEqualTo(0.35, within(1e-12));
    assertThat(calibration.bins().get(9).samples()).isEqualTo(3);
    assertThat(calibration.bins().get(0).right()).isEmpty();
  }

  @Test
  void mccIsTheCorrelationOfTwoClasses() {
    ConfusionMatrix matrix =
        new ConfusionMatrix(List.of("no", "yes"), new long[][] {{50, 10}, {5, 35}});
    double expected = (35.0 * 50 - 10 * 5) / Math.sqrt(45.0 * 40 * 60 * 55);
    assertThat(matrix.mcc()).isEqualTo(expected, within(1e-12));
    assertThat(new ConfusionMatrix(List.of("a", "b"), new long[][] {{3, 0}, {4, 0}}).mcc())
        .isEqualTo(0);
  }

  @Test
  void twoSystemsNeedTheSameSamples() {
    EvaluationResult fewer =
        EvaluationResult.of(
            new double[][] {{0.9, 0.1}}, new int[] {0}, List.of("1"), List.of("a", "b"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PairedComparison.of(SINGLE, fewer, Bootstrap.of(1, 10, 1)))
        .withMessage("The two systems were not tested on the same samples with the same classes.");
  }

  @Test
  void roundingDoesNotMakeAnAveragePrecisionGreaterThanOne() {
    for (int positives = 1; positives < 200; positives++) {
      double[] scores = new double[positives + 1];
      boolean[] positive = new boolean[positives + 1];
      for (int i = 0; i < positives; i++) {
        scores[i] = 2 + i;
        positive[i] = true;
      }
      assertThat(AveragePrecision.of(scores, positive)).isBetween(1 - 1e-12, 1.0);
    }
  }
}
