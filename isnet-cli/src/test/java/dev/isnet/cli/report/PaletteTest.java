package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The colours of systems and classes can be told apart by everybody. */
class PaletteTest {

  /** Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB. */
  enum Sight {
    NORMAL(1, 0, 0, 0, 1, 0, 0, 0, 1),
    PROTANOPIA(
        0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116,
        1.051998),
    DEUTERANOPIA(
        0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881),
    TRITANOPIA(
        1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367,
        0.303900);

    private final double[] matrix;

    Sight(double... matrix) {
      this.matrix = matrix;
    }

    double[] of(double[] rgb) {
      double[] seen = new double[3];
      for (int i = 0; i < 9; i++) {
        seen[i / 3] += matrix[i] * rgb[i % 3];
      }
      return seen;
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTwoColoursDiffer(Sight sight) {
    List<double[]> colours = palette();
    assertThat(colours).hasSize(6);
    for (int i = 0; i < colours.size(); i++) {
      for (int j = 0; j < i; j++) {
        // 2.3 is just noticeable side by side.
        assertThat(distance(lab(sight.of(colours.get(i))), lab(sight.of(colours.get(j)))))
            .describedAs("colours %d and %d", i, j)
            .isGreaterThan(20);
      }
    }
  }

  @Test
  void everyColourStandsOutFromWhite() {
    for (double[] colour : palette()) {
      double luminance = 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2];
      assertThat(1.05 / (luminance + 0.05)).isGreaterThan(3);
    }
  }

  /** Linear RGB of the style's colours. */
  private static List<double[]> palette() {
    Matcher found = Pattern.compile("\\.c\\d \\{ --c: #(\\w{6}); }").matcher(PageAssets.style());
    List<double[]> colours = new ArrayList<>();
    while (found.find()) {
      int rgb = Integer.parseInt(found.group(1), 16);
      colours.add(new double[] {linear(rgb >> 16), linear(rgb >> 8), linear(rgb)});
    }
    return colours;
  }

  private static double linear(int level) {
    double value = (level & 255) / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }

  private static double[] lab(double[] rgb) {
    double x = f((0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.9505);
    double y = f(0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]);
    double z = f((0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.089);
    return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
  }

  private static double f(double t) {
    return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16.0 / 116;
  }

  private static double distance(double[] a, double[] b) {
    return Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
  }
}
