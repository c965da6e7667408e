package dev.isnet.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.ImageSize;
import dev.isnet.graph.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AgSononetTest {
  private static final ImageSize SIZE = new ImageSize(32, 48, 3);

  @TempDir private Path folder;

  @Test
  void parametersAreThoseOfItsLayers() {
    // filters 8, 16, 32, 64, 64 in 3, 3, 3, 2 and 2 convolutions of one channel
    long convolutions =
        9 * (8 + 2 * 8 * 8 + 8 * 16 + 2 * 16 * 16 + 16 * 32 + 2 * 32 * 32)
            + 9 * (32 * 64 + 64 * 64 + 2 * 64 * 64);
    long channels = 3 * 8 + 3 * 16 + 3 * 32 + 2 * 64 + 2 * 64;
    long gates = (32 + 64 + 1) * 64 + (64 + 64 + 1) * 64 + 2 * 64;
    long classes = (32 + 64 + 64 + 1) * 14;
    assertThat(
            ParameterCount.of(
                AgSononet.builder(new ImageSize(208, 272, 1), 14).optFeatureScale(8).build()))
        .isEqualTo(new ParameterCount(convolutions + 2 * channels + gates + classes, 2 * channels));
  }

  @Test
  void stagesHalveAndGatesHaveTheirStagesSize() {
    ComputationGraphConfiguration conf = AgSononet.builder(SIZE, 3).build();
    InputType image = InputType.convolutional(32, 48, 3);
    assertThat(Configurations.shape(conf, image, "relu1.3")).containsExactly(16, 32, 48);
    assertThat(Configurations.shape(conf, image, "relu3.3")).containsExactly(64, 8, 12);
    assertThat(Configurations.shape(conf, image, "relu4.2")).containsExactly(128, 4, 6);
    assertThat(Configurations.shape(conf, image, "relu5.2")).containsExactly(128, 2, 3);
    assertThat(Configurations.shape(conf, image, "gate3.phi")).containsExactly(128, 2, 3);
    assertThat(Configurations.shape(conf, image, "gate3.gating")).containsExactly(128, 8, 12);
    assertThat(Configurations.shape(conf, image, "attention3")).containsExactly(1, 8, 12);
    assertThat(Configurations.shape(conf, image, "attended4")).containsExactly(128, 4, 6);
    assertThat(Configurations.shape(conf, image, "features")).containsExactly(64 + 128 + 128);
  }

  @Test
  void attentionIsTheNormalisedCompatibility() {
    ComputationGraph net = network();
    var activations = net.feedForward(Nd4j.rand(DataType.FLOAT, 1, 3, 32, 48), false);
    float[] q = activations.get("gate4.compatibility").dup('c').data().asFloat();
    float[] attention = activations.get("attention4").dup('c').data().asFloat();
    float[] x = activations.get("relu4.2").dup('c').data().asFloat();
    float[] attended = activations.get("sum4").dup('c').data().asFloat();
    float least = Float.POSITIVE_INFINITY;
    for (float each : q) {
      least = Math.min(least, each);
    }
    double sum = 0;
    for (float each : q) {
      sum += each - least + 0.1;
    }
    double first = 0;
    for (int i = 0; i < 24; i++) {
      double expected = (q[i] - least) / sum;
      assertThat((double) attention[i]).isCloseTo(expected, within(1e-6));
      first += expected * x[i];
    }
    assertThat((double) attended[0]).isCloseTo(first, within(1e-5));
  }

  @Test
  void theTwinSaysWhatTheSavedNetworkSays() throws IOException {
    ComputationGraph net = network();
    Path file = folder.resolve("net.zip");
    ModelSerializer.writeModel(net, file.toFile(), false);
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 3, 32, 48);
    INDArray expected =
        ModelSerializer.restoreComputationGraph(file.toFile()).output(false, images)[0];
    try (Predictor predictor = new Predictor(net)) {
      INDArray found = predictor.probabilities(images);
      assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  @Test
  void valuesOutOfRangeAreTold() {
    assertThatThrownBy(() -> AgSononet.builder(new ImageSize(32, 40, 3), 2).build())
        .hasMessage(
            "Images of 32×40 pixels do not fit this backbone; height and width must be multiples of 16.");
    assertThatThrownBy(() -> AgSononet.builder(SIZE, 2).optFeatureScale(65))
        .hasMessage("the feature scale is 65, but must be from 1 to 64");
  }

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(AgSononet.builder(SIZE, 3).optFeatureScale(16).optSeed(5).build());
    net.init();
    return net;
  }
}
