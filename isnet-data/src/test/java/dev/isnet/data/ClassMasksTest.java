package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.bias.BackgroundBias;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.Cue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masks of single classes, beside those of all. */
class ClassMasksTest {
  private static final ImageSize SIZE = new ImageSize(2, 4, 1);

  @TempDir private Path root;
  private TestFolder folder;

  @BeforeEach
  void images() {
    folder =
        new TestFolder(root)
            .grey("1.png", 4, 2, (x, y) -> 10 * x)
            .grey("2.png", 4, 2, (x, y) -> 10 * y)
            .grey("3.png", 4, 2, (x, y) -> 100)
            .grey("left.png", 4, 2, (x, y) -> x < 2 ? 255 : 0)
            .grey("corner.png", 4, 2, (x, y) -> x == 3 && y == 1 ? 255 : 0)
            .grey("nothing.png", 4, 2, (x, y) -> 0);
  }

  private DatasetManifest read() {
    return DatasetManifest.read(root);
  }

  private DatasetManifest standard() {
    folder.labels(
        "file,label,mask,mask:cat,mask:dog,split",
        "1.png,cat|dog,,left.png,corner.png,train",
        "2.png,dog,left.png,nothing.png,corner.png,train",
        "3.png,cat,,,,train");
    return read();
  }

  private static String shown(boolean[] mask) {
    StringBuilder text = new StringBuilder();
    for (boolean cell : mask) {
      text.append(cell ? '#' : '.');
    }
    return text.toString();
  }

  private static Pixels load(DatasetManifest manifest, int index) {
    return new FolderImages(manifest, Split.TRAIN, SIZE).load(index);
  }

  @Test
  void aClassIsJudgedAgainstItsOwnMaskAndTheForegroundIsAllThatIsMarked() {
    Pixels pixels = load(standard(), 0);
    assertThat(shown(pixels.classMasks().get(0))).isEqualTo("##.." + "##..");
    assertThat(shown(pixels.classMasks().get(1))).isEqualTo("...." + "...#");
    assertThat(shown(pixels.mask().orElseThrow())).isEqualTo("##.." + "##.#");
  }

  @Test
  void anEmptyMaskOfAClassIsNone() {
    Pixels pixels = load(standard(), 1);
    assertThat(pixels.classMasks()).containsOnlyKeys(1);
    assertThat(shown(pixels.mask().orElseThrow())).isEqualTo("##.." + "##.#");
  }

  @Test
  void anImageWithoutAnyMaskHasNone() {
    Pixels pixels = load(standard(), 2);
    assertThat(pixels.classMasks()).isEmpty();
    assertThat(pixels.mask()).isEmpty();
  }

  @Test
  void batchesHaveAPlaneForEachClass() {
    MaskedImages images =
        MaskedImages.builder(standard(), Split.TRAIN, SIZE).optShuffle(false).build();
    try (BatchIterator batches = images.epoch(0);
        MaskedBatch batch = batches.next()) {
      assertThat(batch.classMasks().orElseThrow().shape()).containsExactly(3, 2, 2, 4);
      assertThat(batch.classMasks().orElseThrow().ravel().toIntVector())
          .containsExactly(
              // image 1: cat, dog
              1,
              1,
              0,
              0,
              1,
              1,
              0,
              0, /**/
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              1,
              // image 2: all that is marked for cat, dog
              1,
              1,
              0,
              0,
              1,
              1,
              0,
              1, /**/
              0,
              0,
              0,
              0,
              0,
              0,
              0,
              1,
              // image 3 has no mask
              1,
              1,
              1,
              1,
              1,
              1,
              1,
              1, /**/
              1,
              1,
              1,
              1,
              1,
              1,
              1,
              1);
      assertThat(batch.hasMask()).containsExactly(true, true, false);
    }
  }

  @Test
  void withoutMasksOfClassesBatchesHaveOnePlane() {
    folder.labels(
        "file,label,mask,split", "1.png,cat,left.png|corner.png,train", "2.png,dog,left.png,train");
    MaskedImages images = MaskedImages.builder(read(), Split.TRAIN, SIZE).build();
    try (BatchIterator batches = images.epoch(0);
        MaskedBatch batch = batches.next()) {
      assertThat(batch.classMasks()).isEmpty();
    }
  }

