package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  @Test
  void theDeviationOfAMeanIsThatOfTheTextbook() {
    SplittableRandom random = new SplittableRandom(1);
    double[] values = random.doubles(200).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / 200;
    Estimate found = Bootstrap.of(200, 4_000, 2).interval(meanOf(values));
    assertThat(found.value()).isEqualTo(mean, within(1e-12));
    assertThat(found.standardDeviation()).isEqualTo(Math.sqrt(variance / 200), within(0.001));
    assertThat(found.low()).isEqualTo(mean - 1.96 * Math.sqrt(variance / 200), within(0.003));
    assertThat(found.high()).isEqualTo(mean + 1.96 * Math.sqrt(variance / 200), within(0.003));
  }

  @Test
  void strataKeepTheirSizes() {
    int[] strata = {0, 0, 0, 1, 1, 2};
    Estimate share =
        Bootstrap.stratified(strata, 200, 3)
            .interval(at -> Arrays.stream(at).filter(i -> strata[i] == 1).count());
    assertThat(share).isEqualTo(new Estimate(2, 0, 2, 2));
  }

  /** Ten copies of each patient's image know no more than one. */
  @Test
  void imagesOfAPatientGoTogether() {
    SplittableRandom random = new SplittableRandom(4);
    double[] values = new double[400];
    List<String> patients = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 10 == 0 ? random.nextDouble() : values[i - 1];
      patients.add("patient " + i / 10);
    }
    double alone = Bootstrap.of(400, 2_000, 5).interval(meanOf(values)).standardDeviation();
    double together =
        Bootstrap.byPatient(new int[400], patients, 2_000, 5)
            .interval(meanOf(values))
            .standardDeviation();
    assertThat(together / alone).isEqualTo(Math.sqrt(10), within(0.2));
  }

  @Test
  void checksDeLong() {
    SplittableRandom random = new SplittableRandom(6);
    double[] scores = new double[300];
    boolean[] positive = new boolean[300];
    int[] strata = new int[300];
    for (int i = 0; i < 300; i++) {
      positive[i] = i % 2 == 0;
      strata[i] = i % 2;
      scores[i] = random.nextDouble() + (positive[i] ? 0.3 : 0);
    }
    Estimate deLong = RocAuc.of(scores, positive);
    Estimate bootstrap =
        Bootstrap.stratified(strata, 2_000, 7)
            .interval(
                at -> {
                  double[] drawn = Arrays.stream(at).mapToDouble(i -> scores[i]).toArray();
                  boolean[] kinds = new boolean[at.length];
                  for (int i = 0; i < at.length; i++) {
                    kinds[i] = positive[at[i]];
                  }
                  return RocAuc.of(drawn, kinds).value();
                });
    assertThat(bootstrap.value()).isEqualTo(deLong.value(), within(1e-12));
    assertThat(bootstrap.low()).isEqualTo(deLong.low(), within(0.006));
    assertThat(bootstrap.high()).isEqualTo(deLong.high(), within(0.006));
  }

  @Test
  void everySampleNeedsAPatient() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bootstrap.byPatient(new int[2], List.of("a"), 10, 1))
        .withMessage("2 strata for 1 samples.");
  }

  private static ToDoubleFunction<int[]> meanOf(double[] values) {
    return at -> Arrays.stream(at).mapToDouble(i -> values[i]).average().orElseThrow();
  }
}
