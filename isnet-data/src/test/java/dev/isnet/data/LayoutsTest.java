package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which data sets lie in folders. */
class LayoutsTest {
  @TempDir private Path root;
  private TestFolder folder;

  @BeforeEach
  void start() {
    folder = new TestFolder(root);
  }

  private Pixels read(DatasetManifest manifest, int index, ImageSize size) {
    return new SampleReader(manifest, size).read(manifest.samples().get(index));
  }

  private static String shown(Optional<boolean[]> mask) {
    StringBuilder text = new StringBuilder();
    for (boolean foreground : mask.orElseThrow()) {
      text.append(foreground ? '#' : '.');
    }
    return text.toString();
  }

  @Test
  void aLabelsFileMayNamePatientsAndWeightsAndSeveralLabels() {
    folder
        .grey("1.png", 2, 2, (x, y) -> 9)
        .grey("2.png", 2, 2, (x, y) -> 9)
        .labels(
            "file,label,mask,split,patient,weight",
            "1.png,edema|fracture,,train,p7,0.5",
            "2.png,edema,,train,,");
    DatasetManifest manifest = DatasetManifest.read(root);
    assertThat(manifest.classes()).containsExactly("edema", "fracture");
    assertThat(manifest.multiLabel()).isTrue();
    assertThat(manifest.samples().get(0).patient()).contains("p7");
    assertThat(manifest.samples().get(1).patient()).isEmpty();
    FolderImages images = new FolderImages(manifest, Split.TRAIN, new ImageSize(2, 2, 1));
    assertThat(images.targets(0)).containsExactly(1, 1);
    assertThat(images.targets(1)).containsExactly(1, 0);
    assertThat(images.weights(0)).containsExactly(0.5f, 0.5f);
    assertThat(images.weights(1)).containsExactly(1, 1);
  }

  @ParameterizedTest
  @CsvSource({"IGNORE, -1, 0", "ZEROS, 0, 1", "ONES, 1, 1"})
  void uncertainLabelsCountAsThePolicySays(Reading.Uncertain policy, float target, float weight) {
    folder
        .grey("1.png", 2, 2, (x, y) -> 9)
        .grey("2.png", 2, 2, (x, y) -> 9)
        .labels(
            "file,label:edema,label:fracture,mask,split", "1.png,-1,1.0,,train", "2.png,1,,,train");
    DatasetManifest manifest = DatasetManifest.read(root).with(Reading.standard().with(policy));
    FolderImages images = new FolderImages(manifest, Split.TRAIN, new ImageSize(2, 2, 1));
    assertThat(images.classes()).containsExactly("edema", "fracture");
    assertThat(images.targets(0)).containsExactly(target, 1);
    assertThat(images.weights(0)).containsExactly(weight, 1);
    assertThat(images.targets(1)).containsExactly(1, 0);
    assertThat(images.weights(1)).containsExactly(1, 1);
  }

  @Test
  void otherValuesOfLabelColumnsAreErrors() {
    folder
        .grey("1.png", 2, 2, (x, y) -> 9)
        .labels("file,label:edema,mask,split", "1.png,maybe,,train");
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessage(
            "labels.csv, line 2, column label:edema: found 'maybe', expected 1, 0, -1 (uncertain)"
                + " or nothing.");
    folder.labels("file,label:edema,mask,split,weight", "1.png,1,,train,-2");
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessageContaining("column weight: found '-2', expected a number from 0 to 1000000");
  }

  @ParameterizedTest
  @CsvSource({"train/, masks/train/", "train/, masks/", "'', masks/"})
  void foldersMayStandForClasses(String images, String masks) {
    folder
        .grey(images + "cat/1.png", 2, 1, (x, y) -> 9)
        .grey(images + "cat/2.jpg", 2, 1, (x, y) -> 9)
        .grey(images + "dog/1.png", 2, 1, (x, y) -> 9)
        .grey(masks + "cat/2.png", 2, 1, (x, y) -> 255 * x)
        .text("train/notes.txt", "not an image");
    DatasetManifest manifest = DatasetManifest.read(root);
    assertThat(manifest.classes()).containsExactly("cat", "dog");
    assertThat(manifest.samples()).extracting(Sample::label).containsExactly("cat", "cat", "dog");
    assertThat(manifest.samples()).extracting(Sample::split).containsOnly(Split.TRAIN);
    assertThat(manifest.samples().get(0).masks()).isEmpty();
    assertThat(shown(read(manifest, 1, new ImageSize(1, 2, 1)).mask())).isEqualTo(".#");
    assertThat(manifest.nameOf(manifest.samples().get(1))).isEqualTo(images + "cat/2.jpg");
  }