  @Test
  void aMaskOfWhatIsNoClassIsRefused() throws IOException {
    folder.labels(
        "file,label,mask,mask:cow,split", "1.png,cat,,left.png,train", "2.png,dog,,,train");
    assertThatThrownBy(() -> read().requireSplit(Split.TRAIN))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s, line 2, column mask:cow: 'cow' is none of the classes known from training: 'cat', 'dog'.",
            root.toRealPath().resolve("labels.csv"));
  }

  @Test
  void theDiskCacheKeepsThem(@TempDir Path cache) {
    DatasetManifest manifest = standard();
    new DiskCache(new FolderImages(manifest, Split.TRAIN, SIZE), cache).load(0);
    Pixels again = new DiskCache(new Unloadable(manifest), cache).load(0);
    assertThat(again.classMasks()).containsOnlyKeys(0, 1);
    assertThat(shown(again.classMasks().get(1))).isEqualTo("...." + "...#");
    assertThat(shown(again.mask().orElseThrow())).isEqualTo("##.." + "##.#");
  }

  /** The same images, which cannot be read any more. */
  private record Unloadable(FolderImages images) implements ImageStore {
    Unloadable(DatasetManifest manifest) {
      this(new FolderImages(manifest, Split.TRAIN, SIZE));
    }

    @Override
    public List<String> classes() {
      return images.classes();
    }

    @Override
    public ImageSize imageSize() {
      return images.imageSize();
    }

    @Override
    public int size() {
      return images.size();
    }

    @Override
    public int label(int index) {
      return images.label(index);
    }

    @Override
    public String name(int index) {
      return images.name(index);
    }

    @Override
    public Optional<String> version(int index) {
      return images.version(index);
    }

    @Override
    public Pixels load(int index) {
      throw new AssertionError("read anew");
    }
  }

  @Test
  void augmentationMovesThemWithTheImage() {
    PairedAugmentation flip = PairedAugmentation.builder().optFlipHorizontal(1).build();
    Pixels out = flip.apply(load(standard(), 0), 1);
    assertThat(shown(out.classMasks().get(0))).isEqualTo("..##" + "..##");
    assertThat(shown(out.classMasks().get(1))).isEqualTo("...." + "#...");
    assertThat(shown(out.mask().orElseThrow())).isEqualTo("..##" + "#.##");
  }

  @Test
  void whateverIsDoneNoMaskIsEmptyOrLargerThanAllThatIsMarked() {
    PairedAugmentation much =
        PairedAugmentation.builder()
            .optRotate(180)
            .optTranslate(0.5)
            .optScale(0.5)
            .optCutout(0.9)
            .build();
    Pixels in = load(standard(), 0);
    int dropped = 0;
    for (int seed = 0; seed < 200; seed++) {
      Pixels out = much.apply(in, seed);
      dropped += 2 - out.classMasks().size();
      for (boolean[] mask : out.classMasks().values()) {
        assertThat(shown(mask)).contains("#");
        for (int i = 0; i < mask.length; i++) {
          assertThat(!mask[i] || out.mask().orElseThrow()[i]).isTrue();
        }
      }
    }
    assertThat(dropped).isPositive();
    assertThat(in.classMasks()).hasSize(2);
  }

  @Test
  void aBiasedCopyHasThem(@TempDir Path out) {
    DatasetManifest manifest = standard();
    BackgroundBias bias = BackgroundBias.of(List.of(new Cue.Nothing(), new Cue.Brightness(0.2)));
    DatasetManifest copy =
        BiasedCopy.write(
            manifest, out.resolve("copy"), bias, BiasScenario.BIASED, 1, written -> {});
    for (int i = 0; i < 3; i++) {
      Map<Integer, boolean[]> before = load(manifest, i).classMasks();
      Map<Integer, boolean[]> after = load(copy, i).classMasks();
      assertThat(after).hasSameSizeAs(before);
      before.forEach((k, mask) -> assertThat(after.get(k)).isEqualTo(mask));
    }
  }

  @Test
  void outlinesOfSeveralCategoriesAreTheMasksOfTheirClasses() {
    folder.text(
        "coco.json",
        """
        {"images": [{"id": 1, "file_name": "1.png", "height": 2, "width": 4},
                    {"id": 2, "file_name": "2.png", "height": 2, "width": 4}],
         "annotations": [
           {"image_id": 1, "category_id": 7, "bbox": [0, 0, 2, 2]},
           {"image_id": 1, "category_id": 8, "bbox": [3, 1, 1, 1]},
           {"image_id": 2, "category_id": 8, "bbox": [0, 0, 1, 1]}],
         "categories": [{"id": 7, "name": "cat"}, {"id": 8, "name": "dog"}]}
        """);
    DatasetManifest manifest = DatasetManifest.readUnsplit(root, "coco.json");
    Pixels both = load(manifest, 0);
    assertThat(shown(both.classMasks().get(0))).isEqualTo("##.." + "##..");
    assertThat(shown(both.classMasks().get(1))).isEqualTo("...." + "...#");
    assertThat(shown(both.mask().orElseThrow())).isEqualTo("##.." + "##.#");
    assertThat(load(manifest, 1).classMasks()).isEmpty();
    assertThat(shown(load(manifest, 1).mask().orElseThrow())).isEqualTo("#..." + "....");
  }
}
