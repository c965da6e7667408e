package dev.isnet.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.layer.SelfAttention;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.explain.Explainer;
import dev.isnet.explain.Heatmap;
import dev.isnet.explain.Method;
import dev.isnet.graph.Predictor;
import dev.isnet.graph.Twin;
import dev.isnet.relevance.RelevanceGraph;
import dev.isnet.relevance.RuleSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class VisionTransformerTest {
  private static final ImageSize SIZE = new ImageSize(8, 12, 3);
  private static final int TOKENS = 7;

  @TempDir private Path folder;

  @Test
  void b16HasThePublishedParametersAndShapes() {
    ComputationGraphConfiguration conf =
        VisionTransformer.b16(new ImageSize(224, 224, 3), 1000).build();
    assertThat(ParameterCount.of(conf)).isEqualTo(new ParameterCount(86_567_656, 0));
    InputType image = InputType.convolutional(224, 224, 3);
    assertThat(Configurations.shape(conf, image, "patches")).containsExactly(768, 14, 14);
    assertThat(Configurations.shape(conf, image, "tokens")).containsExactly(768, 1, 197);
    assertThat(Configurations.shape(conf, image, "block12.qkv")).containsExactly(2304, 1, 197);
    assertThat(Configurations.shape(conf, image, "block12.attention")).containsExactly(768, 1, 197);
    assertThat(Configurations.shape(conf, image, "norm")).containsExactly(768, 1, 1);
    assertThat(((SelfAttention) Configurations.layer(conf, "block1.attention")).getHeads())
        .isEqualTo(12);
  }

  @Test
  void smallHasAboutAMillionParameters() {
    long block = 4 * 128 + (128 + 1) * 384L + (128 + 1) * 128 + 129 * 512 + 513 * 128;
    long all = (8 * 8 * 3 + 1) * 128 + 128 + 65 * 128 + 6 * block + 2 * 128 + (128 + 1) * 3;
    assertThat(
            ParameterCount.of(VisionTransformer.small(new ImageSize(64, 64, 3), 3).build())
                .trainable())
        .isEqualTo(all)
        .isBetween(1_000_000L, 1_500_000L);
  }

  @Test
  void theTwinSaysWhatTheSavedNetworkSays() throws IOException {
    ComputationGraph net = network();
    Path file = folder.resolve("vit.zip");
    ModelSerializer.writeModel(net, file.toFile(), false);
    INDArray images = images(DataType.FLOAT);
    INDArray expected =
        ModelSerializer.restoreComputationGraph(file.toFile()).output(false, images)[0];
    try (Predictor predictor = new Predictor(net)) {
      INDArray found = predictor.probabilities(images);
      assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
    ComputationGraph precise = net.convertDataType(DataType.DOUBLE);
    INDArray pixels = images(DataType.DOUBLE);
    try (Predictor predictor = new Predictor(precise)) {
      assertThat(
              predictor
                  .probabilities(pixels)
                  .sub(precise.output(false, pixels)[0])
                  .amaxNumber()
                  .doubleValue())
          .isLessThan(1e-12);
    }
  }

  @Test
  void aClassTokenComesFirstAndPositionsAreAdded() {
    ComputationGraph net = network();
    Map<String, INDArray> activations = net.feedForward(images(DataType.FLOAT), false);
    INDArray patches = activations.get("patches");
    INDArray tokens = activations.get("tokens");
    INDArray positions = net.getParam("tokens_pos");
    assertThat(tokens.getDouble(1, 5, 0, 0))
        .isCloseTo(
            net.getParam("tokens_cls").getDouble(5) + positions.getDouble(5, 0), within(1e-6));
    assertThat(tokens.getDouble(1, 5, 0, 6))
        .isCloseTo(patches.getDouble(1, 5, 1, 2) + positions.getDouble(5, 6), within(1e-6));
  }

  @Test
  void mapsAreTheRolloutOfTheAttention() {
    ComputationGraph net = network();
    INDArray images = images(DataType.FLOAT);
    Map<String, INDArray> activations = net.feedForward(images, false);
    double[][] first = attention(activations.get("block1.qkv"), 1);
    double[][] second = attention(activations.get("block2.qkv"), 1);
    double[] expected = new double[TOKENS];
    for (int j = 0; j < TOKENS; j++) {
      for (int i = 0; i < TOKENS; i++) {
        expected[j] += halfway(second, 0, i) * halfway(first, i, j);
      }
    }
    try (Explainer explainer = new Explainer(net, Method.attentionRollout())) {
      INDArray maps = explainer.explain(images);
      assertThat(maps.shape()).containsExactly(2, 3, 3, 8, 12);
      for (int k = 0; k < 3; k++) {
        assertThat(maps.getDouble(1, k, 2, 5, 9)).isCloseTo(expected[6] / (3 * 16), within(1e-7));
        assertThat(maps.getDouble(1, k, 0, 0, 4)).isCloseTo(expected[2] / (3 * 16), within(1e-7));
      }
      assertThat(maps.slice(1).slice(0).sumNumber().doubleValue())
          .isCloseTo(1 - expected[0], within(1e-5));
      List<Heatmap> one = explainer.explain(images.slice(1), List.of("a", "b", "c"));
      assertThat((double) one.get(2).values()[4]).isCloseTo(expected[2] / (3 * 16), within(1e-7));
    }
  }

  /** Mean over two heads of width 4 of softmax(QᵀK/2), of one image. */
  private static double[][] attention(INDArray qkv, int image) {
    double[][] mean = new double[TOKENS][TOKENS];
    for (int head = 0; head < 2; head++) {
      for (int i = 0; i < TOKENS; i++) {
        double[] row = new double[TOKENS];
        double sum = 0;
        for (int j = 0; j < TOKENS; j++) {
          double score = 0;
          for (int d = 0; d < 4; d++) {
            score +=
                qkv.getDouble(image, head * 4 + d, 0, i)
                    * qkv.getDouble(image, 8 + head * 4 + d, 0, j);
          }
          row[j] = Math.exp(score / 2);
          sum += row[j];
        }
        for (int j = 0; j < TOKENS; j++) {
          mean[i][j] += row[j] / sum / 2;
        }
      }
    }
    return mean;
  }

  private static double halfway(double[][] attention, int i, int j) {
    return (attention[i][j] + (i == j ? 1 : 0)) / 2;
  }

  @Test
  void rolloutIsForTransformers() {
    ComputationGraph convolutions =
        new ComputationGraph(ConvNet.builder(SIZE, 2).optFilters(2).build());
    convolutions.init();
    assertThatThrownBy(() -> new Explainer(convolutions, Method.attentionRollout()))
        .isInstanceOf(InputException.class)
        .hasMessage("The network has no self-attention; attention rollout is for transformers.");
  }

  @Test
  void relevanceIsRefused() {
    Twin twin = Twin.of(network(), Twin.Mode.EVALUATION);
    assertThatThrownBy(() -> RelevanceGraph.heatmaps(twin, RuleSet.standard()))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Relevance does not pass the self-attention of vertex \"block1.attention\"; a transformer is explained by attention rollout and trained by the classification loss, system: plain.");
  }

  @Test
  void valuesOutOfRangeAreTold() {
    assertThatThrownBy(() -> VisionTransformer.b16(new ImageSize(32, 40, 3), 2).build())
        .hasMessage(
            "Images of 32×40 pixels do not fit this backbone; height and width must be multiples of 16.");
    assertThatThrownBy(() -> VisionTransformer.small(new ImageSize(8, 8, 1), 2).optHeads(3).build())
        .hasMessage("the width is 128, but must be a multiple of the heads, 3");
    assertThatThrownBy(() -> VisionTransformer.small(SIZE, 2).optBlocks(0))
        .hasMessage("blocks is 0, but must be at least 1");
  }

  private static INDArray images(DataType type) {
    Nd4j.getRandom().setSeed(13);
    return Nd4j.rand(type, 2, 3, 8, 12);
  }

  /** Six patches, two heads of width 4; all parameters random. */
  static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(
            VisionTransformer.small(SIZE, 3)
                .optPatch(4)
                .optBlocks(2)
                .optWidth(8)
                .optHeads(2)
                .optSeed(5)
                .build());
    net.init();
    Nd4j.getRandom().setSeed(11);
    net.paramTable()
        .values()
        .forEach(p -> p.addi(Nd4j.rand(p.dataType(), p.shape()).muli(0.6).subi(0.3)));
    return net;
  }
}
