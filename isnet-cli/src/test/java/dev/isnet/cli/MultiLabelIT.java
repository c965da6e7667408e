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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * From a folder of images with two independent findings, some of them uncertain, some with masks of
 * their own, to a model with sigmoid outputs, its metrics and its explanations.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MultiLabelIT {
  private static final int SIDE = 32;
  private static final int PATCH = 8;
  private static final String EXPERIMENT =
      """
      data: {folder: set, uncertain: ignore, balance: weights}
      image: {height: 32, width: 32, channels: 1}
      backbone: {filters: [8, 16]}
      isnet: {p: 0.3}
      training: {epochs: 12, batch: 8, learningRate: 0.005}
      tests: [val, test]
      out: run
      """;

  @TempDir private static Path folder;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeAll
  void train() throws IOException {
    write(80, 30, 40);
    Files.writeString(folder.resolve("e.yaml"), EXPERIMENT);
    assertThat(run("train", at("e.yaml"))).describedAs(err.toString()).isZero();
  }

  /** A blob is bright, a grid has stripes; each is in every second image, somewhere. */
  private static void write(int train, int val, int test) throws IOException {
    Random random = new Random(5);
    Files.createDirectories(folder.resolve("set"));
    List<String> lines =
        new ArrayList<>(List.of("file,label:blob,label:grid,mask,mask:blob,mask:grid,split"));
    int[] counts = {train, val, test};
    for (int split = 0; split < 3; split++) {
      for (int i = 0; i < counts[split]; i++) {
        String name = List.of("train", "val", "test").get(split) + i;
        boolean blob = random.nextBoolean();
        boolean grid = random.nextBoolean();
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        fill(image, 0, 0, SIDE, (x, y) -> 60 + random.nextInt(60));
        int top = 4 + random.nextInt(4);
        int left = 4 + random.nextInt(SIDE - PATCH - 8);
        if (blob) {
          fill(image, left, top, PATCH, (x, y) -> 190);
          mask(name + "-blob.png", left, top, PATCH, PATCH);
        }
        int low = 18 + random.nextInt(3);
        int right = 4 + random.nextInt(SIDE - PATCH - 8);
        if (grid) {
          fill(image, right, low, PATCH, (x, y) -> x % 2 == 0 ? 0 : 200);
          mask(name + "-grid.png", right, low, PATCH, PATCH);
        }
        ImageIO.write(image, "png", folder.resolve("set/" + name + ".png").toFile());
        mask(name + "-mask.png", 3, 3, SIDE - 6, SIDE - 6);
        // Only every other image has masks of single findings.
        lines.add(
            "%s.png,%s,%s,%s-mask.png,%s,%s,%s"
                .formatted(
                    name,
                    i % 9 == 4 ? -1 : blob ? 1 : 0,
                    grid ? 1 : 0,
                    name,
                    blob && i % 2 == 0 ? name + "-blob.png" : "",
                    grid && i % 2 == 0 ? name + "-grid.png" : "",
                    List.of("train", "val", "test").get(split)));
      }
    }
    Files.write(folder.resolve("set/labels.csv"), lines);
  }

  private interface Grey {
    int at(int x, int y);
  }

  private static void fill(BufferedImage image, int left, int top, int side, Grey grey) {
    for (int y = top; y < top + side; y++) {
      for (int x = left; x < left + side; x++) {
        image.getRaster().setSample(x, y, 0, grey.at(x, y));
      }
    }
  }

  private static void mask(String name, int left, int top, int width, int height)
      throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        image.getRaster().setSample(x, y, 0, 255);
      }
    }
    ImageIO.write(image, "png", folder.resolve("set/" + name).toFile());
  }

  /** Always yes has a macro F1 of about two thirds. */
  @Test
  void bothFindingsAreLearnt() throws IOException {
    JsonNode metrics = json(folder.resolve("run/metrics.json")).at("/splits/test/standard");
    assertThat(metrics.path("macroF1").asDouble()).isGreaterThan(0.8);
    assertThat(metrics.at("/perClass/0/auc/value").asDouble()).isGreaterThan(0.9);
    assertThat(metrics.at("/perClass/1/auc/value").asDouble()).isGreaterThan(0.9);
    List<String> epochs = Files.readAllLines(folder.resolve("run/metrics.csv"));
    double best = 0;
    for (String line : epochs.subList(1, epochs.size())) {
      best = Math.max(best, Double.parseDouble(line.split(",")[9]));
    }
    assertThat(best).isGreaterThan(0.8);
  }

  @Test
  void theReportMeasuresEachLabel() throws IOException {
    assertThat(Files.readString(folder.resolve("run/report.html")))
        .contains("ISNet, test, standard test", "ROC, each class against the rest", ">blob</th>");
  }

  @Test
  void uncertainLabelsAreNotCounted() throws IOException {
    JsonNode metrics = json(folder.resolve("run/metrics.json")).at("/splits/test/standard");
    assertThat(metrics.path("images").asInt()).isEqualTo(40);
    assertThat(sum(metrics.at("/confusion/0"))).isEqualTo(36); // 4, 13, 22, 31 are uncertain
    assertThat(sum(metrics.at("/confusion/1"))).isEqualTo(40);
  }

  private static int sum(JsonNode counts) {
    int sum = 0;
    for (JsonNode row : counts) {
      for (JsonNode count : row) {
        sum += count.asInt();
      }
    }
    return sum;
  }

  @Test
  void evaluationAgreesWithTheRun() throws IOException {
    assertThat(run("evaluate", "--model", at("run/model.zip"), "--data", at("set"), "--json"))
        .describedAs(err.toString())
        .isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).path("macroF1"))
        .isEqualTo(json(folder.resolve("run/metrics.json")).at("/splits/test/standard/macroF1"));
    assertThat(run("evaluate", "--model", at("run/model.zip"), "--data", at("set"))).isZero();
    assertThat(out.toString())
        .containsPattern("label +known +there and said +missed +only said +AUC")
        .containsPattern("blob +36 ");
  }

  @Test
  void everyLabelIsSaidByItself() throws IOException {
    assertThat(explained("test-both.png", true, true).path("predicted")).hasSize(2);
    JsonNode one = explained("test-grid.png", false, true);
    List<String> said = new ArrayList<>();
    one.path("predicted").forEach(label -> said.add(label.asText()));
    for (String label : List.of("blob", "grid")) {
      assertThat(said.contains(label))
          .isEqualTo(one.at("/probabilities/" + label).asDouble() >= 0.5);
    }
    assertThat(said).contains("grid");
  }

  private JsonNode explained(String name, boolean blob, boolean grid) throws IOException {
    Random random = new Random(7);
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    fill(image, 0, 0, SIDE, (x, y) -> 60 + random.nextInt(60));
    if (blob) {
      fill(image, 8, 5, PATCH, (x, y) -> 190);
    }
    if (grid) {
      fill(image, 12, 19, PATCH, (x, y) -> x % 2 == 0 ? 0 : 200);
    }
    ImageIO.write(image, "png", folder.resolve(name).toFile());
    assertThat(
            run(
                "explain",
                "--model",
                at("run/model.zip"),
                "--image",
                at(name),
                "--out",
                at("heat-" + name),
                "--json"))
        .describedAs(err.toString())
        .isZero();
    assertThat(folder.resolve("heat-" + name)).exists();
    return new ObjectMapper().readTree(out.toString());
  }

  @ParameterizedTest
  @CsvSource({"plain, zeros", "isnet, ones"})
  void shapesFollowEveryLabelOfAnImage(String system, String uncertain) throws IOException {
    Path yaml = folder.resolve("biased-" + system + ".yaml");
    Files.writeString(
        yaml,
        """
        data: {folder: set, uncertain: %s, balance: sampling}
        image: {height: 32, width: 32, channels: 1}
        bias: {shapes: {blob: circle, grid: square}, size: 3}
        backbone: {filters: [4, 4]}
        system: %s
        training: {epochs: 1, batch: 8}
        tests: [test]
        out: biased-%s
        """
            .formatted(uncertain, system, system));
    assertThat(run("train", yaml.toString())).describedAs(err.toString()).isZero();
    JsonNode test = json(folder.resolve("biased-" + system + "/metrics.json")).at("/splits/test");
    for (String scenario : List.of("biased", "standard", "deceiving")) {
      assertThat(test.at("/" + scenario + "/macroF1").asDouble()).isBetween(0.0, 1.0);
      assertThat(sum(test.at("/" + scenario + "/confusion/0"))).isEqualTo(40); // all are known
    }
    assertThat(folder.resolve("biased-" + system + "/report.html")).exists();
    assertThat(
            run(
                "evaluate",
                "--model",
                at("biased-" + system + "/model.zip"),
                "--data",
                at("set"),
                "--bias",
                "deceiving",
                "--json"))
        .isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).path("macroF1"))
        .isEqualTo(test.at("/deceiving/macroF1"));
  }

  @Test
  void severalLabelsInOneColumnTrainAsWell() throws IOException {
    List<String> lines = new ArrayList<>(List.of("file,label,mask,split"));
    for (String line : Files.readAllLines(folder.resolve("set/labels.csv"))) {
      String[] cells = line.split(",", -1);
      String label = (cells[1].equals("1") ? "blob|" : "") + (cells[2].equals("1") ? "grid|" : "");
      if (!label.isEmpty()) {
        lines.add(
            "%s,%s,%s,%s"
                .formatted(cells[0], label.substring(0, label.length() - 1), cells[3], cells[6]));
      }
    }
    Files.write(folder.resolve("set/column.csv"), lines);
    Path yaml = folder.resolve("column.yaml");
    Files.writeString(
        yaml,
        """
        data: {folder: set, labels: column.csv, classWeights: {blob: 2}}
        image: {height: 32, width: 32, channels: 1}
        backbone: {filters: [4, 4]}
        isnet: {c1: auto, tuneEpochs: 1}
        training: {epochs: 1}
        out: column
        """);
    assertThat(run("train", yaml.toString())).describedAs(err.toString()).isZero();
    assertThat(json(folder.resolve("column/metrics.json")).at("/splits/val/standard/confusion"))
        .hasSize(2);
  }

  @Test
  void theSelectiveVariantIsRefusedBeforeAnythingIsWritten() throws IOException {
    Path yaml = folder.resolve("selective.yaml");
    Files.writeString(
        yaml, EXPERIMENT.replace("{p: 0.3}", "{variant: selective}").replace("run", "selective"));
    assertThat(run("train", yaml.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("'isnet.variant' is selective", "use original, stochastic or dual")
        .hasLineCount(1);
    assertThat(folder.resolve("selective")).doesNotExist();
  }

  @Test
  void aModelOfSingleLabelsRefusesSeveral() throws IOException {
    assertThat(run("data", "phantom", at("single"), "--per-class", "3", "2", "2", "--size", "32"))
        .isZero();
    Path yaml = folder.resolve("single.yaml");
    Files.writeString(
        yaml,
        """
        data: single
        image: {height: 32, width: 32, channels: 1}
        backbone: {filters: [4, 4]}
        system: plain
        training: {epochs: 1}
        out: of-single
        """);
    assertThat(run("train", yaml.toString())).describedAs(err.toString()).isZero();
    Path labels = folder.resolve("single/labels.csv");
    Files.writeString(
        labels, Files.readString(labels).replaceFirst(",normal,(.*,test)", ",normal|nodules,$1"));
    assertThat(run("evaluate", "--model", at("of-single/model.zip"), "--data", at("single")))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("but the model gives exactly one label for each image.")
        .hasLineCount(1);
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  /** Each call starts with empty streams. */
  private int run(String... args) {
    out = new StringWriter();
    err = new StringWriter();
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }
}
