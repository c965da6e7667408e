package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.evaluate.Estimate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TextTest {

  @Test
  void durationsShowTheirTwoLargestUnits() {
    assertThat(Text.duration(Duration.ofSeconds(7))).isEqualTo("7 s");
    assertThat(Text.duration(Duration.ofSeconds(272))).isEqualTo("4 min 32 s");
    assertThat(Text.duration(Duration.ofSeconds(7_500))).isEqualTo("2 h 5 min");
  }

  @Test
  void changesHaveASignUnlessTheyRoundToNothing() {
    assertThat(Text.change(-0.6204)).isEqualTo("−0.620");
    assertThat(Text.change(0.01)).isEqualTo("+0.010");
    assertThat(Text.change(-0.0004)).isEqualTo("0.000");
  }

  @Test
  void magnitudesHaveTwoSignificantDigits() {
    assertThat(Text.magnitude(0.03456)).isEqualTo("0.035");
    assertThat(Text.magnitude(12.34)).isEqualTo("12");
  }

  @Test
  void intervalsStandInBrackets() {
    Estimate estimate = new Estimate(0.38, 0.02, 0.351, 0.409);
    assertThat(Text.interval(estimate)).isEqualTo("[0.35,\u00a00.41]");
    assertThat(Text.percentInterval(estimate)).isEqualTo("[35,\u00a041]\u00a0%");
    assertThat(Text.changeInterval(new Estimate(0, 1, -0.2, 0.001)))
        .isEqualTo("[−0.20,\u00a00.00]");
  }

  @Test
  void smallProbabilitiesOfATestAreBounded() {
    assertThat(Text.pValue(0.0004)).isEqualTo("< 0.001");
    assertThat(Text.pValue(0.25)).isEqualTo("0.250");
  }
}