  @Test
  void aMaskThatTwoImagesCouldHaveIsRefused() {
    for (String split : List.of("train", "val", "test")) {
      folder
          .grey(split + "/cat/1.png", 2, 1, (x, y) -> 9)
          .grey(split + "/dog/1.png", 2, 1, (x, y) -> 9);
    }
    folder.grey("masks/cat/1.png", 2, 1, (x, y) -> 255 * x);
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessage(
            "The mask '%1$s/masks/cat/1.png' may belong to '%1$s/train/cat/1.png' or to '%1$s/val/cat/1.png'; move it to '%1$s/masks/train/cat/1.png' or '%1$s/masks/val/cat/1.png'."
                .formatted(root));
    folder
        .grey("masks/train/cat/1.png", 2, 1, (x, y) -> 255 - 255 * x)
        .grey("masks/val/cat/1.png", 2, 1, (x, y) -> 255);
    DatasetManifest manifest = DatasetManifest.read(root);
    List<String> masks = new ArrayList<>();
    for (int i = 0; i < 6; i += 2) {
      masks.add(shown(read(manifest, i, new ImageSize(1, 2, 1)).mask()));
    }
    assertThat(masks).containsExactly("#.", "##", ".#");
    folder.grey("train/cat/1.bmp", 2, 1, (x, y) -> 9);
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessageContaining("1.bmp' and '")
        .hasMessageContaining("have the same mask");
  }

  @Test
  void foldersOfSplitsAreSplits() {
    for (String split : List.of("train", "val", "test")) {
      folder
          .grey(split + "/a/1.png", 2, 1, (x, y) -> 9)
          .grey(split + "/b/1.png", 2, 1, (x, y) -> 9);
    }
    DatasetManifest manifest = DatasetManifest.read(root);
    for (Split split : Split.values()) {
      manifest.requireSplit(split);
    }
    assertThat(manifest.split(Split.TEST)).hasSize(2);
  }

  private static byte[] idx(int type, int[] dimensions, int... values) {
    ByteBuffer out = ByteBuffer.allocate(4 + 4 * dimensions.length + values.length);
    out.putInt(type << 8 | dimensions.length);
    Arrays.stream(dimensions).forEach(out::putInt);
    Arrays.stream(values).forEach(value -> out.put((byte) value));
    return out.array();
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void idxFilesAreReadWithTheBrightPartAsMask() throws IOException {
    byte[] images = idx(8, new int[] {3, 1, 2}, 0, 255, 200, 100, 51, 130);
    folder
        .bytes("train-images-idx3-ubyte.gz", packed(images))
        .bytes("train-labels-idx1-ubyte.gz", packed(idx(8, new int[] {3}, 7, 1, 10)))
        .bytes("t10k-images-idx3-ubyte", images)
        .bytes("t10k-labels-idx1-ubyte", idx(8, new int[] {3}, 1, 1, 7));
    DatasetManifest manifest = DatasetManifest.read(root);
    assertThat(manifest.classes()).containsExactly("01", "07", "10");
    assertThat(manifest.split(Split.TEST))
        .extracting(Sample::label)
        .containsExactly("01", "01", "07");
    Pixels last = read(manifest, 2, new ImageSize(1, 2, 1));
    assertThat(last.image()).usingComparatorWithPrecision(1e-6f).containsExactly(0.2f, 130f / 255);
    assertThat(shown(last.mask())).isEqualTo(".#");
    assertThat(manifest.nameOf(manifest.samples().get(2)))
        .isEqualTo("train-images-idx3-ubyte.gz#2");
    DatasetManifest lower = manifest.with(Reading.standard().with(MaskFormat.above(0.1)));
    assertThat(shown(read(lower, 2, new ImageSize(1, 2, 1)).mask())).isEqualTo("##");
  }

  @Test
  void brokenIdxFilesAreNamed() {
    folder.bytes("train-images-idx3-ubyte", idx(8, new int[] {3, 1, 2}, 1, 2, 3, 4, 5));
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessageContaining("but no 'train-labels-idx1-ubyte' beside it");
    folder.bytes("train-labels-idx1-ubyte", idx(8, new int[] {2}, 1, 2));
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessageContaining("is cut off: it holds 5 values, but declares 6");
    folder.bytes("train-images-idx3-ubyte", idx(8, new int[] {3, 1, 1}, 1, 2, 3));
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessageContaining("has 2 labels, but 'train-images-idx3-ubyte' has 3 images");
    folder.bytes("train-images-idx3-ubyte", idx(8, new int[] {1 << 30, 1 << 30, 8}, 1, 2, 3));
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessageContaining("declares the dimensions [1073741824, 1073741824, 8]");
    folder.bytes("train-images-idx3-ubyte", idx(13, new int[] {1, 1, 1}, 1, 2, 3, 4));
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessageContaining("starts with 00000d03");
  }

  @Test
  void imagesOfIdxFilesMayBeTooLarge() {
    folder
        .bytes("train-images-idx3-ubyte", idx(8, new int[] {1, 2, 3}, 1, 2, 3, 4, 5, 200))
        .bytes("train-labels-idx1-ubyte", idx(8, new int[] {1}, 1));
    DatasetManifest manifest = DatasetManifest.read(root);
    Sample sample = manifest.samples().get(0);
    assertThat(manifest.with(Reading.standard().withMaxPixels(6)).sizeOf(sample))
        .isEqualTo(new ImageSize(2, 3, 1));
    assertThatThrownBy(() -> manifest.with(Reading.standard().withMaxPixels(5)).sizeOf(sample))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "number 0, declares 2 x 3 pixels (height x width), more than the 5 that an image may have.");
  }

