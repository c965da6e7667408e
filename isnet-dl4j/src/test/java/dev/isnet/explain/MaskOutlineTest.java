package dev.isnet.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class MaskOutlineTest {

  @Test
  void drawsTheRimOfTheForegroundAndNotItsInside() {
    assertThat(drawn(1, ".....", ".###.", ".###.", ".###.", "....."))
        .isEqualTo("....." + ".ooo." + ".o.o." + ".ooo." + ".....");
  }

  @Test
  void thePictureBorderClosesTheOutline() {
    assertThat(drawn(1, "###", "###", "###")).isEqualTo("ooo" + "o.o" + "ooo");
  }

  @Test
  void enlargedCellsAreOutlinedAlongTheirSides() {
    assertThat(drawn(3, "..", ".#"))
        .isEqualTo("......" + "......" + "......" + "...ooo" + "...o.o" + "...ooo");
  }

  @Test
  void holesAreOutlinedToo() {
    assertThat(drawn(3, "###", "#.#", "###").substring(2 * 9, 4 * 9))
        .isEqualTo("o..ooo..o" + "o.o...o.o");
  }

  @Test
  void asAPathEverySideIsAStroke() {
    boolean[] mask = {false, true, true, false, false, true};
    assertThat(new MaskOutline(mask, 2, 3).svgPath())
        .isEqualTo("M1 0h2M1 1h1M2 2h1M1 0v1M2 1v1M3 0v2");
    assertThat(new MaskOutline(new boolean[6], 2, 3).svgPath()).isEmpty();
  }

  @Test
  void anEmptyMaskDrawsNothing() {
    assertThat(drawn(1, "..", "..")).isEqualTo("....");
    assertThat(MaskOutline.of(new float[] {0, 0.4f}, 1, 2).isEmpty()).isTrue();
    assertThat(MaskOutline.of(new float[] {0, 1}, 1, 2).isEmpty()).isFalse();
  }

  @Test
  void refusesAMaskOfAnotherSize() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskOutline.of(new float[3], 2, 2))
        .withMessage("3 values for 1 channels of 2×2.");
  }

  /** Draws the outline of a mask (#) enlarged by a factor; o is the line. */
  private static String drawn(int factor, String... rows) {
    String cells = String.join("", rows);
    boolean[] mask = new boolean[cells.length()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = cells.charAt(i) == '#';
    }
    int width = rows[0].length();
    BufferedImage image =
        new BufferedImage(width * factor, rows.length * factor, BufferedImage.TYPE_INT_RGB);
    new MaskOutline(mask, rows.length, width).draw(image, Color.WHITE);
    StringBuilder picture = new StringBuilder();
    for (int pixel : HeatmapTest.pixels(image)) {
      picture.append(pixel == 0 ? '.' : 'o');
    }
    return picture.toString();
  }
}
