package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segmenter is trained on the masks that there are, and fills in the others. */
class SegmenterTest {
  @TempDir private static Path folder;

  private static JsonNode trained;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void train() throws IOException {
    String set = folder.resolve("set").toString();
    run(new StringWriter(), "data", "phantom", set, "--size", "32", "--per-class", "8", "2", "2");
    // Classes are of no account, and a third of the training images has no mask.
    Path labels = folder.resolve("set/labels.csv");
    Files.writeString(
        labels,
        Files.readString(labels)
            .replaceAll("masks/train-normal-\\d+.png", "")
            .replaceAll("masks/test-normal-00002.png", ""));
    Files.writeString(folder.resolve("e.yaml"), experiment(8));
    StringWriter json = new StringWriter();
    run(json, "train", folder.resolve("e.yaml").toString(), "--json");
    trained = new ObjectMapper().readTree(json.toString());
  }

  private static String experiment(int epochs) {
    return """
        data: set
        image: {height: 32, width: 32, channels: 1}
        system: segmenter
        segmenter: {depth: 3, filters: 8}
        training: {epochs: %d, batch: 4, learningRate: 0.01}
        out: run
        """
        .formatted(epochs);
  }

  private static int run(StringWriter out, String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(new StringWriter()), args);
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }

  @Test
  void itLearnsFromTheImagesThatHaveMasks() throws IOException {
    assertThat(trained.path("system").asText()).isEqualTo("segmenter");
    JsonNode test = trained.at("/splits/test");
    assertThat(test.path("images").asInt()).isEqualTo(5);
    assertThat(test.path("dice").asDouble()).isBetween(0.8, 1.0);
    assertThat(test.path("iou").asDouble()).isBetween(0.6, test.path("dice").asDouble());
    List<String> metrics = Files.readAllLines(folder.resolve("run/metrics.csv"));
    assertThat(metrics).hasSize(9);
    double dice = Double.parseDouble(metrics.get(8).split(",")[9]);
    assertThat(dice).isBetween(0.8, 1.0);
    assertThat(
            ModelSerializer.restoreComputationGraph(folder.resolve("run/model.zip").toFile())
                .getConfiguration()
                .getNetworkOutputs())
        .containsExactly("mask");
  }

  @Test
  void theSameCommandGoesOnAndAnotherConfigurationIsRefused() throws IOException {
    assertThat(run("train", folder.resolve("e.yaml").toString())).isZero();
    assertThat(out.toString()).containsPattern("split +images +Dice +median +least +IoU +median");
    Path other = Files.writeString(folder.resolve("other.yaml"), experiment(9));
    assertThat(run("train", other.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("was made with 'training.epochs' 8, but now it is 9");
  }

  @Test
  void theReportShowsTheWorstImages() throws IOException {
    String report = Files.readString(folder.resolve("run/report.html"));
    assertThat(report)
        .contains("The mean Dice coefficient is ", " on 5 test images.")
        .contains("images/test-consolidation-")
        .doesNotContain("http://", "https://");
    // All six images of the validation split, five of the test split.
    assertThat(report.split("<img src=\"data:image/png;base64,")).hasSize(12);
  }

  @Test
  void evaluationComparesMasks() throws IOException {
    String set = folder.resolve("set").toString();
    String model = folder.resolve("run/model.zip").toString();
    assertThat(run("evaluate", "--model", model, "--data", set, "--json"))
        .describedAs(err.toString())
        .isZero();
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(SchemaCheck.mistakes("urn:isnet:schema:metrics", out.toString())).isEmpty();
    trained
        .at("/splits/test")
        .properties()
        .forEach(each -> assertThat(result.path(each.getKey())).isEqualTo(each.getValue()));
    assertThat(result.path("kind").asText()).isEqualTo("evaluate segmenter");
    assertThat(result.path("perImage")).hasSize(5);
    assertThat(result.at("/perImage/0/file").asText()).startsWith("images/test-");
    out.getBuffer().setLength(0);
    assertThat(run("evaluate", "--model", model, "--data", set)).isZero();
    assertThat(out.toString())
        .containsPattern("measure +mean +median")
        .containsPattern("worst images +Dice +IoU")
        .endsWith("5 images\n");
  }

  @Test
  void missingMasksAreFilledIn() throws IOException {
    String set = folder.resolve("incomplete").toString();
    run("data", "phantom", set, "--size", "48", "--per-class", "2", "1", "1", "--seed", "3");
    Path labels = folder.resolve("incomplete/labels.csv");
    Files.writeString(labels, Files.readString(labels).replaceAll("masks/train-[^,]+", ""));
    out.getBuffer().setLength(0);
    String model = folder.resolve("run/model.zip").toString();
    assertThat(run("data", "masks", set, "--segmenter", model))
        .describedAs(err.toString())
        .isZero();
    assertThat(out.toString()).isEqualTo("6 images had a mask, 6 got one.\n");
    assertThat(Files.readString(labels))
        .contains(",made-masks/images/train-normal-00002.png,train,");
    out.getBuffer().setLength(0);
    assertThat(run("data", "check", set, "--channels", "1")).describedAs(out.toString()).isZero();
    out.getBuffer().setLength(0);
    assertThat(run("data", "masks", set, "--segmenter", model, "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("had").asInt()).isEqualTo(12);
    assertThat(json.path("kind").asText()).isEqualTo("data masks");
    assertThat(json.path("schemaVersion").asText()).isEqualTo("1.0");
  }

  @Test
  void mistakesAreTold() throws IOException {
    String set = folder.resolve("set").toString();
    String model = folder.resolve("run/model.zip").toString();
    Path text = Files.writeString(folder.resolve("text.zip"), "text");
    assertThat(run("data", "masks", set)).isEqualTo(2);
    assertThat(run("data", "masks", set, "--segmenter", model, "--threshold", "1.5")).isEqualTo(1);
    assertThat(run("data", "masks", set, "--segmenter", text.toString())).isEqualTo(1);
    assertThat(run("evaluate", "--model", model, "--data", set, "--bias", "biased")).isEqualTo(2);
    assertThat(run("explain", "--model", model, "--image", "x.png", "--out", "y.png")).isEqualTo(1);
    assertThat(err.toString())
        .contains("The threshold is 1.5, but must be at least 0 and below 1.")
        .contains("is no zip file, or a damaged one; give the .zip that training wrote.")
        .contains("--bias biased needs a classifier, but the model " + model + " is a segmenter.")
        .contains("is a segmenter, but a classifier is needed here");
    assertThat(folder.resolve("set/made-masks")).doesNotExist();
  }
}
