package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static final long[][] PERFECT = {{4, 0}, {0, 4}};
  private static final long[][] WRONG = {{0, 4}, {4, 0}};

  @Test
  void comparesBiasedWithDeceivingWhereverTheyStand() {
    assertThat(Comparison.of(List.of("standard", "deceiving", "biased")))
        .contains(new Comparison("biased", "deceiving"));
  }

  @Test
  void comparesTestsOnTheSameImages() {
    Comparison comparison =
        Comparison.of(List.of("val, biased", "val, deceiving", "test, biased", "test, deceiving"))
            .orElseThrow();
    assertThat(comparison).isEqualTo(new Comparison("val, biased", "val, deceiving"));
    assertThat(comparison.isOfBias()).isTrue();
    assertThat(new Comparison("own hospital", "other hospital").isOfBias()).isFalse();
  }

  @Test
  void otherwiseComparesTheFirstTestWithTheLast() {
    assertThat(Comparison.of(List.of("own hospital", "a third", "other hospital")))
        .contains(new Comparison("own hospital", "other hospital"));
    assertThat(Comparison.of(List.of("standard"))).isEmpty();
  }

  @Test
  void saysWhatFallsWhatRisesAndWhatStays() {
    Comparison comparison = new Comparison("biased", "deceiving");
    assertThat(
            comparison.sentence(
                List.of(
                    system("plain classifier", PERFECT, WRONG),
                    system("RRR", PERFECT, WRONG),
                    system("ISNet", PERFECT, PERFECT),
                    system("oddity", WRONG, PERFECT))))
        .isEqualTo(
            "From biased to deceiving the plain classifier’s macro F1 falls by 1.00, the RRR’s by"
                + " 1.00, the ISNet’s stays the same, the oddity’s rises by 1.00.");
  }

  @Test
  void leavesOutWhatWasNotTestedTwice() {
    SystemReport once =
        new SystemReport("ISNet", List.of(), List.of(result("biased", PERFECT)), Optional.empty());
    assertThat(new Comparison("biased", "deceiving").sentence(List.of(once)))
        .isEqualTo("No system was tested both biased and deceiving.");
  }

  private static SystemReport system(String name, long[][] biased, long[][] deceiving) {
    return new SystemReport(
        name,
        List.of(),
        List.of(result("biased", biased), result("deceiving", deceiving)),
        Optional.empty());
  }

  private static ScenarioResult result(String scenario, long[][] counts) {
    return SampleResults.scenario(scenario, SampleResults.result(counts, List.of("a", "b"), 1));
  }
}
