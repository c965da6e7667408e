package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isnet.backbone.VisionTransformer;
import dev.isnet.backbone.layer.SelfAttention;
import dev.isnet.backbone.layer.TokenEmbedding;
import dev.isnet.backbone.layer.TokenNorm;
import dev.isnet.cli.report.PageLook;
import dev.isnet.data.ImageSize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Networks that were not made here: one looks at the object, one at a marker in the corner that
 * goes with the class. Both are always right on the images as they are.
 */
class AuditIT {
  private static final int SIDE = 24;

  /** Rows and columns of the object; the marker has the first four of each. */
  private static final int BEGIN = 9;

  private static final int END = 17;

  @TempDir private static Path folder;
  private StringWriter out;
  private StringWriter err;

  /** 40 images with masks and 10 without, bright objects with a marker and dark ones without. */
  @BeforeAll
  static void images() throws IOException {
    Files.createDirectories(folder.resolve("set"));
    StringBuilder labels = new StringBuilder("file,label,mask,split,source\n");
    StringBuilder several = new StringBuilder("file,label:bright,label:marked,mask,split\n");
    BufferedImage mask = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    fill(mask, BEGIN, END, 255);
    ImageIO.write(mask, "png", folder.resolve("set/mask.png").toFile());
    for (int i = 0; i < 50; i++) {
      boolean bright = i % 2 == 0;
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
      fill(image, 0, SIDE, 40 + i % 7);
      fill(image, BEGIN, END, bright ? 230 : 80);
      fill(image, 0, 4, bright ? 255 : 45);
      ImageIO.write(image, "png", folder.resolve("set/%d.png".formatted(i)).toFile());
      String masked = i < 40 ? "mask.png" : "";
      labels.append(
          "%d.png,%s,%s,test,%s\n"
              .formatted(i, bright ? "bright" : "dark", masked, i < 25 ? "north" : "south"));
      several.append("%d.png,%d,%d,%s,test\n".formatted(i, bright ? 1 : 0, bright ? 1 : 0, masked));
    }
    Files.writeString(folder.resolve("set/labels.csv"), labels);
    Files.writeString(folder.resolve("set/several.csv"), several);
  }

  private static void fill(BufferedImage image, int begin, int end, int grey) {
    for (int i = begin; i < end; i++) {
      for (int j = begin; j < end; j++) {
        image.setRGB(i, j, grey << 16 | grey << 8 | grey);
      }
    }
  }

  @BeforeEach
  void streams() {
    out = new StringWriter();
    err = new StringWriter();
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private static String at(String name) {
    return folder.resolve(name).toString();
  }

  /** The mean of a square decides: above half of what is white it is bright. */
  private static void look(INDArray weights, INDArray bias, int begin, int end, double white) {
    double each = 20 / white / ((end - begin) * (end - begin));
    weights.assign(0);
    bias.assign(0);
    for (int row = begin; row < end; row++) {
      for (int column = begin; column < end; column++) {
        weights.putScalar(row * SIDE + column, 0, each);
        for (long k = 1; k < weights.size(1); k++) {
          weights.putScalar(new long[] {row * SIDE + column, k}, -each);
        }
      }
    }
    bias.putScalar(0, -10);
    for (long k = 1; k < bias.length(); k++) {
      bias.putScalar(k, 10);
    }
  }

  private static ConvolutionLayer copy() {
    return new ConvolutionLayer.Builder(1, 1).nOut(1).activation(Activation.RELU).build();
  }

  private static OutputLayer output(int classes, Activation activation, LossFunction loss) {
    return new OutputLayer.Builder(loss).nOut(classes).activation(activation).build();
  }

  private static ComputationGraph graph(int begin, int end, double white) {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("copy", copy(), "in")
                .addLayer("out", output(2, Activation.SOFTMAX, LossFunction.MCXENT), "copy")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
                .build());
    network.init();
    network.getLayer("copy").getParam("W").assign(1);
    look(
        network.getLayer("out").getParam("W"),
        network.getLayer("out").getParam("b"),
        begin,
        end,
        white);
    return network;
  }