  private static final String COCO =
      """
      {"info": {"year": 2024},
       "annotations": [
        {"image_id": 4, "category_id": 2, "segmentation": [[1, 0, 3, 0, 3, 2, 1, 2]], "bbox": [0, 0, 1, 1]},
        {"image_id": 4, "category_id": 1, "bbox": [0, 2, 1, 1]},
        {"image_id": 5, "category_id": 1, "segmentation": [[0, 0, 4, 0, 0, 4]]}],
       "images": [
        {"id": 4, "file_name": "1.png", "height": 3, "width": 4},
        {"id": 5, "file_name": "2.png", "height": 4, "width": 4},
        {"id": 6, "file_name": "3.png", "height": 4, "width": 4}],
       "categories": [{"id": 1, "name": "leaf"}, {"id": 2, "name": "stem"}]}
      """;

  private void cocoImages() {
    folder
        .grey("images/1.png", 4, 3, (x, y) -> 9)
        .grey("images/2.png", 4, 4, (x, y) -> 9)
        .grey("images/3.png", 4, 4, (x, y) -> 9);
  }

  @Test
  void cocoPolygonsAndBoxesAreMasks() {
    cocoImages();
    folder.text("leaves.json", COCO);
    DatasetManifest manifest = DatasetManifest.read(root, "leaves.json");
    assertThat(manifest.classes()).containsExactly("leaf", "stem");
    assertThat(manifest.samples())
        .extracting(Sample::label)
        .containsExactly("leaf|stem", "leaf", "");
    assertThat(shown(read(manifest, 0, new ImageSize(3, 4, 1)).mask()))
        .isEqualTo(".##." + ".##." + "#...");
    // Centres below the diagonal are inside.
    assertThat(shown(read(manifest, 1, new ImageSize(4, 4, 1)).mask()))
        .isEqualTo("####".replaceFirst("#$", ".") + "##.." + "#..." + "....");
    assertThat(manifest.samples().get(2).masks()).isEmpty();
  }

  /** Three rows and four columns with the foreground in rows 1 and 2 of column 1, row 0 of 2. */
  @ParameterizedTest
  @ValueSource(strings = {"[4, 3, 5]", "\"435\""})
  void cocoRunLengthsAreMasks(String counts) {
    cocoImages();
    String runs = "{\"counts\": %s, \"size\": [3, 4]}".formatted(counts);
    folder.text("leaves.json", COCO.replace("[[1, 0, 3, 0, 3, 2, 1, 2]]", runs));
    DatasetManifest manifest = DatasetManifest.read(root, "leaves.json");
    assertThat(shown(read(manifest, 0, new ImageSize(3, 4, 1)).mask()))
        .isEqualTo("..#." + ".#.." + "##..");
  }

