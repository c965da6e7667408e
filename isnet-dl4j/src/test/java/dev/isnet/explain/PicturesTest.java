package dev.isnet.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.isnet.data.ImageSize;
import dev.isnet.data.Pixels;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PicturesTest {

  @Test
  void greyValuesFillAllThreeColours() {
    assertThat(HeatmapTest.pixels(Pictures.of(new float[] {0, 1, 0.2f, 7, -7}, 1, 1, 5)))
        .containsExactly(0x000000, 0xFFFFFF, 0x333333, 0xFFFFFF, 0x000000);
  }

  @Test
  void colourPlanesAreRedGreenBlue() {
    assertThat(HeatmapTest.pixels(Pictures.of(new float[] {1, 0, 0, 1, 0, 0.2f}, 3, 1, 2)))
        .containsExactly(0xFF0000, 0x00FF33);
  }

  @Test
  void anImageOfADataSetLooksTheSame() {
    Pixels image =
        new Pixels(new ImageSize(1, 2, 1), new float[] {0.2f, 1}, Optional.of(new boolean[2]));
    assertThat(HeatmapTest.pixels(Pictures.of(image))).containsExactly(0x333333, 0xFFFFFF);
  }

  @Test
  void enlargesWithoutSmoothing() {
    assertThat(HeatmapTest.pixels(Pictures.enlarge(Pictures.of(new float[] {0, 1}, 1, 1, 2), 2)))
        .containsExactly(0, 0, 0xFFFFFF, 0xFFFFFF, 0, 0, 0xFFFFFF, 0xFFFFFF);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pictures.of(new float[4], 2, 1, 2))
        .withMessage("An image has 1 or 3 channels, not 2.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pictures.of(new float[4], 1, 1, 3))
        .withMessage("4 values for 1 channels of 1×3.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pictures.enlarge(Pictures.of(new float[1], 1, 1, 1), 0))
        .withMessage("An image is enlarged by 1 or more, not 0.");
  }
}