  private static MultiLayerNetwork sequence(
      int begin, int end, int outputs, Activation activation, LossFunction loss) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(copy())
                .layer(output(outputs, activation, loss))
                .setInputType(InputType.convolutional(SIDE, SIDE, 1))
                .build());
    network.init();
    network.getLayer(0).getParam("W").assign(1);
    look(network.getLayer(1).getParam("W"), network.getLayer(1).getParam("b"), begin, end, 1);
    return network;
  }

  private JsonNode audit(Model network, String... more) throws IOException {
    ModelSerializer.writeModel(network, folder.resolve("m.zip").toFile(), false);
    return audit(more);
  }

  private JsonNode audit(String... more) throws IOException {
    String[] args =
        Stream.concat(
                Stream.of("audit", "--model", at("m.zip"), "--data", at("set"), "--out", at("out")),
                Arrays.stream(more))
            .toArray(String[]::new);
    assertThat(run(args)).describedAs(err.toString()).isZero();
    String json = Files.readString(folder.resolve("out/audit.json"));
    assertThat(SchemaCheck.mistakes("urn:isnet:schema:audit", json)).isEmpty();
    return new ObjectMapper().readTree(json);
  }

  @Test
  void aNetworkThatLooksAtTheMarkerDecidesByTheBackground() throws IOException {
    JsonNode found = audit(graph(0, 4, 1));
    assertThat(found.at("/verdict/kind").asText()).isEqualTo("background");
    assertThat(found.at("/performance/accuracy/value").asDouble()).isEqualTo(1);
    assertThat(found.at("/attention/overall/backgroundShare/value").asDouble()).isEqualTo(1);
    assertThat(found.at("/flips/another/rate/value").asDouble()).isEqualTo(1);
    assertThat(found.at("/followed/value").asDouble()).isEqualTo(1);
    assertThat(found.at("/flips/noObject/rate/value").asDouble()).isZero();
    assertThat(found.at("/data/images").asInt()).isEqualTo(50);
    assertThat(found.at("/data/counted").asInt()).isEqualTo(40);
    assertThat(out.toString())
        .startsWith(
            "The classifier decides by the background: another one changes what it says.\n"
                + "100 % [100, 100] of the relevance lies outside the masks, as do 89 % of the pixels;"
                + " another image's background flips 100 % [93, 100] of the decisions (40 images with"
                + " masks, 95 % intervals).\n");
  }

  @Test
  void aNetworkThatLooksAtTheObjectDecidesByIt() throws IOException {
    JsonNode found = audit(graph(BEGIN, END, 1));
    assertThat(found.at("/verdict/kind").asText()).isEqualTo("object");
    assertThat(found.at("/attention/overall/backgroundShare/value").asDouble()).isZero();
    for (String change : List.of("another", "noise", "blur", "meanColour")) {
      assertThat(found.at("/flips/" + change + "/rate/value").asDouble()).isZero();
    }
    assertThat(found.at("/flips/noObject/rate/value").asDouble()).isEqualTo(0.5); // the bright
    assertThat(found.at("/schemaVersion").asText()).isEqualTo("1.0");
    assertThat(found.at("/kind").asText()).isEqualTo("audit");
    assertThat(found.at("/heatmaps/method").asText()).isEqualTo("lrp");
  }

  @Test
  void whatWasGuessedIsTold() throws IOException {
    audit(graph(BEGIN, END, 1));
    assertThat(err.toString())
        .contains(
            "audit: Guessed from the network's layers: images of 24 x 24 pixels (height x width)"
                + ", channels: 1; --size says otherwise.\n"
                + "audit: Guessed from the data's labels: the network's outputs are, in this order,"
                + " bright, dark; --classes says otherwise.\n"
                + "audit: Guessed: the network takes pixels from 0 (black) to 1 (white); --scale says"
                + " otherwise.\n");
  }

  @Test
  void aMultiLayerNetworkIsAuditedAlike() throws IOException {
    JsonNode marker = audit(sequence(0, 4, 2, Activation.SOFTMAX, LossFunction.MCXENT));
    assertThat(marker.at("/verdict/kind").asText()).isEqualTo("background");
    JsonNode object = audit(sequence(BEGIN, END, 2, Activation.SOFTMAX, LossFunction.MCXENT));
    assertThat(object.at("/verdict/kind").asText()).isEqualTo("object");
  }

  /** One sigmoid output tells two classes apart: 0 is the first. */
  @Test
  void oneSigmoidOutputWillDo() throws IOException {
    JsonNode found =
        audit(
            sequence(BEGIN, END, 1, Activation.SIGMOID, LossFunction.XENT),
            "--classes",
            "dark,bright");
    assertThat(found.at("/performance/accuracy/value").asDouble()).isEqualTo(1);
    assertThat(found.at("/verdict/kind").asText()).isEqualTo("object");
  }

  @Test
  void severalLabelsAreThoseAboveHalf() throws IOException {
    JsonNode found =
        audit(sequence(0, 4, 2, Activation.SIGMOID, LossFunction.XENT), "--labels", "several.csv");
    assertThat(found.at("/model/multiLabel").asBoolean()).isTrue();
    assertThat(Files.readAllLines(folder.resolve("out/audit.csv")).get(1))
        .startsWith("1.0,0.png,bright|marked,bright,0,bright,");
    // "marked" is said of those that are not, which is wrong of all.
    assertThat(found.at("/performance/labels/0/accuracy/value").asDouble()).isEqualTo(1);
    assertThat(found.at("/performance/labels/1/accuracy/value").asDouble()).isZero();
    assertThat(found.at("/performance/labels/1/known").asInt()).isEqualTo(50);
    assertThat(found.at("/performance/macroF1").asDouble()).isEqualTo(0.5);
    // Another background changes both answers, in each image that it takes the marker from or to.
    assertThat(found.at("/flips/another/perClass/marked"))
        .isEqualTo(found.at("/flips/another/rate"));
  }

  /** Of every second image nobody knows whether it is marked. */
  @Test
  void unknownLabelsCountNowhere() throws IOException {
    StringBuilder labels = new StringBuilder("file,label:bright,label:marked,mask,split\n");
    for (int i = 0; i < 50; i++) {
      int bright = i % 2 == 0 ? 1 : 0;
      labels.append(
          "%d.png,%d,%s,%s,test\n"
              .formatted(i, bright, i % 4 < 2 ? "-1" : 1 - bright, i < 40 ? "mask.png" : ""));
    }
    Files.writeString(folder.resolve("set/unknown.csv"), labels);
    JsonNode found =
        audit(sequence(0, 4, 2, Activation.SIGMOID, LossFunction.XENT), "--labels", "unknown.csv");
    JsonNode marked = found.at("/performance/labels/1");
    assertThat(marked.path("known").asInt()).isEqualTo(24);
    assertThat(marked.path("accuracy").path("value").asDouble()).isEqualTo(1);
    assertThat(found.at("/performance/accuracy/value").asDouble()).isEqualTo(1);
    assertThat(found.at("/performance/kappa/value").asDouble()).isEqualTo(1);
    assertThat(found.at("/flips/another/perClass/marked/value").asDouble()).isGreaterThan(0.5);
    assertThat(Files.readAllLines(folder.resolve("out/audit.csv")).get(1))
        .startsWith("1.0,0.png,bright|marked?,bright,1,bright,");
  }

  /**
   * The same functions with layers that no twin knows in between, none of which changes anything.
   */
  private static MultiLayerNetwork unusual(int begin, int end) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new FrozenLayer(copy()))
                .layer(new PReLULayer.Builder().inputShape(1, SIDE, SIDE).sharedAxes(2, 3).build())
                .layer(new LocalResponseNormalization.Builder().k(1).n(1).alpha(1e-9).build())
                .layer(output(2, Activation.SOFTMAX, LossFunction.MCXENT))
                .setInputType(InputType.convolutional(SIDE, SIDE, 1))
                .build());
    network.init();
    network.getLayer(0).getParam("W").assign(1);
    look(network.getLayer(3).getParam("W"), network.getLayer(3).getParam("b"), begin, end, 1);
    return network;
  }

  @Test
  void networksThatNoTwinKnowsAreAuditedByBackpropagation() throws IOException {
    JsonNode marker = audit(unusual(0, 4), "--batch", "20");
    assertThat(marker.at("/verdict/kind").asText()).isEqualTo("background");
    assertThat(marker.at("/performance/accuracy/value").asDouble()).isEqualTo(1);
    assertThat(marker.at("/attention/overall/backgroundShare/value").asDouble()).isEqualTo(1);
    assertThat(marker.at("/heatmaps/method").asText()).isEqualTo("gradient-input");
    assertThat(marker.at("/heatmaps/why").asText())
        .matches("Vertex \"layer1\" is a PReLULayer, which a twin does not know\\.");
    assertThat(marker.at("/trust/absorbedByEpsilon").isMissingNode()).isTrue();
    assertThat(marker.at("/trust/randomisation")).isNotEmpty();
    assertThat(err.toString())
        .contains("audit: The heatmaps are made by Gradient×Input by Deeplearning4j’s own");
    assertThat(Files.readString(folder.resolve("out/audit.html")))
        .contains("not by layer-wise relevance propagation: Vertex 'layer1' is a PReLULayer");
    assertThat(audit(unusual(BEGIN, END)).at("/verdict/kind").asText()).isEqualTo("object");
  }

  @Test
  void transformersAreAuditedByAttentionRollout() throws IOException {
    ComputationGraph network =
        new ComputationGraph(
            VisionTransformer.small(new ImageSize(SIDE, SIDE, 1), 2)
                .optPatch(8)
                .optBlocks(1)
                .optWidth(16)
                .optHeads(2)
                .build());
    network.init();
    JsonNode found = audit(network);
    assertThat(found.at("/heatmaps/method").asText()).isEqualTo("attention-rollout");
    assertThat(found.at("/heatmaps/why").asText())
        .startsWith("Relevance does not pass the self-attention of vertex");
    assertThat(found.at("/attention/overall/backgroundShare/value").asDouble()).isBetween(0.1, 1.0);
    assertThat(found.at("/trust/curves")).hasSize(6);
    assertThat(found.at("/trust/randomisation")).isNotEmpty();
    // Attention is no part of a logit.
    assertThat(found.at("/trust/completenessError").isMissingNode()).isTrue();
    assertThat(out.toString()).contains("of the attention lies outside the masks");
    assertThat(Files.readString(folder.resolve("out/audit.html")))
        .contains("attention rollout (Abnar and Zuidema 2020), which is the same for every class");
  }

  /** A transformer with a layer that no twin knows: Deeplearning4j's gradient of it is wrong. */
  @Test
  void networksWithWrongGradientsAreAuditedWithoutHeatmaps() throws Exception {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .graphBuilder()
                .addInputs("in")
                .addLayer("patches", convolution(8, 16), "in")
                .addLayer("tokens", new TokenEmbedding(), "patches")
                .addLayer("norm", new TokenNorm(), "tokens")
                .addLayer("qkv", convolution(1, 48), "norm")
                .addLayer("attention", new SelfAttention(2), "qkv")
                .addLayer("unknown", new LocalResponseNormalization.Builder().build(), "attention")
                .addLayer("out", output(2, Activation.SOFTMAX, LossFunction.MCXENT), "unknown")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
                .build());
    network.init();
    JsonNode found = audit(network);
    assertThat(found.at("/heatmaps/method").asText()).isEqualTo("none");
    assertThat(found.at("/heatmaps/why").asText())
        .startsWith("Vertex \"unknown\" is a LocalResponseNormalization")
        .contains("Deeplearning4j's own gradient of this network is wrong (");
    assertThat(found.path("attention").isMissingNode()).isTrue();
    assertThat(found.path("trust").isMissingNode()).isTrue();
    assertThat(found.at("/flips/another/images").asInt()).isEqualTo(40);
    assertThat(found.path("worst")).hasSize(10);
    assertThat(err.toString())
        .contains("audit: There are no heatmaps, so the verdict rests on the flips alone: Vertex");
    assertThat(out.toString()).contains("There are no heatmaps; another image's background flips");
    assertThat(Files.readAllLines(folder.resolve("out/audit.csv")).get(1))
        .contains(",north,,1,0.888889,,,,,,,,");
    PageLook.at(folder.resolve("out/audit.html"), "audit-without-heatmaps");
  }

  private static ConvolutionLayer convolution(int side, int channels) {
    return new ConvolutionLayer.Builder(side, side)
        .stride(side, side)
        .nOut(channels)
        .activation(Activation.IDENTITY)
        .build();
  }

  @Test
  void frozenLayersAreLookedThrough() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new FrozenLayer(copy()))
                .layer(output(2, Activation.SOFTMAX, LossFunction.MCXENT))
                .setInputType(InputType.convolutional(SIDE, SIDE, 1))
                .build());
    network.init();
    network.getLayer(0).getParam("W").assign(1);
    look(network.getLayer(1).getParam("W"), network.getLayer(1).getParam("b"), 0, 4, 1);
    JsonNode found = audit(network);
    assertThat(found.at("/verdict/kind").asText()).isEqualTo("background");
    assertThat(found.at("/heatmaps/method").asText()).isEqualTo("lrp");
  }

  @Test
  void severalInputsAreRefusedInOneSentence() throws IOException {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("left", "right")
                .addLayer("a", copy(), "left")
                .addLayer("b", copy(), "right")
                .addLayer("out", output(2, Activation.SOFTMAX, LossFunction.MCXENT), "a", "b")
                .setOutputs("out")
                .setInputTypes(
                    InputType.convolutional(SIDE, SIDE, 1), InputType.convolutional(SIDE, SIDE, 1))
                .build());
    network.init();
    ModelSerializer.writeModel(network, folder.resolve("m.zip").toFile(), false);
    assertThat(run("audit", "--model", at("m.zip"), "--data", at("set"), "--out", at("refused")))
        .isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "isnet: The network has 2 inputs (left, right), but must have one, for images.\n");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  /** Curves of both ways in all three regions, with intervals. */
  @Test
  void curvesTellWhereTheEvidenceIs() throws IOException {
    JsonNode curves = audit(graph(BEGIN, END, 1)).at("/trust/curves");
    assertThat(curves).hasSize(6);
    JsonNode inside = curves.get(1);
    JsonNode outside = curves.get(2);
    assertThat(inside.path("way").asText() + " " + inside.path("region").asText())
        .isEqualTo("deletion inside");
    assertThat(inside.path("points")).hasSize(11);
    assertThat(inside.at("/points/0/score/value").asDouble()).isGreaterThan(0.9);
    assertThat(outside.at("/points/10/score/value").asDouble())
        .isEqualTo(outside.at("/points/0/score/value").asDouble());
    assertThat(inside.at("/area/value").asDouble())
        .isLessThan(outside.at("/area/value").asDouble());
    assertThat(inside.at("/area/low").asDouble())
        .isLessThanOrEqualTo(inside.at("/area/value").asDouble());
    assertThat(Files.readString(folder.resolve("out/audit.html")))
        .contains(">Deletion<", ">Insertion<", "inside the mask");
  }

  @Test
  void pixelsAreScaledAsAskedOrAsTheModelSays() throws IOException {
    ComputationGraph network = graph(BEGIN, END, 255);
    JsonNode asked = audit(network, "--scale", "0,255");
    assertThat(asked.at("/performance/accuracy/value").asDouble()).isEqualTo(1);
    assertThat(asked.at("/verdict/kind").asText()).isEqualTo("object");
    ModelSerializer.addNormalizerToModel(
        folder.resolve("m.zip").toFile(), new ImagePreProcessingScaler(0, 255));
    JsonNode told = audit();
    assertThat(told.at("/model/scale").toString()).isEqualTo("[0.0,255.0]");
    assertThat(told.at("/performance/accuracy/value").asDouble()).isEqualTo(1);
  }

  @Test
  void fewImagesSayNothing() throws IOException {
    JsonNode found = audit(graph(0, 4, 1), "--limit", "12", "--batch", "5");
    assertThat(found.at("/data/images").asInt()).isEqualTo(12);
    assertThat(found.at("/verdict/kind").asText()).isEqualTo("too-few");
  }

  @Test
  void theSameSeedGivesTheSameAudit() throws IOException {
    audit(graph(0, 4, 1), "--seed", "7");
    String first = Files.readString(folder.resolve("out/audit.csv"));
    audit("--seed", "7", "--batch", "3");
    assertThat(folder.resolve("out/audit.csv")).content().isEqualTo(first);
  }

  @Test
  void thePageStandsAloneAndTheTableHasALineForEachImage() throws IOException {
    audit(graph(0, 4, 1));
    String page = Files.readString(folder.resolve("out/audit.html"));
    assertThat(page)
        .contains("The classifier decides by the background")
        .contains("100 % of the relevance lies outside the mask; with another image")
        .contains("--data " + at("set"))
        .doesNotContain("src=\"http", "href=\"http", ">NaN")
        // Of each image there is one map, so there is no class to choose.
        .doesNotContain("<select");
    assertThat(page.split("<article", -1)).hasSize(11);
    List<String> lines = Files.readAllLines(folder.resolve("out/audit.csv"));
    assertThat(lines).hasSize(51);
    assertThat(lines.get(1)).startsWith("1.0,0.png,bright,bright,1,bright,").contains(",north,,1,");
    assertThat(lines.get(50)).contains(",south,,0,,,");
  }

  @Test
  void thePageFitsScreenPhoneAndPaper() throws Exception {
    audit(graph(0, 4, 1));
    PageLook.at(folder.resolve("out/audit.html"), "audit");
  }
}
