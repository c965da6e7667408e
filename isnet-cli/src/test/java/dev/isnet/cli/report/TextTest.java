package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

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
}
