package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MapSimilarityTest {

  @Test
  void spearmanIsThatOfTheTextbook() {
    // Without ties 1 − 6·Σd²/(n·(n² − 1)); here Σd² = 4 + 1 + 1 + 0 + 0.
    assertThat(
            MapSimilarity.spearman(new double[] {10, 20, 30, 40, 50}, new double[] {3, 1, 2, 4, 9}))
        .isEqualTo(1 - 6 * 6 / (5 * 24.0), within(1e-12));
  }

  @Test
  void tiesHaveTheirMeanRank() {
    // Ranks 1.5, 1.5, 3 and 1, 2, 3: Pearson's correlation is 1.5/√(1.5·2).
    assertThat(MapSimilarity.spearman(new double[] {5, 5, 7}, new double[] {1, 2, 3}))
        .isEqualTo(1.5 / Math.sqrt(3), within(1e-12));
    assertThat(MapSimilarity.spearman(new double[] {1, 1}, new double[] {1, 2})).isZero();
  }

  @Test
  void ssimSeesShapesAndNotSizes() {
    double[] map = random(11, 100);
    double[] tenfold = Arrays.stream(map).map(v -> 10 * v).toArray();
    assertThat(MapSimilarity.ssim(map, tenfold, 10)).isEqualTo(1, within(1e-12));
    assertThat(MapSimilarity.ssim(map, random(12, 100), 10)).isBetween(-0.5, 0.5);
  }

  /** Against the definition, with means and variances taken window by window. */
  @Test
  void ssimAgreesWithItsDefinition() {
    double[] a = random(1, 9 * 8);
    double[] b = random(2, 9 * 8);
    double maxA = Arrays.stream(a).map(Math::abs).max().orElseThrow();
    double maxB = Arrays.stream(b).map(Math::abs).max().orElseThrow();
    double sum = 0;
    int windows = 0;
    for (int top = 0; top <= 2; top++) {
      for (int left = 0; left <= 1; left++) {
        double[] x = new double[49];
        double[] y = new double[49];
        for (int i = 0; i < 49; i++) {
          x[i] = a[(top + i / 7) * 8 + left + i % 7] / maxA;
          y[i] = b[(top + i / 7) * 8 + left + i % 7] / maxB;
        }
        double mx = Arrays.stream(x).average().orElseThrow();
        double my = Arrays.stream(y).average().orElseThrow();
        double vx = 0;
        double vy = 0;
        double vxy = 0;
        for (int i = 0; i < 49; i++) {
          vx += (x[i] - mx) * (x[i] - mx) / 49;
          vy += (y[i] - my) * (y[i] - my) / 49;
          vxy += (x[i] - mx) * (y[i] - my) / 49;
        }
        double luminance = (2 * mx * my + 1e-4) / (mx * mx + my * my + 1e-4);
        sum += luminance * (2 * vxy + 9e-4) / (vx + vy + 9e-4);
        windows++;
      }
    }
    assertThat(MapSimilarity.ssim(a, b, 8)).isEqualTo(sum / windows, within(1e-10));
  }

  private static double[] random(long seed, int length) {
    return new SplittableRandom(seed).doubles(length, -1, 1).toArray();
  }
}
