package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskMakerTest {
  @TempDir private Path root;

  private static String row(float[] values, int from, int to, double threshold) {
    StringBuilder row = new StringBuilder();
    boolean[] above =
        MaskMaker.above(values, new ImageSize(1, from, 1), new ImageSize(1, to, 1), threshold);
    for (boolean each : above) {
      row.append(each ? '1' : '0');
    }
    return row.toString();
  }

  @Test
  void probabilitiesAreInterpolatedBetweenTheCentresOfPixels() {
    // 0.0 and 1.0 become 0, 0.25, 0.75, 1
    assertThat(row(new float[] {0, 1}, 2, 4, 0.2)).isEqualTo("0111");
    assertThat(row(new float[] {0, 1}, 2, 4, 0.3)).isEqualTo("0011");
    assertThat(row(new float[] {0, 1}, 2, 4, 0.8)).isEqualTo("0001");
    // in the same size they stay what they are
    assertThat(row(new float[] {0.4f, 0.6f, 0.5f}, 3, 3, 0.5)).isEqualTo("010");
    // 0, 1, 1, 0 become 0.5, 0.5
    assertThat(row(new float[] {0, 1, 1, 0}, 4, 2, 0.49)).isEqualTo("11");
  }

  @Test
  void aMaskIsComparedInItsImagesSize() {
    DatasetManifest manifest = TestFolder.small(root, 1);
    ForegroundModel everything =
        new ForegroundModel() {
          @Override
          public ImageSize imageSize() {
            return new ImageSize(4, 4, 1);
          }

          @Override
          public float[] foreground(float[] image) {
            assertThat(image).hasSize(16);
            float[] ones = new float[16];
            java.util.Arrays.fill(ones, 1);
            return ones;
          }
        };
    MaskMaker.Compared both =
        new MaskMaker(manifest, everything, 0.5).compare(manifest.samples().get(0));
    assertThat(both.found().size()).isEqualTo(new ImageSize(16, 16, 1));
    assertThat(both.found().share()).isEqualTo(1);
    assertThat(both.truth()).hasSize(256).startsWith(true).endsWith(false);
  }

  @Test
  void aSegmenterSeesTheImagesThatHaveMasksWhateverTheirClasses() {
    new TestFolder(root)
        .grey("a.png", 8, 8, (x, y) -> x)
        .grey("m.png", 8, 8, (x, y) -> x < 4 ? 255 : 0)
        .grey("b.png", 8, 8, (x, y) -> y)
        .labels("file,label,mask,split", "a.png,x|y,m.png,train", "b.png,y,,val");
    DatasetManifest manifest = DatasetManifest.read(root);
    ImageSize size = new ImageSize(4, 4, 1);
    MaskedImages train = MaskedImages.withMasks(manifest, Split.TRAIN, size).build();
    assertThat(train.size()).isEqualTo(1);
    assertThat(train.classes()).isEqualTo(List.of("foreground"));
    assertThatThrownBy(() -> MaskedImages.withMasks(manifest, Split.VAL, size))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s has no image with a mask in the split 'val'; a segmenter learns from images that have masks."
                .formatted(root.resolve("labels.csv")));
  }
}
