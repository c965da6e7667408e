package dev.isnet.data.phantom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.DatasetCheck;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImage;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Pixels;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.Shape;
import dev.isnet.data.bias.SyntheticBias;
import java.nio.file.Path;
import java.util.Iterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChestPhantomTest {
  private static final int NORMAL = ChestPhantom.CLASSES.indexOf("normal");
  private static final ImageSize SIZE = new ImageSize(64, 64, 1);

  private static Pixels draw(int label, long seed) {
    return ChestPhantom.draw(SIZE, label, 1, seed);
  }

  @Test
  void theSeedDecidesTheImage() {
    assertThat(draw(0, 5).image()).isEqualTo(draw(0, 5).image());
    assertThat(draw(0, 5).image()).isNotEqualTo(draw(0, 6).image());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void signsLieInTheMaskAndAreThere(int label) {
    for (int seed = 0; seed < 20; seed++) {
      Pixels sick = draw(label, seed);
      Pixels healthy = draw(NORMAL, seed);
      assertThat(sick.mask().orElseThrow()).isEqualTo(healthy.mask().orElseThrow());
      int changed = 0;
      int outside = 0;
      for (int i = 0; i < SIZE.area(); i++) {
        boolean differs = sick.image()[i] != healthy.image()[i];
        outside += differs && !sick.mask().orElseThrow()[i] ? 1 : 0;
        changed += sick.image()[i] - healthy.image()[i] > 0.03f ? 1 : 0;
      }
      assertThat(outside).isZero();
      assertThat(changed).isGreaterThan(12);
    }
  }

  @Test
  void lungsAreDarkAndOfCredibleSize() {
    for (int seed = 0; seed < 30; seed++) {
      Pixels pixels = draw(NORMAL, seed);
      double lung = 0;
      double rest = 0;
      int count = 0;
      int others = 0;
      float smallest = 1;
      float largest = 0;
      for (int i = 0; i < SIZE.area(); i++) {
        boolean inside = pixels.mask().orElseThrow()[i];
        count += inside ? 1 : 0;
        lung += inside ? pixels.image()[i] : 0;
        // The middle of the body, for comparison.
        boolean middle = !inside && i % 64 > 16 && i % 64 < 48;
        rest += middle ? pixels.image()[i] : 0;
        others += middle ? 1 : 0;
        smallest = Math.min(smallest, pixels.image()[i]);
        largest = Math.max(largest, pixels.image()[i]);
      }
      assertThat(count / (double) SIZE.area()).isBetween(0.2, 0.45);
      assertThat(lung / count).isLessThan(0.75 * rest / others);
      assertThat(smallest).isNotNegative();
      assertThat(largest).isLessThanOrEqualTo(1f);
    }
  }

  @Test
  void threeChannelsHoldTheSameGrey() {
    Pixels colour = ChestPhantom.draw(new ImageSize(32, 40, 3), 0, 1, 3);
    Pixels grey = ChestPhantom.draw(new ImageSize(32, 40, 1), 0, 1, 3);
    for (int i = 0; i < colour.image().length; i++) {
      assertThat(colour.image()[i]).isEqualTo(grey.image()[i % (32 * 40)]);
    }
    try (MaskedImage image = ChestPhantom.generate(new ImageSize(32, 40, 3), 1, 3)) {
      assertThat(image.image().shape()).containsExactly(3, 32, 40);
      assertThat(image.label()).isEqualTo(1);
    }
  }

  @Test
  void aMarkerFitsBesideTheLungs() {
    SyntheticBias bias = ChestPhantom.hospitalMarkers();
    assertThat(bias.shape(NORMAL, BiasScenario.BIASED)).isEqualTo(Shape.NONE);
    for (int seed = 0; seed < 20; seed++) {
      Pixels in = draw(0, seed);
      Pixels out = bias.apply(in, 0, BiasScenario.BIASED, seed);
      int covered = 0;
      int changed = 0;
      for (int i = 0; i < SIZE.area(); i++) {
        boolean differs = out.image()[i] != in.image()[i];
        changed += differs ? 1 : 0;
        covered += differs && in.mask().orElseThrow()[i] ? 1 : 0;
      }
      assertThat(changed).isPositive();
      assertThat(covered).isZero();
    }
  }

  @Test
  void aWrittenFolderHoldsTheImagesOfTheSameSeed(@TempDir Path root) {
    Path folder = root.resolve("phantoms");
    PhantomWriter.Counts counts = new PhantomWriter.Counts(3, 2, 1);
    DatasetManifest manifest = PhantomWriter.write(folder, SIZE, counts, 1, 11);
    assertThat(manifest.classes()).isEqualTo(ChestPhantom.CLASSES);
    assertThat(manifest.split(Split.TRAIN)).hasSize(9);
    assertThat(DatasetCheck.problems(manifest, SIZE)).isEmpty();

    MaskedImages read = MaskedImages.builder(manifest, Split.TRAIN, SIZE).optShuffle(false).build();
    PhantomImages drawn =
        PhantomImages.builder(SIZE, 3, PhantomWriter.seedOf(11, Split.TRAIN)).build();
    Iterator<MaskedBatch> fromFolder = read.epoch(0);
    Iterator<MaskedBatch> fromMemory = drawn.epoch(0);
    try (MaskedBatch first = fromFolder.next();
        MaskedBatch second = fromMemory.next()) {
      assertThat(first.labels()).isEqualTo(second.labels());
      assertThat(first.masks()).isEqualTo(second.masks());
      float[] stored = first.images().data().asFloat();
      float[] exact = second.images().data().asFloat();
      for (int i = 0; i < exact.length; i++) {
        assertThat(Math.abs(stored[i] - exact[i])).isLessThan(0.51f / 255);
      }
    }

    assertThatThrownBy(() -> PhantomWriter.write(folder, SIZE, counts, 1, 11))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void valuesOutOfRangeAreErrors() {
    assertThatThrownBy(() -> ChestPhantom.generate(SIZE, 3, 1))
        .hasMessageContaining("no phantom class 3");
    assertThatThrownBy(() -> PhantomImages.builder(SIZE, 0, 1)).hasMessageContaining("is 0");
    assertThatThrownBy(() -> PhantomImages.builder(SIZE, 1, 0.0, 1))
        .hasMessageContaining("contrast of the signs is 0.0");
  }
}
