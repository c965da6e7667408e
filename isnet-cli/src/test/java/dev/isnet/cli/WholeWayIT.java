package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isnet.cli.ChildJvm.Outcome;
import dev.isnet.graph.Predictor;
import dev.isnet.model.ModelBundle;
import dev.isnet.model.ModelInfo;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** From a folder of images to a model, its metrics and its explanations, through the commands. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholeWayIT {
  private static final String EXPERIMENT =
      """
      data: set
      image: {height: 32, width: 32, channels: 1}
      bias: {shapes: {nodules: circle, consolidation: square}, size: 7}
      backbone: {filters: [4, 8]}
      training: {epochs: 2, batch: 4}
      tests: [test]
      out: run
      """;

  @TempDir private static Path folder;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeAll
  void train() throws IOException {
    assertThat(run("data", "phantom", at("set"), "--per-class", "6", "3", "3", "--size", "32"))
        .isZero();
    Files.writeString(folder.resolve("e.yaml"), EXPERIMENT);
    assertThat(run("train", at("e.yaml"))).describedAs(err.toString()).isZero();
  }

  @Test
  void runFolderIsComplete() throws IOException {
    assertThat(files("run"))
        .contains(
            "effective.yaml",
            "metrics.csv",
            "last.zip",
            "best.zip",
            "model.zip",
            "metrics.json",
            "results.csv",
            "report.html",
            "MODEL_CARD.md",
            "model_card.json",
            "isnet.log");
    assertThat(folder.resolve("run/metrics.csv")).content().hasLineCount(3);
    JsonNode metrics = new ObjectMapper().readTree(folder.resolve("run/metrics.json").toFile());
    for (String scenario : List.of("biased", "standard", "deceiving")) {
      JsonNode result = metrics.at("/splits/test/" + scenario);
      assertThat(result.path("macroF1").asDouble()).isBetween(0.0, 1.0);
      assertThat(result.path("perClass")).hasSize(3);
      assertThat(result.path("confusion")).hasSize(3);
      assertThat(result.at("/perClass/0/roc/truePositiveRate/0").asDouble()).isZero();
      assertThat(result.at("/perClass/0/roc/falsePositiveRate"))
          .hasSameSizeAs(result.at("/perClass/0/roc/truePositiveRate"));
    }
  }

  @Test
  void whatIsWrittenFollowsItsSchema() throws IOException {
    assertThat(mistakes("metrics", Files.readString(folder.resolve("run/metrics.json")))).isEmpty();
    assertThat(mistakes("model-card", Files.readString(folder.resolve("run/model_card.json"))))
        .isEmpty();
    assertThat(run("evaluate", "--model", at("run/model.zip"), "--data", at("set"), "--json"))
        .isZero();
    assertThat(mistakes("metrics", out.toString())).isEmpty();
    assertThat(mistakes("metrics", "{\"schemaVersion\": \"1.0\", \"kind\": \"train\"}"))
        .isNotEmpty();
  }

  @Test
  void everyMeasureIsALineOfTheResults() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("run/results.csv"));
    assertThat(lines.get(0))
        .isEqualTo(
            "schemaVersion,system,split,scenario,class,measure,value,expected,standardDeviation,"
                + "low,high,seed,against");
    assertThat(lines).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(13));
    for (String scenario : List.of("biased", "standard", "deceiving")) {
      List<String> measures =
          lines.stream()
              .filter(line -> line.startsWith("1.0,isnet,test," + scenario + ",,"))
              .map(line -> line.split(",")[5])
              .toList();
      assertThat(measures)
          .contains("macroF1", "accuracy", "balancedAccuracy", "macroPrecision", "macroRecall")
          .contains("macroSpecificity", "mcc", "macroF1Bootstrap", "accuracyBootstrap", "patients")
          .contains("macroAuc", "macroAveragePrecision", "expectedCalibrationError", "images")
          .contains("bin 0.00-0.07: samples", "source phantom: accuracy");
      assertThat(lines)
          .filteredOn(line -> line.startsWith("1.0,isnet,test," + scenario + ",nodules,"))
          .extracting(line -> line.split(",")[5])
          .containsExactlyInAnyOrder(
              "support",
              "precision",
              "recall",
              "specificity",
              "f1",
              "auc",
              "averagePrecision",
              "predicted: consolidation",
              "predicted: nodules",
              "predicted: normal");
    }
    assertThat(lines)
        .anyMatch(line -> line.matches("1.0,isnet,test,biased,,backgroundShare(,[0-9.e-]+){5},1,"))
        .anyMatch(
            line ->
                line.matches(
                    "1.0,isnet,test,,,macroF1ChangeFromBiasedToDeceiving(,[0-9.e-]+){5},1,"));
  }

  /** Two hospitals, in each of which three images of a class show two patients. */
  private void twoSources() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("set/labels.csv"));
    List<String> columns = List.of(lines.get(0).split(",", -1));
    StringBuilder text = new StringBuilder("file,label,mask,split,source,patient\n");
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      text.append(
          "%s,%s,%s,%s,%s,%s%n"
              .formatted(
                  cells[columns.indexOf("file")],
                  cells[columns.indexOf("label")],
                  cells[columns.indexOf("mask")],
                  cells[columns.indexOf("split")],
                  i % 2 == 0 ? "north" : "south",
                  "patient " + i / 2));
    }
    Files.writeString(folder.resolve("set/sources.csv"), text);
  }

  @Test
  void resultsAreToldBySource() throws IOException {
    twoSources();
    String[] command = {
      "evaluate",
      "--model",
      at("run/model.zip"),
      "--data",
      at("set"),
      "--labels",
      "sources.csv",
      "--by",
      "source"
    };
    assertThat(run(command)).describedAs(err.toString()).isZero();
    assertThat(out.toString())
        .containsPattern("source +images +right +low +high +macro F1\n")
        .containsPattern("north +\\d +\\d.\\d{3}")
        .containsPattern("south +\\d +\\d.\\d{3}")
        .containsPattern("worst source: (north|south), \\d.\\d{3} right \\[")
        .contains("macro F1 by patient");
    assertThat(
            run(Stream.concat(Arrays.stream(command), Stream.of("--json")).toArray(String[]::new)))
        .isZero();
    assertThat(mistakes("metrics", out.toString())).isEmpty();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("sources")).hasSize(2);
    assertThat(json.at("/bootstrap/patients").asInt()).isLessThan(json.path("images").asInt());
    assertThat(json.path("command").asText()).endsWith("--by source");
    Files.writeString(
        folder.resolve("set/none.csv"),
        Files.readString(folder.resolve("set/sources.csv")).replaceAll(",(north|south),", ",,"));
    command[6] = "none.csv";
    assertThat(run(command)).isEqualTo(1);
    assertThat(err.toString())
        .contains("No image of the split 'test' of ", "fill the column source.");
  }

  @Test
  void allThatIsPrintedAsJsonSaysWhatItIs() throws IOException {
    String image = at("set/images/test-consolidation-00000.png");
    String[] picture = {
      "explain", "--model", at("run/model.zip"), "--image", image, "--out", at("x.png"), "--json"
    };
    assertThat(run(picture)).describedAs(err.toString()).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).path("kind").asText())
        .isEqualTo("explain image");
    String[] all = {
      "explain",
      "--model",
      at("run/model.zip"),
      "--data",
      at("set"),
      "--split",
      "val",
      "--out",
      at("asJson"),
      "--json"
    };
    assertThat(run(all)).describedAs(err.toString()).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("kind").asText()).isEqualTo("explain data");
    assertThat(json.path("schemaVersion").asText()).isEqualTo("1.0");
  }

  @Test
  void theModelCardSaysWhatTheModelIsAndAsksTheRest() {
    assertThat(folder.resolve("run/MODEL_CARD.md"))
        .content()
        .contains(
            "# Model card: run",
            "| train | 18 | 18 | 6 | 6 | 6 | phantom |",
            "of the relevance for the predicted class lies outside the mask (9 images of the split"
                + " test, biased)",
            "The class normal was tested on 3 images only.",
            "### What must it not be used for?");
  }

  @Test
  void aDataSetIsExplainedAndGoesOnWhereItWasInterrupted() throws IOException {
    String[] command = {
      "explain",
      "--model",
      at("run/model.zip"),
      "--data",
      at("set"),
      "--split",
      "test",
      "--out",
      at("maps")
    };
    assertThat(run(command)).describedAs(err.toString()).isZero();
    assertThat(out.toString()).startsWith("9 images explained, 0 of them before");
    assertThat(mistakes("explain", Files.readString(folder.resolve("maps/explain.json"))))
        .isEmpty();
    Path index = folder.resolve("maps/index.csv");
    List<String> lines = Files.readAllLines(index);
    assertThat(lines).hasSize(10);
    assertThat(lines.get(1))
        .matches(
            "1.0,images/test-consolidation-00000.png,consolidation,\\w+,0\\.\\d+,0\\.\\d+,"
                + "maps/images/test-consolidation-00000.png.npy,"
                + "overlays/images/test-consolidation-00000.png.\\d-\\w+.png");
    Path raw = folder.resolve("maps/maps/images/test-consolidation-00000.png.npy");
    try (INDArray maps = Nd4j.createFromNpyFile(raw.toFile())) {
      assertThat(maps.shape()).containsExactly(3, 1, 32, 32);
    }
    assertThat(
            ImageIO.read(folder.resolve("maps").resolve(lines.get(1).split(",")[7]).toFile())
                .getWidth())
        .isEqualTo(256);

    // As if killed while the seventh line was written.
    Files.writeString(index, String.join("\n", lines.subList(0, 7)) + "\n1.0,images/te");
    Files.delete(raw);
    assertThat(run(command)).describedAs(err.toString()).isZero();
    assertThat(out.toString()).startsWith("9 images explained, 6 of them before");
    assertThat(Files.readAllLines(index)).isEqualTo(lines);
    assertThat(raw).doesNotExist();

    command[command.length - 3] = "val";
    assertThat(run(command)).isEqualTo(1);
    assertThat(err.toString())
        .contains("'split' test, but now it is val", "choose another --out")
        .hasLineCount(1);
  }

  @Test
  void chosenClassesOfADataSetAreExplained() throws IOException {
    assertThat(
            run(
                "explain",
                "--model",
                at("run/model.zip"),
                "--data",
                at("set"),
                "--classes",
                "nodules,normal",
                "--split",
                "val",
                "--out",
                at("two")))
        .describedAs(err.toString())
        .isZero();
    try (INDArray maps =
        Nd4j.createFromNpyFile(
            folder.resolve("two/maps/images/val-nodules-00001.png.npy").toFile())) {
      assertThat(maps.shape()).containsExactly(2, 1, 32, 32);
    }
    assertThat(
            Files.readAllLines(folder.resolve("two/index.csv")).get(1).split(",")[7].split("\\|"))
        .hasSize(2);
    assertThat(
            run(
                "explain",
                "--model",
                at("run/model.zip"),
                "--data",
                at("set"),
                "--classes",
                "lungs",
                "--out",
                at("none")))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--classes names 'lungs'").hasLineCount(1);
    assertThat(folder.resolve("none")).doesNotExist();
  }

  private static List<String> mistakes(String schema, String json) throws IOException {
    return SchemaCheck.mistakes("urn:isnet:schema:" + schema, json);
  }

  /** A program that has DL4J on its class path and nothing of this project. */
  private static final String FOREIGN_PROGRAM =
      """
      import java.io.File;
      import org.deeplearning4j.nn.graph.ComputationGraph;
      import org.deeplearning4j.util.ModelSerializer;
      import org.nd4j.linalg.api.buffer.DataType;
      import org.nd4j.linalg.api.ndarray.INDArray;
      import org.nd4j.linalg.factory.Nd4j;

      public class Foreign {
        public static void main(String[] args) throws Exception {
          try {
            Class.forName("dev.isnet.model.ModelBundle");
            System.exit(3);
          } catch (ClassNotFoundException e) {
            // As it should be.
          }
          ComputationGraph network = ModelSerializer.restoreComputationGraph(new File(args[0]));
          INDArray images =
              Nd4j.linspace(DataType.FLOAT, 0, 1.0 / 2048, 2048).reshape(2, 1, 32, 32);
          for (float value : network.outputSingle(images).ravel().toFloatVector()) {
            System.out.println(value);
          }
        }
      }
      """;

  @Test
  void modelIsAnOrdinaryComputationGraph() throws Exception {
    Path source = Files.writeString(folder.resolve("Foreign.java"), FOREIGN_PROGRAM);
    String libraries =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar"))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("isnet-"))
            .collect(Collectors.joining(File.pathSeparator));
    Outcome outcome =
        ChildJvm.java(
                folder,
                folder.resolve("foreign.txt"),
                List.of("-cp", libraries, source.toString(), at("run/model.zip")))
            .finish();
    assertThat(outcome.code()).describedAs(outcome.err()).isZero();

    ModelBundle bundle = ModelBundle.read(folder.resolve("run/model.zip"));
    try (Predictor predictor = new Predictor(bundle.net())) {
      INDArray images = Nd4j.linspace(DataType.FLOAT, 0, 1.0 / 2048, 2048).reshape(2, 1, 32, 32);
      float[] expected = predictor.probabilities(images).ravel().toFloatVector();
      List<Float> foreign = outcome.out().lines().map(Float::valueOf).toList();
      assertThat(foreign).hasSize(6).hasSize(expected.length);
      for (int i = 0; i < expected.length; i++) {
        assertThat(foreign.get(i)).isCloseTo(expected[i], within(1e-5f));
      }
    }
  }

  @Test
  void sameCommandAgainTrainsNothing() throws IOException {
    byte[] before = Files.readAllBytes(folder.resolve("run/last.zip"));
    assertThat(run("train", at("e.yaml"), "--json")).isZero();
    assertThat(Files.readAllBytes(folder.resolve("run/last.zip"))).isEqualTo(before);
    assertThat(folder.resolve("run/metrics.csv")).content().hasLineCount(3);
    assertThat(new ObjectMapper().readTree(out.toString()).at("/splits/test/biased")).isNotEmpty();
  }

  @Test
  void otherSettingsInTheSameFolderAreRefused() throws IOException {
    Path changed = folder.resolve("changed.yaml");
    Files.writeString(changed, EXPERIMENT.replace("epochs: 2", "epochs: 3"));
    assertThat(run("train", changed.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("'training.epochs' 2, but now it is 3").hasLineCount(1);
  }

  @Test
  void effectiveConfigurationIsAnExperimentOfItsOwn() {
    assertThat(run("train", at("run/effective.yaml"))).describedAs(err.toString()).isZero();
  }

  @Test
  void modelIsEvaluatedInEveryScenario() throws IOException {
    for (String scenario : List.of("biased", "standard", "deceiving")) {
      assertThat(
              run(
                  "evaluate",
                  "--model",
                  at("run/model.zip"),
                  "--data",
                  at("set"),
                  "--bias",
                  scenario,
                  "--json"))
          .describedAs(err.toString())
          .isZero();
      JsonNode trained =
          new ObjectMapper()
              .readTree(folder.resolve("run/metrics.json").toFile())
              .at("/splits/test/" + scenario + "/macroF1");
      assertThat(new ObjectMapper().readTree(out.toString()).path("macroF1")).isEqualTo(trained);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"best.zip", "last.zip"})
  void checkpointsAreModelsInTheirOwnRight(String checkpoint) throws IOException {
    assertThat(
            run(
                "evaluate",
                "--model",
                at("run/" + checkpoint),
                "--data",
                at("set"),
                "--bias",
                "biased",
                "--json"))
        .describedAs(err.toString())
        .isZero();
    // Both are of the second epoch.
    assertThat(new ObjectMapper().readTree(out.toString()).path("macroF1"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(folder.resolve("run/metrics.json").toFile())
                .at("/splits/test/biased/macroF1"));
    Path image = folder.resolve("set/images/test-normal-00002.png");
    assertThat(
            run(
                "explain",
                "--model",
                at("run/" + checkpoint),
                "--image",
                image.toString(),
                "--out",
                at(checkpoint + ".png")))
        .isZero();
    ModelInfo info = ModelBundle.read(folder.resolve("run/" + checkpoint)).info();
    ModelInfo model = ModelBundle.read(folder.resolve("run/model.zip")).info();
    assertThat(info).isEqualTo(model);
    assertThat(info.provenance()).containsKeys("configuration", "seed", "versions", "epochs");
  }

  @Test
  void splitsAreMadeAndClassesBalancedOnTheWay() throws IOException {
    Path labels = folder.resolve("set/labels.csv");
    List<String> lines = Files.readAllLines(labels);
    List<String> unsplit =
        lines.stream().map(line -> line.replaceFirst(",(train|val|test),", ",,")).toList();
    Files.write(folder.resolve("set/unsplit.csv"), unsplit);
    String experiment =
        """
        data:
          folder: set
          labels: unsplit.csv
          splits: {train: 0.6, val: 0.2, test: 0.2, seed: 3}
          balance: %s
          threads: 3
          cache: decoded
        image: {height: 32, width: 32, channels: 1}
        backbone: {filters: [4, 4]}
        system: plain
        training: {epochs: 1}
        augmentation: {elastic: 0.05, noise: {range: 0.1, probability: 0.5}}
        bias:
          cues: {normal: {kind: vignette}}
          correlation: 0.8
        tests: [test]
        out: run-%s
        """;
    for (String balance : List.of("weights", "sampling")) {
      Path yaml = folder.resolve(balance + ".yaml");
      Files.writeString(yaml, experiment.formatted(balance, balance));
      assertThat(run("train", yaml.toString())).describedAs(err.toString()).isZero();
      assertThat(folder.resolve("run-" + balance + "/metrics.json")).exists();
      assertThat(run("train", at("run-" + balance + "/effective.yaml")))
          .describedAs(err.toString())
          .isZero();
    }
    assertThat(files("decoded")).isNotEmpty();
  }

  /** No splits, and no image of the class "normal". */
  @Test
  void aModelIsTestedOnWhateverImagesThereAre() throws IOException {
    String labels =
        Files.readAllLines(folder.resolve("set/labels.csv")).stream()
            .filter(line -> !line.contains(",normal,"))
            .map(line -> line.replaceFirst(",(split|train|val|test),", ","))
            .collect(Collectors.joining("\n"));
    Files.writeString(folder.resolve("set/whole.csv"), labels);
    String[] evaluate = {
      "evaluate", "--model", at("run/model.zip"), "--data", at("set"), "--labels", "whole.csv"
    };
    assertThat(run(evaluate)).describedAs(err.toString()).isZero();
    assertThat(err.toString())
        .contains("whole.csv tells no splits apart, so all its images are taken: 24.");
    assertThat(out.toString())
        .contains("macro values are means over the classes that have images: 2 of 3\n");
    out.getBuffer().setLength(0);
    assertThat(run(Stream.concat(Stream.of(evaluate), Stream.of("--json")).toArray(String[]::new)))
        .isZero();
    assertThat(mistakes("metrics", out.toString())).isEmpty();
    JsonNode found = new ObjectMapper().readTree(out.toString());
    assertThat(found.path("images").asInt()).isEqualTo(24);
    assertThat(found.at("/perClass/2/support").asInt()).isZero();
    assertThat(found.at("/perClass/2/f1").isMissingNode()).isTrue();
    assertThat(found.path("macroF1").asDouble())
        .isEqualTo(
            (found.at("/perClass/0/f1").asDouble() + found.at("/perClass/1/f1").asDouble()) / 2,
            within(1e-12));
  }

  @Test
  void evaluationIsATableForPeople() {
    assertThat(run("evaluate", "--model", at("run/model.zip"), "--data", at("set"))).isZero();
    assertThat(out.toString()).contains("precision", "nodules", "macro F1");
  }

  @Test
  void explanationIsAPicture() throws IOException {
    Path image = Files.list(folder.resolve("set/images")).sorted().findFirst().orElseThrow();
    assertThat(
            run(
                "explain",
                "--model",
                at("run/model.zip"),
                "--image",
                image.toString(),
                "--class",
                "nodules",
                "--out",
                at("heat.png")))
        .describedAs(err.toString())
        .isZero();
    assertThat(ImageIO.read(folder.resolve("heat.png").toFile()).getWidth()).isEqualTo(512);
    assertThat(out.toString()).contains("Explained: nodules");
  }

  @ParameterizedTest
  @ValueSource(strings = {"isnet-gradient-input", "rrr", "gain", "gain-no-masks", "ham"})
  void everySystemTrainsByNameAndIsReported(String system) throws IOException {
    Path yaml = folder.resolve(system + ".yaml");
    Files.writeString(
        yaml,
        EXPERIMENT.replace("out: run", "out: run-" + system)
            + "system: "
            + system
            + "\nrrr: {lambda: 0.01}\ngain: {layer: pool1}\n");
    assertThat(run("train", yaml.toString())).describedAs(err.toString()).isZero();
    assertThat(folder.resolve("run-" + system + "/report.html")).exists();
    assertThat(run("train", at("run-" + system + "/effective.yaml")))
        .describedAs(err.toString())
        .isZero();
  }

  @Test
  void aFeatureLayerThatIsNotThereIsNamedWithThoseThatAre() throws IOException {
    Path yaml = folder.resolve("nowhere.yaml");
    Files.writeString(
        yaml,
        EXPERIMENT.replace("out: run", "out: run-nowhere")
            + "system: gain\ngain: {layer: nowhere}\n");
    assertThat(run("train", yaml.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("\"nowhere\"", "pool2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lrp", "grad-cam", "gradient-input", "gradient"})
  void everyMethodExplains(String method) throws IOException {
    assertThat(explain("--method", method)).describedAs(err.toString()).isZero();
    assertThat(ImageIO.read(folder.resolve("method.png").toFile()).getWidth()).isEqualTo(512);
  }

  @Test
  void rulesAndLayersOfOtherMethodsAreWrongUse() throws IOException {
    assertThat(explain("--method", "gradcam")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "found 'gradcam', expected one of lrp, grad-cam, gradient-input, gradient,"
                + " attention-rollout;");
    assertThat(explain("--method", "grad-cam", "--rules", "textbook")).isEqualTo(2);
    assertThat(err.toString()).contains("--rules is given, but only --method lrp has rules.");
    assertThat(explain("--layer", "pool1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--layer is given, but only --method grad-cam has a layer.");
    assertThat(explain("--method", "grad-cam", "--layer", "nowhere")).isEqualTo(1);
    assertThat(err.toString()).contains("\"nowhere\"");
  }

  private int explain(String... more) throws IOException {
    Path image = Files.list(folder.resolve("set/images")).sorted().findFirst().orElseThrow();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "explain",
                "--model",
                at("run/model.zip"),
                "--image",
                image.toString(),
                "--out",
                at("method.png")));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void unknownClassIsWrongUseAndLeavesNothing() throws IOException {
    Path image = Files.list(folder.resolve("set/images")).sorted().findFirst().orElseThrow();
    assertThat(
            run(
                "explain",
                "--model",
                at("run/model.zip"),
                "--image",
                image.toString(),
                "--class",
                "7",
                "--out",
                at("none.png")))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--class is '7'", "0 to 2").hasLineCount(1);
    assertThat(folder.resolve("none.png")).doesNotExist();
  }

  @Test
  void imageThatIsNoneIsNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "not an image");
    assertThat(
            run(
                "explain",
                "--model",
                at("run/model.zip"),
                "--image",
                text.toString(),
                "--out",
                at("none.png")))
        .isEqualTo(1);
    assertThat(err.toString()).contains("text.png").hasLineCount(1);
    assertThat(
            run(
                "explain",
                "--model",
                at("run/model.zip"),
                "--image",
                at("nowhere.png"),
                "--out",
                at("none.png")))
        .isEqualTo(1);
    assertThat(err.toString()).contains("nowhere.png").hasLineCount(1);
    assertThat(folder.resolve("none.png")).doesNotExist();
  }

  private List<String> files(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(name))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
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
