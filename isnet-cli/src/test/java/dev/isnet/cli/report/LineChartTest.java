package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.evaluate.Calibration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineChartTest {

  @Test
  void pointsLieBetweenTheAxes() {
    LineChart.Line line = line(new double[] {1, 2, 3}, new double[] {2, 1, 0});
    assertThat(chart(line).stretches(line)).containsExactly("42.0,22.0 215.0,117.0 388.0,212.0");
  }

  @Test
  void aValueThatIsNoNumberLeavesAGap() {
    LineChart.Line line =
        line(
            new double[] {1, 2, 3, 4, 5},
            new double[] {2, 2, Double.NaN, Double.POSITIVE_INFINITY, 2});
    assertThat(chart(line).stretches(line)).containsExactly("42.0,22.0 128.5,22.0", "388.0,22.0");
  }

  @Test
  void aSingleEpochIsADotInTheMiddle() {
    LineChart.Line line = line(new double[] {1}, new double[] {2});
    assertThat(chart(line).dots(line)).containsExactly(new LineChart.Point("215.0", "22.0"));
  }

  @Test
  void linesOfManyPointsHaveNoDots() {
    LineChart.Line line =
        line(new double[] {1, 2, 3, 4, 5, 6, 7}, new double[] {7, 6, 5, 4, 3, 2, 1});
    assertThat(chart(line).dots(line)).isEmpty();
  }

  @Test
  void intervalsAreWhiskersOfTheirPoints() {
    LineChart.Line line =
        new LineChart.Line(
            "ISNet",
            0,
            false,
            new double[] {0, 1},
            new double[] {0.5, Double.NaN},
            new double[] {0.25, Double.NaN},
            new double[] {1, Double.NaN});
    LineChart chart = LineChart.ofTests("F1", List.of("a", "b"), List.of(line));
    assertThat(chart.whiskers(line))
        .containsExactly(new LineChart.Whisker("118.9", "164.5", "22.0"));
    assertThat(chart.dots(line)).containsExactly(new LineChart.Point("118.9", "117.0"));
  }

  @Test
  void theHighestPointIsLabelledAboveAndTheLowestBelow() {
    LineChart chart =
        LineChart.ofTests(
            "F1",
            List.of("a"),
            List.of(
                new LineChart.Line("high", 0, false, new double[] {0}, new double[] {0.9}),
                new LineChart.Line("middle", 1, false, new double[] {0}, new double[] {0.5}),
                new LineChart.Line("low", 2, false, new double[] {0}, new double[] {0.1})));
    assertThat(chart.labels())
        .containsExactly(
            new LineChart.Label(0, 0.9, 0, true, "0.90"),
            new LineChart.Label(0, 0.1, 2, false, "0.10"));
  }

  @Test
  void binsWithoutSamplesAreNoPointsOfAReliabilityCurve() {
    Calibration calibration =
        Calibration.of(new double[] {0.9, 0.9, 0.2}, new boolean[] {true, false, false}, 4);
    LineChart chart = LineChart.ofReliability("Reliability", calibration, 0);
    assertThat(chart.lines().get(0).x()).containsExactly(0.2, 0.9);
    assertThat(chart.lines().get(0).y()).containsExactly(0, 0.5);
    assertThat(chart.diagonal()).isTrue();
  }

  private static LineChart chart(LineChart.Line line) {
    return LineChart.ofEpochs("Loss", List.of(line));
  }

  private static LineChart.Line line(double[] x, double[] y) {
    return new LineChart.Line("ISNet", 0, false, x, y);
  }
}
