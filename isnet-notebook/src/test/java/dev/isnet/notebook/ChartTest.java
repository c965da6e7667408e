package dev.isnet.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChartTest {

  private static final int BLUE = 0xFF0072B2;
  private static final int ORANGE = 0xFFD55E00;

  private static Set<Integer> colours(BufferedImage picture) {
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        colours.add(picture.getRGB(x, y));
      }
    }
    return colours;
  }

  @Test
  void eachCurveHasAColourOfItsOwn() {
    Chart one = Chart.curves("loss", "epoch", "").line("plain", List.of(3.0, 1.0), v -> v);
    assertThat(colours(one.picture())).contains(BLUE).doesNotContain(ORANGE);
    Chart two =
        Chart.curves("loss", "epoch", "")
            .line("plain", List.of(3.0, 1.0), v -> v)
            .points("ISNet", new double[] {1, 2}, new double[] {2, 2});
    assertThat(colours(two.picture())).contains(BLUE, ORANGE);
  }

  @Test
  void barsComeInGroups() {
    Chart chart =
        Chart.bars("tests", "macro F1", List.of("biased", "standard"))
            .bar("plain", 1, 0.5)
            .bar("ISNet", 0.9, 0.9)
            .upTo(1);
    assertThat(colours(chart.picture())).contains(BLUE, ORANGE);
  }

  @Test
  void everyGroupHasItsBar() {
    assertThatThrownBy(
            () -> Chart.bars("tests", "macro F1", List.of("biased", "standard")).bar("plain", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 bars for 2 groups.");
  }

  @Test
  void aLogarithmicAxisGoesFromOnePowerOfTenToAnother() {
    assertThat(columnOfThePeak(0.002, 0.02, 0.09)).isEqualTo(columnOfThePeak(0.001, 0.02, 0.1));
  }

  private static int columnOfThePeak(double... x) {
    BufferedImage picture =
        Chart.curves("score", "learning rate", "")
            .points("candidates", x, new double[] {1, 2, 1})
            .logarithmicX()
            .picture();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int column = 0; column < picture.getWidth(); column++) {
        if (picture.getRGB(column, y) == BLUE) {
          return column;
        }
      }
    }
    throw new AssertionError("There is no point.");
  }

  @Test
  void anEmptyChartIsNoPicture() {
    assertThatThrownBy(() -> Chart.curves("loss", "epoch", "").picture())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A chart needs at least one series.");
  }
}
