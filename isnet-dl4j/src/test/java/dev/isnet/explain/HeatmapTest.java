package dev.isnet.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class HeatmapTest {

  private static final int WHITE = 0xFFFFFF;
  private static final int RED = 0xB2182B;
  private static final int BLUE = 0x2166AC;

  @Test
  void positiveIsRedNegativeIsBlueAndZeroIsWhite() {
    BufferedImage image = row(2, 0, -2).toImage(2);
    assertThat(pixels(image)).containsExactly(RED, WHITE, BLUE);
  }

  @Test
  void coloursAreSymmetricAboutZero() {
    BufferedImage image = row(1, -1).toImage(2);
    // Half way from white to the full colour, on both sides.
    assertThat(pixels(image)).containsExactly(0xD98C95, 0x90B3D6);
  }

  @Test
  void aLayerOverWhiteIsTheMap() {
    Heatmap map = row(2, 1, 0, -0.5f, -9);
    BufferedImage layer = map.toLayer(2);
    assertThat(layer.getRGB(0, 0)).isEqualTo(0xFFB2182B);
    assertThat(layer.getRGB(2, 0) >>> 24).isZero();
    BufferedImage white = new BufferedImage(5, 1, BufferedImage.TYPE_INT_RGB);
    white.createGraphics().drawImage(layer, 0, 0, Color.WHITE, null);
    for (int x = 0; x < 5; x++) {
      for (int shift = 0; shift <= 16; shift += 8) {
        assertThat(white.getRGB(x, 0) >> shift & 255)
            .isCloseTo(
                map.toImage(2).getRGB(x, 0) >> shift & 255, within(2)); // 127 steps from white
      }
    }
  }

  @Test
  void aLayerIsAPngOfFewBytes() throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(row(1, -1).toLayer(2), "png", png);
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png.toByteArray()));
    assertThat(read.getColorModel().getPixelSize()).isEqualTo(8);
    assertThat(read.getRGB(0, 0)).isEqualTo(0x81B2182B);
    assertThat(read.getRGB(1, 0)).isEqualTo(0x812166AC);
  }

  @Test
  void aNormalisedMapReachesOne() {
    Heatmap map = new Heatmap(new float[] {1, 2, 3, -8}, 2, 1, 2, "pug", 5).normalise();
    assertThat(map.summed()).containsExactly(4 / 6f, -1);
    assertThat(map.logit()).isEqualTo(5);
    assertThat(row(0, 0).normalise()).isEqualTo(row(0, 0));
  }

  @Test
  void withoutAScaleAMapIsDrawnAtItsOwn() {
    assertThat(pixels(row(4, 0, -4).toImage())).containsExactly(RED, WHITE, BLUE);
    BufferedImage photo = new BufferedImage(6, 2, BufferedImage.TYPE_INT_RGB);
    assertThat(pixels(row(4, 0, -4).overlay(photo)))
        .isEqualTo(pixels(row(4, 0, -4).overlay(photo, 0.6, 4)));
  }

  @Test
  void whatExceedsTheScaleIsClipped() {
    assertThat(pixels(row(7, -7).toImage(2))).containsExactly(RED, BLUE);
  }

  @Test
  void channelsAreSummed() {
    Heatmap map = new Heatmap(new float[] {1, 2, 3, 4, -5, -6}, 3, 1, 2, "pug", 0);
    assertThat(map.summed()).containsExactly(-1, 0);
    assertThat(map.maxAbs()).isEqualTo(1);
  }

  @Test
  void fewExtremePixelsDoNotSetTheScale() {
    float[] values = new float[1000];
    java.util.Arrays.fill(values, -0.25f);
    for (int i = 0; i < 5; i++) {
      values[i] = 100;
    }
    assertThat(Heatmap.commonScale(List.of(map(values, 20, 50)))).isEqualTo(0.25);
  }

  @Test
  void theScaleIsCommonToAllMaps() {
    assertThat(Heatmap.commonScale(List.of(row(0.5f), row(-3)))).isEqualTo(3);
    assertThat(Heatmap.commonScale(List.of(row(0, 0)))).isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> Heatmap.commonScale(List.of()));
  }

  @Test
  void aSingleRelevantPixelSetsTheScaleOfAnOtherwiseEmptyMap() {
    float[] values = new float[1000];
    values[17] = -4;
    assertThat(Heatmap.commonScale(List.of(map(values, 20, 50)))).isEqualTo(4);
  }

  @Test
  void backgroundShareCountsAbsoluteRelevanceOutsideTheMask() {
    MaskOutline mask = new MaskOutline(new boolean[] {true, false}, 1, 2);
    Heatmap map = new Heatmap(new float[] {3, -1, -3, 2}, 2, 1, 2, "pug", 0);
    assertThat(map.backgroundShare(mask)).isCloseTo(3.0 / 9, within(1e-12));
    assertThat(row(0, 0).backgroundShare(mask)).isNaN();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> row(1).backgroundShare(mask))
        .withMessage("A heatmap of 1×1 pixels needs a mask of that size, not of 1×2.");
  }

  @Test
  void overlayLeavesThePhotographFreeWhereNothingIsRelevant() {
    BufferedImage photo = Pictures.of(new float[] {0.2f, 0.2f, 0.2f, 0.2f}, 1, 1, 4);
    BufferedImage overlay = row(0, 1).overlay(photo, 1, 1);
    assertThat(pixels(overlay)).containsExactly(0x333333, 0x333333, RED, RED);
  }

  @Test
  void overlayTurnsThePhotographGrey() {
    BufferedImage photo = Pictures.of(new float[] {1, 0, 0}, 3, 1, 1);
    assertThat(pixels(row(0).overlay(photo, 0.5, 1))).containsExactly(0x4C4C4C);
    assertThat(pixels(row(1).overlay(photo, 0, 1))).containsExactly(0x4C4C4C);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Heatmap(new float[3], 1, 2, 2, "pug", 0))
        .withMessage("3 values for 1 channels of 2×2.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> row(1).toImage(0))
        .withMessage("A scale is a positive number, not 0.0.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> row(1).overlay(Pictures.of(new float[] {0}, 1, 1, 1), 2, 1))
        .withMessage("Alpha lies between 0 and 1, not at 2.0.");
  }

  static int[] pixels(BufferedImage image) {
    int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return java.util.Arrays.stream(rgb).map(pixel -> pixel & 0xFFFFFF).toArray();
  }

  private static Heatmap row(float... values) {
    return map(values, 1, values.length);
  }

  private static Heatmap map(float[] values, int height, int width) {
    return new Heatmap(values, 1, height, width, "pug", 0);
  }
}
