package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RocAucTest {

  /**
   * The data of DeLong, DeLong and Clarke-Pearson (1988) without the records that lack a test, as
   * in the example of SAS/STAT's LOGISTIC procedure: albumin, total protein, K-G score, outcome.
   */
  private static final double[][] OVARIAN_CANCER = {
    {3.0, 5.8, 10, 0}, {3.2, 6.3, 5, 1}, {3.9, 6.8, 3, 1}, {2.8, 4.8, 6, 0},
    {3.2, 5.8, 3, 1}, {0.9, 4.0, 5, 0}, {2.5, 5.7, 8, 0}, {1.6, 5.6, 5, 1},
    {3.8, 5.7, 5, 1}, {3.7, 6.7, 6, 1}, {3.2, 5.4, 4, 1}, {3.8, 6.6, 6, 1},
    {4.1, 6.6, 5, 1}, {3.6, 5.7, 5, 1}, {4.3, 7.0, 4, 1}, {3.6, 6.7, 4, 0},
    {2.3, 4.4, 6, 1}, {4.2, 7.6, 4, 0}, {4.0, 6.6, 6, 0}, {3.5, 5.8, 6, 1},
    {3.8, 6.8, 7, 1}, {3.0, 4.7, 8, 0}, {4.5, 7.4, 5, 1}, {3.7, 7.4, 5, 1},
    {3.1, 6.6, 6, 1}, {4.1, 8.2, 6, 1}, {4.3, 7.0, 5, 1}, {4.3, 6.5, 4, 1},
    {3.2, 5.1, 5, 1}, {2.6, 4.7, 6, 1}, {3.3, 6.8, 6, 0}, {1.7, 4.0, 7, 0},
    {3.7, 6.1, 5, 1}, {3.3, 6.3, 7, 1}, {4.2, 7.7, 6, 1}, {3.5, 6.2, 5, 1},
    {2.9, 5.7, 9, 0}, {2.1, 4.8, 7, 1}, {2.8, 6.2, 8, 0}, {4.0, 7.0, 7, 1},
    {3.3, 5.7, 6, 1}, {3.7, 6.9, 5, 1}, {3.6, 6.6, 5, 1}
  };

  private static final double[] ALBUMIN = RocAuc.column(OVARIAN_CANCER, 0);
  private static final double[] PROTEIN = RocAuc.column(OVARIAN_CANCER, 1);
  // A high K-G score is bad news.
  private static final double[] KG_SCORE =
      Arrays.stream(RocAuc.column(OVARIAN_CANCER, 2)).map(score -> 10 - score).toArray();
  private static final boolean[] BENEFIT = benefit();

  @Test
  void agreesWithThePublishedExampleOfDeLong() {
    assertEstimate(RocAuc.of(ALBUMIN, BENEFIT), 0.7366, 0.0927, 0.5549, 0.9182);
    assertEstimate(RocAuc.of(KG_SCORE, BENEFIT), 0.7258, 0.1028, 0.5243, 0.9273);
    assertEstimate(RocAuc.of(PROTEIN, BENEFIT), 0.6478, 0.1000, 0.4518, 0.8439);
  }

  @Test
  void agreesWithThePublishedDifferencesOfTwoAreas() {
    RocAuc.Difference albumin = RocAuc.difference(ALBUMIN, KG_SCORE, BENEFIT);
    assertEstimate(albumin.difference(), 0.0108, 0.0953, -0.1761, 0.1976);
    assertThat(albumin.pValue().orElseThrow()).isEqualTo(0.9102, within(5e-5));
    RocAuc.Difference protein = RocAuc.difference(PROTEIN, KG_SCORE, BENEFIT);
    assertEstimate(protein.difference(), -0.0780, 0.1046, -0.2830, 0.1271);
    assertThat(protein.pValue().orElseThrow()).isEqualTo(0.4561, within(5e-5));
  }

  @Test
  void agreesWithTheDefinitionWhereScoresAreTied() {
    SplittableRandom random = new SplittableRandom(5);
    double[] scores = new double[60];
    boolean[] positive = new boolean[60];
    for (int i = 0; i < scores.length; i++) {
      positive[i] = i % 3 == 0;
      scores[i] = random.nextInt(8) + (positive[i] ? 1 : 0);
    }
    Estimate found = RocAuc.of(scores, positive);
    assertThat(found.value()).isEqualTo(naiveArea(scores, positive), within(1e-12));
    assertThat(found.standardDeviation())
        .isEqualTo(Math.sqrt(naiveVariance(scores, positive)), within(1e-12));
  }

  @Test
  void theMacroAreaOfTwoClassesIsTheAreaOfOne() {
    double[][] both = new double[BENEFIT.length][];
    boolean[][] truth = new boolean[BENEFIT.length][];
    for (int i = 0; i < both.length; i++) {
      both[i] = new double[] {-ALBUMIN[i], ALBUMIN[i]};
      truth[i] = new boolean[] {!BENEFIT[i], BENEFIT[i]};
    }
    Estimate one = RocAuc.of(ALBUMIN, BENEFIT);
    Estimate macro = RocAuc.macro(both, truth);
    assertThat(macro.value()).isEqualTo(one.value(), within(1e-12));
    assertThat(macro.standardDeviation()).isEqualTo(one.standardDeviation(), within(1e-12));
  }

  @Test
  void aSystemDoesNotDifferFromItself() {
    RocAuc.Difference none = RocAuc.difference(ALBUMIN, ALBUMIN, BENEFIT);
    assertThat(none)
        .isEqualTo(
            new RocAuc.Difference(
                new Estimate(0, 0, 0, 0), OptionalDouble.of(0), OptionalDouble.of(1)));
  }

  /** 49 samples of each kind: sums of 1/49 are not exact. */
  @Test
  void aPerfectAndAConstantScoreLeaveTheTestUndefined() {
    boolean[] positive = new boolean[98];
    double[] perfect = new double[98];
    for (int i = 0; i < positive.length; i++) {
      positive[i] = i % 2 == 0;
      perfect[i] = positive[i] ? 1 : 0;
    }
    RocAuc.Difference found = RocAuc.difference(perfect, new double[98], positive);
    assertThat(found.z()).isEmpty();
    assertThat(found.pValue()).isEmpty();
    assertThat(found.difference().value()).isEqualTo(0.5, within(1e-12));
    assertThat(found.difference().low()).isEqualTo(-1);
    assertThat(found.difference().high()).isEqualTo(1);
  }

  @Test
  void oneClassAloneHasNoArea() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RocAuc.of(new double[] {1, 2, 3}, new boolean[] {true, true, true}))
        .withMessage("An ROC needs two positive and two negative samples, not 3 and 0.");
  }

  private static void assertEstimate(
      Estimate found, double value, double deviation, double low, double high) {
    assertThat(found.value()).isEqualTo(value, within(5e-5));
    assertThat(found.standardDeviation()).isEqualTo(deviation, within(5e-5));
    assertThat(found.low()).isEqualTo(low, within(5e-5));
    assertThat(found.high()).isEqualTo(high, within(5e-5));
  }

  private static boolean[] benefit() {
    boolean[] benefit = new boolean[OVARIAN_CANCER.length];
    for (int i = 0; i < benefit.length; i++) {
      benefit[i] = OVARIAN_CANCER[i][3] == 1;
    }
    return benefit;
  }

  private static double wins(double positive, double negative) {
    return positive > negative ? 1 : positive == negative ? 0.5 : 0;
  }

  private static double naiveArea(double[] scores, boolean[] positive) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (positive[i] && !positive[j]) {
          sum += wins(scores[i], scores[j]);
          pairs++;
        }
      }
    }
    return sum / pairs;
  }

  /** S₁₀/m + S₀₁/n, from the pairs themselves. */
  private static double naiveVariance(double[] scores, boolean[] positive) {
    double area = naiveArea(scores, positive);
    double variance = 0;
    for (boolean side : new boolean[] {true, false}) {
      double squares = 0;
      int size = 0;
      for (int i = 0; i < scores.length; i++) {
        if (positive[i] != side) {
          continue;
        }
        double sum = 0;
        int others = 0;
        for (int j = 0; j < scores.length; j++) {
          if (positive[j] != side) {
            sum += side ? wins(scores[i], scores[j]) : wins(scores[j], scores[i]);
            others++;
          }
        }
        squares += Math.pow(sum / others - area, 2);
        size++;
      }
      variance += squares / (size - 1) / size;
    }
    return variance;
  }
}
