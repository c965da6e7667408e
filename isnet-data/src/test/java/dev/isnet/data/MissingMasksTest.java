package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingMasksTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  @TempDir private Path root;

  /** What is bright is foreground; after some images it fails, as a run that is killed. */
  private static final class Bright implements ForegroundModel {
    private final int most;
    private int looked;

    Bright(int most) {
      this.most = most;
    }

    @Override
    public ImageSize imageSize() {
      return new ImageSize(4, 4, 1);
    }

    @Override
    public float[] foreground(float[] image) {
      if (looked == most) {
        throw new IllegalStateException("killed");
      }
      looked++;
      return image;
    }
  }

  /** Four images: one with a mask, two half bright, one dark. */
  private DatasetManifest fourImages() {
    new TestFolder(root)
        .grey("images/a.png", 8, 8, (x, y) -> x < 4 ? 200 : 0)
        .grey("masks/a.png", 8, 8, (x, y) -> y < 4 ? 255 : 0)
        .grey("images/b.png", 8, 8, (x, y) -> x < 4 ? 200 : 0)
        .grey("images/c.bmp", 12, 8, (x, y) -> y < 4 ? 200 : 0)
        .grey("images/d.png", 8, 8, (x, y) -> 10)
        .labels(
            "split,file,label,note,mask",
            "train,images/a.png,x,\"one, two\",masks/a.png",
            "train,images/b.png,x,,",
            "",
            "test,images/c.bmp,y,,",
            "test,images/d.png,y,,");
    return DatasetManifest.read(root);
  }

  private MissingMasks masks(ForegroundModel model, String segmenter, double threshold) {
    return new MissingMasks(
        DatasetManifest.readUnsplit(root, "labels.csv"), model, segmenter, threshold);
  }

  private String text(String file) throws IOException {
    return Files.readString(root.resolve(file));
  }

  @Test
  void missingMasksAreMadeAndNamedAndNothingElseChanges() throws IOException {
    fourImages();
    String before = text("labels.csv");
    byte[] given = Files.readAllBytes(root.resolve("masks/a.png"));
    MissingMasks.Summary summary = masks(new Bright(9), HASH, 0.5).fill((done, total) -> {});
    assertThat(summary).isEqualTo(new MissingMasks.Summary(1, 2, List.of("images/d.png")));
    assertThat(text("labels.csv").lines())
        .containsExactly(
            "split,file,label,note,mask",
            "train,images/a.png,x,\"one, two\",masks/a.png",
            "train,images/b.png,x,,made-masks/images/b.png",
            "test,images/c.bmp,y,,made-masks/images/c.bmp.png",
            "test,images/d.png,y,,");
    assertThat(text("made-masks/before-labels.csv")).isEqualTo(before);
    assertThat(root.resolve("masks/a.png")).hasBinaryContent(given);
    BufferedImage made = ImageIO.read(root.resolve("made-masks/images/c.bmp.png").toFile());
    assertThat(List.of(made.getWidth(), made.getHeight())).containsExactly(12, 8);
    assertThat(made.getType()).isEqualTo(BufferedImage.TYPE_BYTE_GRAY);
    assertThat(made.getRaster().getSample(6, 1, 0)).isEqualTo(255);
    assertThat(made.getRaster().getSample(6, 6, 0)).isZero();
    assertThat(text("made-masks/record.csv").lines())
        .containsExactly(
            "file,mask,sha256,segmenter,threshold,foreground",
            "images/b.png,made-masks/images/b.png,%s,%s,0.5,0.5"
                .formatted(sha("images/b.png"), HASH),
            "images/c.bmp,made-masks/images/c.bmp.png,%s,%s,0.5,0.5"
                .formatted(sha("images/c.bmp.png"), HASH),
            "images/d.png,,,%s,0.5,0.0".formatted(HASH));
    // A second time there is nothing to do but to look at the dark image again.
    String record = text("made-masks/record.csv");
    assertThat(masks(new Bright(1), HASH, 0.5).fill((done, total) -> {}))
        .isEqualTo(new MissingMasks.Summary(3, 0, List.of("images/d.png")));
    assertThat(text("made-masks/record.csv")).isEqualTo(record);
  }

  private String sha(String made) throws IOException {
    return MissingMasks.sha256(Files.readAllBytes(root.resolve("made-masks").resolve(made)));
  }

  @Test
  void anInterruptedRunGoesOnAndOnlyWithTheSameSegmenter() throws IOException {
    fourImages();
    String before = text("labels.csv");
    assertThatThrownBy(() -> masks(new Bright(1), HASH, 0.5).fill((done, total) -> {}))
        .hasMessage("killed");
    assertThat(text("labels.csv")).isEqualTo(before);
    // The line of a mask that was killed before its file, and half a line.
    Files.writeString(
        root.resolve("made-masks/record.csv"),
        text("made-masks/record.csv")
            + "images/c.bmp,made-masks/images/c.bmp.png,00,%s,0.5,0.5\nimages/d".formatted(HASH));
    for (MissingMasks other :
        List.of(
            masks(new Bright(9), HASH.replace('0', 'f'), 0.5), masks(new Bright(9), HASH, 0.4))) {
      assertThatThrownBy(() -> other.fill((done, total) -> {}))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "The masks in '%s' were begun with another segmenter (0123456789ab…, threshold 0.5) and not finished; finish with that one, or delete the folder."
                  .formatted(root.resolve("made-masks")));
    }
    assertThat(masks(new Bright(2), HASH, 0.5).fill((done, total) -> {}).made()).isEqualTo(2);
    assertThat(text("labels.csv"))
        .contains("made-masks/images/b.png")
        .contains("made-masks/images/c.bmp.png");
    assertThat(text("made-masks/record.csv").lines().toList())
        .hasSize(5)
        .last()
        .isEqualTo("images/d.png,,,%s,0.5,0.0".formatted(HASH));
  }

  @Test
  void noFileIsOverwritten() throws IOException {
    fourImages();
    new TestFolder(root).text("made-masks/images/c.bmp.png", "mine");
    String before = text("labels.csv");
    assertThatThrownBy(() -> masks(new Bright(9), HASH, 0.5).fill((done, total) -> {}))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "There is a file '%s' already where a mask would be written; move it away, or name it as the mask of its image."
                .formatted(root.resolve("made-masks/images/c.bmp.png")));
    assertThat(text("made-masks/images/c.bmp.png")).isEqualTo("mine");
    assertThat(text("labels.csv")).isEqualTo(before);
    try (Stream<Path> files = Files.list(root.resolve("made-masks"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aLabelsFileThatChangesMeanwhileIsLeftAlone() throws IOException {
    fourImages();
    String other = text("labels.csv") + "\n";
    assertThatThrownBy(
            () ->
                masks(new Bright(9), HASH, 0.5)
                    .fill((done, total) -> new TestFolder(root).text("labels.csv", other)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s was changed while masks were made; call the same command again, the masks are kept."
                .formatted(root.resolve("labels.csv")));
    assertThat(text("labels.csv")).isEqualTo(other);
    assertThat(masks(new Bright(1), HASH, 0.5).fill((done, total) -> {}).made()).isEqualTo(2);
  }

  @Test
  void inClassFoldersMasksGoWhereTheLayoutExpectsThem() {
    TestFolder folder = new TestFolder(root);
    for (String name : List.of("train/x/1", "train/y/1", "train/y/2")) {
      folder.grey(name + ".bmp", 8, 8, (x, y) -> x < 4 ? 200 : 0);
    }
    folder.grey("masks/train/y/1.png", 8, 8, (x, y) -> y < 4 ? 255 : 0);
    assertThat(masks(new Bright(2), HASH, 0.5).fill((done, total) -> {}))
        .isEqualTo(new MissingMasks.Summary(1, 2, List.of()));
    assertThat(root.resolve("masks/train/x/1.png")).exists();
    assertThat(DatasetManifest.read(root).samples())
        .hasSize(3)
        .noneMatch(sample -> sample.masks().isEmpty());
  }

  @Test
  void whereNoMaskCanBeNamedTheFormatIs() {
    new TestFolder(root)
        .grey("images/a.png", 8, 8, (x, y) -> x)
        .text(
            "coco.json",
            """
            {"images": [{"id": 1, "file_name": "images/a.png", "width": 8, "height": 8}],
             "categories": [{"id": 1, "name": "cat"}], "annotations": []}
            """);
    DatasetManifest coco = DatasetManifest.readUnsplit(root, "coco.json");
    assertThatThrownBy(() -> new MissingMasks(coco, new Bright(9), HASH, 0.5))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s has 1 images without a mask, but masks cannot be added to COCO annotations; write a labels.csv for them."
                .formatted(root.resolve("coco.json")));
  }

  @Test
  void theThresholdIsAProbability() {
    fourImages();
    assertThatThrownBy(() -> masks(new Bright(9), HASH, 1))
        .isInstanceOf(InputException.class)
        .hasMessage("The threshold is 1.0, but must be at least 0 and below 1.");
  }
}
