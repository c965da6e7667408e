package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

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

  private static LineChart chart(LineChart.Line line) {
    return LineChart.ofEpochs("Loss", List.of(line));
  }

  private static LineChart.Line line(double[] x, double[] y) {
    return new LineChart.Line("ISNet", 0, false, x, y);
  }
}
