package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Architectures beside the backbones, from an experiment file to the report. */
class ArchitecturesTest {
  @TempDir private static Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void data() {
    run(
        new StringWriter(),
        new StringWriter(),
        "data",
        "phantom",
        folder.resolve("set").toString(),
        "--size",
        "32",
        "--per-class",
        "6",
        "2",
        "2");
  }

  private static int run(StringWriter out, StringWriter err, String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }

  private int run(String... args) {
    return run(out, err, args);
  }

  private JsonNode train(String name, String keys) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve(name + ".yaml"),
            """
            data: set
            image: {height: 32, width: 32, channels: 1}
            backbone: {filters: [4, 8]}
            training: {epochs: 2, batch: 6, learningRate: 0.01}
            out: %s
            %s
            """
                .formatted(name, keys));
    out.getBuffer().setLength(0);
    assertThat(run("train", file.toString(), "--json")).describedAs(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void aPipelineIsOneNetworkAndIsTestedWithAndWithoutItsSegmenter() throws IOException {
    String keys =
        """
        system: pipeline
        segmenter: {depth: 3, filters: 4, epochs: 3}
        bias: {shapes: {normal: circle}}
        """;
    JsonNode trained = train("pipeline", keys);
    assertThat(trained.at("/splits/test/deceiving/images").asInt()).isEqualTo(6);
    assertThat(trained.at("/withoutSegmenter/test/deceiving/images").asInt()).isEqualTo(6);
    assertThat(trained.at("/masks/test/dice").asDouble()).isBetween(0.3, 1.0);
    assertThat(Files.readAllLines(folder.resolve("pipeline/segmenter/metrics.csv"))).hasSize(4);
    assertThat(Files.readAllLines(folder.resolve("pipeline/metrics.csv"))).hasSize(3);
    assertThat(Files.readString(folder.resolve("pipeline/report.html")))
        .contains("classifier without its segmenter");
    Path model = folder.resolve("pipeline/model.zip");
    ComputationGraph whole = ModelSerializer.restoreComputationGraph(model.toFile());
    assertThat(whole.output(Nd4j.rand(DataType.FLOAT, 2, 1, 32, 32))[0].shape())
        .containsExactly(2, 3);

    // The same command changes nothing, and a trained segmenter can be given.
    JsonNode again = train("pipeline", keys);
    assertThat(again.path("splits")).isEqualTo(trained.path("splits"));
    JsonNode given =
        train("given", keys.replace("epochs: 3", "model: pipeline/segmenter/model.zip"));
    assertThat(given.path("masks")).isEqualTo(trained.path("masks"));
    assertThat(folder.resolve("given/segmenter")).doesNotExist();

    Path picture = folder.resolve("heat.png");
    Path image = folder.resolve("set/images/test-normal-00002.png");
    assertThat(
            run(
                "explain",
                "--model",
                model.toString(),
                "--image",
                image.toString(),
                "--out",
                picture.toString()))
        .describedAs(err.toString())
        .isZero();
    assertThat(picture).exists();
    out.getBuffer().setLength(0);
    assertThat(
            run(
                "evaluate",
                "--model",
                model.toString(),
                "--data",
                folder.resolve("set").toString(),
                "--json"))
        .isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).path("confusion"))
        .isEqualTo(trained.at("/splits/test/standard/confusion"));
  }

  @Test
  void aMultiTaskUNetGivesClassesAndMasks() throws IOException {
    JsonNode trained =
        train(
            "multitask",
            """
            system: multitask
            segmenter: {depth: 3, filters: 4}
            multitask: {dense: 8, segmentation: 2}
            """);
    assertThat(trained.path("system").asText()).isEqualTo("multitask");
    assertThat(trained.at("/splits/test/standard/images").asInt()).isEqualTo(6);
    assertThat(trained.at("/masks/val/images").asInt()).isEqualTo(6);
    assertThat(trained.has("withoutSegmenter")).isFalse();
  }

  @Test
  void aTransformerIsExplainedByRollout() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("vit.yaml"),
            """
            data: set
            image: {height: 16, width: 16, channels: 1}
            system: plain
            backbone: {name: vit-small}
            training: {epochs: 1, batch: 6}
            out: vit
            """);
    assertThat(run("train", file.toString())).describedAs(err.toString()).isZero();
    String model = folder.resolve("vit/model.zip").toString();
    String image = folder.resolve("set/images/test-normal-00002.png").toString();
    String picture = folder.resolve("rollout.png").toString();
    assertThat(run("explain", "--model", model, "--image", image, "--out", picture))
        .describedAs(err.toString())
        .isZero();
    assertThat(Path.of(picture)).exists();
    assertThat(
            run(
                "explain",
                "--model",
                model,
                "--image",
                image,
                "--out",
                picture,
                "--rules",
                "textbook"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("Relevance does not pass the self-attention of vertex \"block1.attention\"");
  }

  @Test
  void aSegmenterThatDoesNotFitIsRefusedBeforeAnythingIsWritten() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("missing.yaml"),
            "data: set\nsystem: pipeline\nsegmenter: {model: nowhere.zip}\nout: refused\n");
    assertThat(run("train", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("There is no model file").contains("nowhere.zip");
    assertThat(folder.resolve("refused")).doesNotExist();
  }
}