  /** From the fourth number on the differences from the last but one: 27 − 40 and 0 − 3. */
  @Test
  void packedRunLengthsAreUnpacked() throws IOException {
    JsonNode node = new ObjectMapper().readTree("{\"counts\": \"5X13CM\", \"size\": [15, 5]}");
    assertThat(RunLengths.of(node, "x").counts()).containsExactly(5, 40, 3, 27, 0);
  }

  /** How many an experiment allows, the image itself is asked. */
  @Test
  void cocoFilesMayDescribeAsManyPixelsAsAnExperimentMayAllow() throws IOException {
    JsonNode node = new ObjectMapper().readTree("{\"counts\": [48000000], \"size\": [6000, 8000]}");
    assertThat(RunLengths.of(node, "x").counts()).containsExactly(48_000_000);
    cocoImages();
    folder.text(
        "x.json",
        COCO.replace("\"2.png\", \"height\": 4", "\"2.png\", \"height\": 40000000")
            .replace("[[1, 0, 3, 0, 3, 2, 1, 2]]", "{\"counts\": [3, 4, 5], \"size\": [3, 4]}"));
    DatasetManifest manifest = DatasetManifest.read(root, "x.json");
    assertThatThrownBy(() -> manifest.sizeOf(manifest.samples().get(1)))
        .hasMessageContaining("belong to 40000000 x 4 pixels (height x width), but the image has");
    Reading reading = Reading.standard().withMaxPixels(11);
    assertThatThrownBy(() -> manifest.with(reading).sizeOf(manifest.samples().get(0)))
        .hasMessageContaining("declares 3 x 4 pixels (height x width), more than the 11");
  }

  @Test
  void cocoFilesMayBeOnePerSplit() {
    cocoImages();
    folder.text("a-train.json", COCO).text("a-test.json", COCO);
    DatasetManifest manifest = DatasetManifest.read(root, "a-{split}.json");
    assertThat(manifest.split(Split.TRAIN)).hasSize(3);
    assertThat(manifest.split(Split.VAL)).isEmpty();
    assertThat(manifest.split(Split.TEST)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "[[1, 0, 3, 0, 3, 2, 1, 2]]!{\"counts\": [3, 4], \"size\": [3, 4]}!x.json, line 3: the run"
            + " lengths have 7 pixels together, expected 3 x 4",
        "[[1, 0, 3, 0, 3, 2, 1, 2]]!{\"counts\": [3, -4], \"size\": [3, 4]}!x.json, line 3: the run"
            + " lengths are broken: one has -4 pixels",
        "[[1, 0, 3, 0, 3, 2, 1, 2]]!{\"counts\": \"  \", \"size\": [3, 4]}!x.json, line 3: the packed"
            + " run lengths are broken",
        "[[1, 0, 3, 0, 3, 2, 1, 2]]!{\"counts\": [12]}!x.json, line 3: the run lengths' 'size' is"
            + " missing",
        "[[1, 0, 3, 0, 3, 2, 1, 2]]!{\"counts\": [16], \"size\": [4, 4]}!x.json, line 7, image 4 has"
            + " 3 x 4 pixels (height x width), but the run lengths of an annotation are for 4 x 4",
        "[[1, 0, 3, 0, 3, 2, 1, 2]]![[1, 0, 3]]!x.json, line 3: a polygon has 3 numbers",
        "\"image_id\": 5!\"image_id\": 9!x.json, line 5: an annotation belongs to the image 9",
        "\"category_id\": 2!\"category_id\": 8!x.json, line 7, image 4 has the category 8",
        "\"1.png\"!\"../1.png\"!x.json, line 7, image 4: '../1.png' leaves the data set folder",
        "\"height\": 3!\"height\": 0!x.json, line 7: the image 4 has the size 0 x 4",
        "\"height\": 3!\"height\": \"3\"!x.json, line 7: 'height' is \"3\", expected a whole number",
        "\"id\": 5!\"id\": 4!x.json, line 8: the image 4 occurs twice",
        "\"categories\"!categories!x.json, line 10: not valid JSON",
      })
  void mistakesInCocoFilesAreNamed(String right, String wrong, String message) {
    cocoImages();
    folder.text("x.json", COCO.replace(right, wrong));
    assertThatThrownBy(() -> DatasetManifest.read(root, "x.json"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }
}
