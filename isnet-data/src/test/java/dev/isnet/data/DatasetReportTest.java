package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.bias.BackgroundBias;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.Cue;
import dev.isnet.data.bias.Placement;
import dev.isnet.data.bias.Shape;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetReportTest {
  private static final ImageSize SIZE = new ImageSize(32, 32, 1);

  @TempDir private Path root;

  /** Noise in a folder, the middle foreground; the foreground is brighter for class b. */
  private DatasetManifest noise(int perClass, String extraHeader, String extra) {
    TestFolder folder = new TestFolder(root);
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder labels = new StringBuilder("file,label,mask,split" + extraHeader + "\n");
    folder.grey("m.png", 32, 32, (x, y) -> x > 8 && x < 24 && y > 8 && y < 24 ? 255 : 0);
    for (String split : new String[] {"train", "val", "test"}) {
      for (int i = 0; i < perClass; i++) {
        for (String label : new String[] {"a", "b"}) {
          String name = split + i + label + ".png";
          int shift = label.equals("b") ? 12 : 0;
          folder.grey(
              name,
              32,
              32,
              (x, y) ->
                  random.nextInt(100) + 50 + (x > 8 && x < 24 && y > 8 && y < 24 ? shift : 0));
          labels.append(
              "%s,%s,m.png,%s%s\n".formatted(name, label, split, extra.formatted(split, i, label)));
        }
      }
    }
    folder.text("labels.csv", labels.toString());
    return DatasetManifest.read(root);
  }

  @Test
  void aForegroundThatTellsTheClassesIsNoWarning() {
    DatasetReport report = DatasetCheck.report(noise(40, "", ""), SIZE);
    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings()).isEmpty();
    assertThat(report.masks()).isEqualTo(240);
    assertThat(report.counts().get("a")).containsEntry(Split.VAL, 40);
    assertThat(report.foreground().get("b")).isCloseTo(225 / 1024.0, within(1e-9));
    DatasetReport.Probe probe = report.probe().orElseThrow();
    assertThat(probe.chance()).isEqualTo(0.5);
    assertThat(probe.rows()).extracting(DatasetReport.Row::where).containsExactly("val", "test");
    assertThat(probe.rows().get(0).foreground()).isGreaterThan(0.8);
    assertThat(probe.rows().get(0).background()).isBetween(0.3, 0.65);
  }

  @Test
  void greyAndColourFilesAreTriedTogether() {
    DatasetManifest grey = noise(20, "", "");
    new TestFolder(root).colour("train0a.png", 32, 32, Color.ORANGE, BufferedImage.TYPE_INT_RGB);
    for (int channels : new int[] {1, 3}) {
      DatasetReport report =
          DatasetCheck.report(
              grey.with(Reading.standard().withConversion(true)), new ImageSize(32, 32, channels));
      assertThat(report.problems()).isEmpty();
      assertThat(report.probe().orElseThrow().rows())
          .extracting(DatasetReport.Row::where)
          .containsExactly("val", "test");
    }
  }

  @Test
  void aCueInTheBackgroundIsFoundBeforeAnyTraining(@TempDir Path other) {
    Path biased = other.resolve("biased");
    BackgroundBias bias =
        BackgroundBias.of(
            List.of(
                new Cue.Mark(Shape.SQUARE, 6, 1, 1, Placement.TOP_LEFT, false), new Cue.Nothing()));
    List<Integer> progress = new ArrayList<>();
    DatasetManifest copy =
        BiasedCopy.write(
            noise(20, ",source", ",h%2$d"), biased, bias, BiasScenario.BIASED, 1, progress::add);
    DatasetReport report = DatasetCheck.report(copy, SIZE);
    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings())
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .startsWith("The background tells the classes: a linear model on thumbnails")
                    .contains("guessing 0.50"));
    assertThat(progress).hasSize(120).endsWith(120);
    assertThat(copy.split(Split.TEST)).hasSize(40).allMatch(s -> s.source().isPresent());
  }

  @Test
  void aBiasedCopyRecordsWhatWasDrawnWhere(@TempDir Path other) throws IOException {
    BackgroundBias bias =
        BackgroundBias.of(
            List.of(
                new Cue.Mark(Shape.SQUARE, 6, 1, 1, Placement.RANDOM, false), new Cue.Nothing()));
    DatasetManifest in = noise(2, ",patient,weight", ",\"p,%2$d\",0.5");
    Path out = other.resolve("copy");
    DatasetManifest copy = BiasedCopy.write(in, out, bias, BiasScenario.DECEIVING, 7, done -> {});
    List<String> record = Files.readAllLines(out.resolve("bias.csv"));
    assertThat(record).hasSize(7);
    assertThat(record.get(0)).isEqualTo("file,class,cue,x,y,width,height,scenario,seed,picture");
    SampleReader before = new SampleReader(in, SIZE);
    SampleReader after = new SampleReader(copy, SIZE);
    for (int i = 0; i < 12; i++) {
      Sample sample = copy.samples().get(i);
      Pixels old = before.read(in.samples().get(i));
      Pixels now = after.read(sample);
      assertThat(sample.patient()).isEqualTo(in.samples().get(i).patient());
      assertThat(sample.weight()).isEqualTo(0.5);
      assertThat(now.mask().orElseThrow()).isEqualTo(old.mask().orElseThrow());
      String name = copy.nameOf(sample);
      // Deceiving: the square is on the images of the other class.
      List<String> lines = record.stream().filter(line -> line.startsWith(name + ",")).toList();
      assertThat(lines).hasSize(sample.label().equals("b") ? 1 : 0);
      int[] box = {0, 0, 0, 0};
      for (String line : lines) {
        assertThat(line).contains(",a,square,").endsWith(",deceiving,7,");
        String[] fields = line.split(",");
        for (int j = 0; j < 4; j++) {
          box[j] = Integer.parseInt(fields[3 + j]);
        }
      }
      for (int p = 0; p < 1024; p++) {
        int x = p % 32 - box[0];
        int y = p / 32 - box[1];
        boolean inside = x >= 0 && x < box[2] && y >= 0 && y < box[3];
        assertThat(now.image()[p]).isEqualTo(inside ? 1 : old.image()[p]);
      }
    }
  }

  @Test
  void leaksAndDuplicatesAreListed() throws IOException {
    noise(12, ",source,patient", ",hospital %3$s,p%1$s%2$d");
    String labels =
        Files.readString(root.resolve("labels.csv"))
            .replace("hospital a,ptest0", "hospital a,ptrain0")
            .replace("val0b.png,b", "train1b.png,b")
            .replaceFirst("(?m)^train1b.png.*train1\\n", "");
    Files.writeString(root.resolve("labels.csv"), labels);
    Files.copy(
        root.resolve("train2a.png"),
        root.resolve("test3a.png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        root.resolve("train2b.png"),
        root.resolve("train4b.png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    // The same picture, a little brighter.
    DecodedImage image = ImageDecoder.decode(root.resolve("train5a.png"), "x", 10_000);
    new TestFolder(root)
        .grey("val6a.png", 32, 32, (x, y) -> Math.min(255, image.samples()[y * 32 + x] + 3));
    DatasetReport report =
        DatasetCheck.report(root, "labels.csv", SIZE, Reading.standard(), (done, total) -> {});
    assertThat(report.problems())
        .anySatisfy(
            p ->
                assertThat(p)
                    .contains("the patient 'ptrain0' is in 'train' (line 2) and 'test' (line"))
        .anySatisfy(
            p ->
                assertThat(p)
                    .contains("'test3a.png' (split 'test') has the content of labels.csv"));
    assertThat(report.warnings())
        .anySatisfy(w -> assertThat(w).contains("'train4b.png' (split 'train') has the content of"))
        .anySatisfy(w -> assertThat(w).contains("'val6a.png' (split 'val') looks like"))
        .anySatisfy(w -> assertThat(w).contains("source 'hospital a' are both trained and tested"))
        .anySatisfy(w -> assertThat(w).contains("'hospital b' have the class 'b'"));
  }

  @Test
  void unusualMasksAndClassCountsAreWarnings() {
    TestFolder folder = new TestFolder(root);
    StringBuilder labels = new StringBuilder("file,label,mask,split\n");
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 24; i++) {
      folder.grey(i + ".png", 32, 32, (x, y) -> random.nextInt(256));
      labels.append("%d.png,%s,%s,train\n".formatted(i, i < 2 ? "a" : "b", i == 5 ? "m.png" : ""));
    }
    folder
        .grey("m.png", 32, 32, (x, y) -> x + y == 0 ? 0 : 255)
        .text("labels.csv", labels.toString());
    assertThat(DatasetCheck.report(DatasetManifest.read(root), SIZE).warnings())
        .containsExactly(
            "The training split has 22 images of 'b', but 2 of 'a'; use class weights or balanced"
                + " sampling.",
            "labels.csv, line 7, '5.png': the mask marks 99.9 % of the image; is that the object?");
  }

  @Test
  void theProbeIsRidgeRegression() {
    // One value x in {-1, 1} each, twice: kernel 1 for equal, -1 for unequal signs.
    List<float[]> values =
        List.of(new float[] {-1}, new float[] {1}, new float[] {1}, new float[] {-1});
    List<float[]> targets =
        List.of(new float[] {0}, new float[] {1}, new float[] {1}, new float[] {0});
    // w = Σxy / (Σx² + ridge) = 4 / (4 + 1)
    assertThat(LinearProbe.fit(values, targets).scores(new float[] {1})[0])
        .isCloseTo(0.8, within(1e-12));
  }
}
