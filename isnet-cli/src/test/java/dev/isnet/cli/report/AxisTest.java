package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {

  @Test
  void ticksAreRoundNumbers() {
    assertThat(labels(Axis.spanning(0, 1, 5)))
        .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
    assertThat(labels(Axis.spanning(0, 0.0123, 5)))
        .containsExactly("0.000", "0.005", "0.010", "0.015");
    assertThat(labels(Axis.spanning(-30, 1234, 5)))
        .containsExactly("−500", "0", "500", "1000", "1500");
  }

  @Test
  void theAxisEndsAtATick() {
    Axis axis = Axis.spanning(0, 1.07, 5);
    assertThat(axis.min()).isZero();
    assertThat(axis.max()).isEqualTo(1.5);
    assertThat(axis.position(0.75)).isEqualTo(0.5);
  }

  @Test
  void aConstantHasAnAxisToo() {
    assertThat(labels(Axis.spanning(0, 0, 5))).startsWith("0.0").endsWith("1.0");
  }

  @Test
  void epochsAreWholeNumbers() {
    assertThat(labels(Axis.epochs(1, 4))).containsExactly("1", "2", "3", "4");
    assertThat(labels(Axis.epochs(1, 40))).containsExactly("10", "20", "30", "40");
    assertThat(Axis.epochs(1, 1).position(1)).isEqualTo(0.5);
  }

  private static List<String> labels(Axis axis) {
    return axis.ticks().stream().map(Axis.Tick::label).toList();
  }
}
