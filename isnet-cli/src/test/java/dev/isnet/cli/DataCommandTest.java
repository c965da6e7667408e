package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  private String phantoms(String... more) {
    String set = folder.resolve("set").toString();
    String[] args = new String[10 + more.length];
    String[] first = {
      "data", "phantom", set, "--size", "48", "--per-class", "14", "6", "6", "--lesions"
    };
    System.arraycopy(first, 0, args, 0, 10);
    System.arraycopy(more, 0, args, 10, more.length);
    assertThat(run(args)).describedAs(err.toString()).isZero();
    out.getBuffer().setLength(0);
    return set;
  }

  @Test
  void aCheckWarnsOfHospitalsThatTellTheClasses() throws IOException {
    String set = phantoms("--hospitals", "by-class", "--classes", "normal,nodules");
    assertThat(run("data", "check", set, "--channels", "1")).describedAs(out.toString()).isZero();
    assertThat(out.toString())
        .contains("Warning: The background tells the classes: a linear model on thumbnails")
        .contains("all training images of the source 'north' have the class 'nodules'")
        .contains("linear model on thumbnails  images  background  foreground")
        .contains("Balanced accuracy after 28 training images; guessing 0.500.");
    out.getBuffer().setLength(0);
    assertThat(run("data", "check", set, "--channels", "1", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("kind").asText()).isEqualTo("data check");
    assertThat(json.path("problems")).isEmpty();
    assertThat(json.at("/counts/normal/train").asInt()).isEqualTo(14);
    assertThat(json.at("/probe/rows/0/background").asDouble()).isGreaterThan(0.8);
  }

  @Test
  void theDataOfAnExperimentIsCheckedWithItsSplits() throws IOException {
    String set = phantoms();
    Path labels = Path.of(set, "labels.csv");
    Files.writeString(labels, Files.readString(labels).replaceAll(",(train|val|test),", ",,"));
    Path yaml =
        Files.writeString(
            folder.resolve("e.yaml"),
            "data: {folder: %s, splits: {train: 0.5, val: 0.25, test: 0.25}}\n".formatted(set)
                + "image: {height: 48, width: 48, channels: 1}\n");
    assertThat(run("data", "check", set, "--channels", "1")).isEqualTo(1);
    out.getBuffer().setLength(0);
    assertThat(run("data", "check", yaml.toString())).describedAs(out.toString()).isZero();
    assertThat(out.toString()).containsPattern("normal +13 +(6|7) +(6|7) ");
  }

  @Test
  void everyMistakeOfAnExperimentAndOfItsDataIsListed() throws IOException {
    Files.writeString(folder.resolve("labels.csv"), "file,label,mask\na.png,cat,\nb.png,dog,\n");
    Path yaml =
        Files.writeString(
            folder.resolve("e.yaml"),
            """
            data: {folder: ., splits: {train: 0.5}}
            image: {height: 4}
            training: {epochs: zero, batch: 0}
            systm: plain
            bias: {shapes: {cat: hexagon}, correlation: 2}
            """);
    assertThat(run("data", "check", yaml.toString())).isEqualTo(1);
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("e.yaml, line 2: 'image.height' is '4'"),
            line -> assertThat(line).contains("e.yaml, line 5: 'bias.shapes.cat' is 'hexagon'"),
            line -> assertThat(line).contains("e.yaml, line 5: 'bias.correlation' is '2'"),
            line -> assertThat(line).contains("e.yaml, line 3: 'training.epochs' is 'zero'"),
            line -> assertThat(line).contains("e.yaml, line 3: 'training.batch' is '0'"),
            line -> assertThat(line).contains("line 4: the key 'systm' does not exist"),
            line -> assertThat(line).contains("labels.csv, line 2, column file: there is no"),
            line -> assertThat(line).contains("labels.csv, line 3, column file: there is no"));
    out.getBuffer().setLength(0);
    Files.writeString(yaml, "data: {folder: ., threads: no}\n");
    assertThat(run("data", "check", yaml.toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains("'data.threads' is 'no'", "a.png", "b.png")
        .contains("the header has no column 'split'")
        .hasLineCount(4);
  }

  @Test
  void aBiasedCopyFollowsTheExperiment() throws IOException {
    String set = phantoms();
    Path yaml =
        Files.writeString(
            folder.resolve("e.yaml"),
            "bias: {shapes: {normal: arrow}, cues: {nodules: {kind: border, size: 3}}}\n");
    String copy = folder.resolve("copy").toString();
    assertThat(run("data", "bias", set, copy, "--bias", yaml.toString()))
        .describedAs(err.toString())
        .isZero();
    assertThat(Files.readAllLines(folder.resolve("copy/bias.csv")))
        .hasSize(1 + 2 * 26)
        .anyMatch(
            line ->
                line.matches("images/train-nodules-\\d+[.]png,nodules,border,0,0,48,48,biased,1,"))
        .anyMatch(
            line -> line.matches("images/test-normal-\\d+[.]png,normal,arrow,.*,10,10,biased,1,"));
    assertThat(run("data", "check", copy, "--channels", "1")).isZero();
    assertThat(run("data", "bias", set, copy)).isEqualTo(1);
    assertThat(err.toString()).contains("copy exists already");
  }

  @Test
  void otherPicturesLendTheirBackgroundsButNotTheirObjects() throws IOException {
    String set = phantoms("--classes", "normal,nodules");
    Path photos = Files.createDirectories(folder.resolve("photos/masks")).getParent();
    BufferedImage photo = new BufferedImage(20, 10, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage mask = new BufferedImage(20, 10, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 200; i++) {
      boolean object = i % 20 < 8;
      photo.getRaster().setSample(i % 20, i / 20, 0, object ? 255 : 51);
      mask.getRaster().setSample(i % 20, i / 20, 0, object ? 255 : 0);
    }
    ImageIO.write(photo, "png", photos.resolve("p.png").toFile());
    ImageIO.write(mask, "png", photos.resolve("masks/p.png").toFile());
    String yaml = "bias: {cues: {normal: {kind: pictures, folder: photos%s}}}\n";
    Path file = Files.writeString(folder.resolve("e.yaml"), yaml.formatted(""));
    String copy = folder.resolve("copy").toString();
    assertThat(run("data", "bias", set, copy, "--bias", file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("No masks are known for the background pictures in '" + photos)
        .contains("say noObjects: true if they show nothing but background");
    assertThat(Files.exists(Path.of(copy))).isFalse();
    Files.writeString(photos.resolve("labels.csv"), "file,label,mask\np.png,photo,masks/p.png\n");
    assertThat(run("data", "bias", set, copy, "--bias", file.toString()))
        .describedAs(err.toString())
        .isZero();
    String line =
        Files.readAllLines(folder.resolve("copy/bias.csv")).stream()
            .filter(each -> each.contains("train-normal"))
            .findFirst()
            .orElseThrow();
    assertThat(line).endsWith(",normal,background photos,0,0,48,48,biased,1,p.png");
    BufferedImage biased =
        ImageIO.read(folder.resolve("copy").resolve(line.split(",")[0]).toFile());
    // The upper left corner is background, where the photograph has its object.
    assertThat(biased.getRaster().getSample(0, 0, 0)).isEqualTo(51);
    Files.writeString(file, yaml.formatted(", label: cat"));
    assertThat(run("data", "bias", set, copy + "2", "--bias", file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("no training image of the class 'cat'; their classes are photo.");
    Files.delete(photos.resolve("labels.csv"));
    Files.writeString(file, yaml.formatted(", noObjects: true"));
    assertThat(run("data", "bias", set, copy + "3", "--bias", file.toString())).isZero();
  }

  @Test
  void aSetWithoutSplitsCanBeBiased() throws IOException {
    String set = phantoms("--classes", "normal,nodules");
    Path labels = Path.of(set, "labels.csv");
    Files.writeString(
        labels,
        Files.readString(labels).replaceAll(",(train|val|test),", ",").replace(",split,", ","));
    String copy = folder.resolve("copy").toString();
    assertThat(run("data", "bias", set, copy)).describedAs(err.toString()).isZero();
    assertThat(Files.readAllLines(folder.resolve("copy/labels.csv")))
        .hasSize(1 + 2 * 26)
        .anyMatch(
            line -> line.matches("images/test-normal-.*,normal,masks/test-normal-.*,train,.*"));
  }

  @Test
  void aSheetShowsTrainingImages() throws IOException {
    String set = phantoms();
    Path yaml =
        Files.writeString(
            folder.resolve("e.yaml"),
            "data: %s\nimage: {height: 48, width: 48, channels: 1}\naugmentation: {rotate: 20}\n"
                .formatted(set));
    Path sheet = folder.resolve("sheet.png");
    assertThat(run("data", "sheet", yaml.toString(), "--out", sheet.toString(), "--count", "10"))
        .describedAs(err.toString())
        .isZero();
    BufferedImage picture = ImageIO.read(sheet.toFile());
    // Eight columns of 3·48 pixels with gaps of 8; two rows with captions.
    assertThat(picture.getWidth()).isEqualTo(8 * (144 + 8) + 8);
    assertThat(picture.getHeight()).isEqualTo(2 * (144 + 16 + 8) + 8);
    assertThat(run("data", "sheet", yaml.toString(), "--count", "0")).isEqualTo(2);
  }

  @Test
  void wrongOptionsAreNamed() {
    assertThat(run("data", "phantom", folder.resolve("x").toString(), "--hospitals", "mars"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("'mars', expected one of none, shared, by-class");
    assertThat(run("data", "phantom", folder.resolve("x").toString(), "--size", "600"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("both must be at most 512");
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }
}
