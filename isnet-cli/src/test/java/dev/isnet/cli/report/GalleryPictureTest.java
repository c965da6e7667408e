package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class GalleryPictureTest {

  @Test
  void placesImageAndHeatmapsSideBySide() throws IOException {
    assumeTrue(hasFonts(), "no fonts on this host");
    BufferedImage picture =
        GalleryPicture.of(List.of(SampleReport.row(1, 12), SampleReport.row(2, 13)), 900);
    assertThat(picture.getWidth()).isEqualTo(900);
    // Two square cells of 278 pixels, their captions, the header and the margin.
    assertThat(picture.getHeight()).isEqualTo(34 + 2 * (278 + 46) + 16);
    // The marker is white in the image, red for the plain classifier and nothing to the ISNet.
    assertThat(picture.getRGB(46, 62) & 0xFFFFFF).isGreaterThan(0xE0E0E0);
    assertThat(redness(picture, 16 + 294, 34, 70)).isGreaterThan(20);
    assertThat(redness(picture, 16 + 2 * 294, 34, 70)).isLessThan(5);
    Path folder = Files.createDirectories(Path.of("target", "sample-report"));
    ImageIO.write(picture, "png", folder.resolve("gallery.png").toFile());
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GalleryPicture.of(List.of(), 900))
        .withMessage("A picture needs at least one row.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GalleryPicture.of(List.of(SampleReport.row(0, 1)), 200))
        .withMessage("3 columns do not fit into 200 pixels.");
  }

  /** How much more red than blue there is in a square, on average. */
  private static double redness(BufferedImage picture, int left, int top, int size) {
    double sum = 0;
    for (int i = 0; i < size * size; i++) {
      int rgb = picture.getRGB(left + i % size, top + i / size);
      sum += (rgb >> 16 & 255) - (rgb & 255);
    }
    return sum / (size * size);
  }

  private static boolean hasFonts() {
    try {
      new Font(Font.SANS_SERIF, Font.PLAIN, 15)
          .getStringBounds("a", new FontRenderContext(null, true, true));
      return true;
    } catch (RuntimeException | LinkageError | InternalError e) {
      return false;
    }
  }
}
