package dev.isnet.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.ImageSize;
import dev.isnet.explain.Explainer;
import dev.isnet.graph.Predictor;
import dev.isnet.relevance.RuleSet;
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
import org.nd4j.linalg.ops.transforms.Transforms;

class MultiTaskUNetTest {
  private static final ImageSize SIZE = new ImageSize(16, 24, 3);

  @TempDir private Path folder;

  @Test
  void thePapersHasItsUNetAndThreeDenseLayers() {
    ComputationGraphConfiguration conf =
        MultiTaskUNet.builder(new ImageSize(224, 224, 3), 3)
            .optDepth(5)
            .optFilters(64)
            .optDense(4096)
            .build();
    long unet = 31_037_633;
    long dense = (1024 * 49 + 1) * 4096L + (4096 + 1) * 4096L + (4096 + 1) * 3;
    assertThat(ParameterCount.of(conf).trainable()).isEqualTo(unet + dense);
    InputType image = InputType.convolutional(224, 224, 3);
    assertThat(Configurations.shape(conf, image, "average")).containsExactly(1024, 7, 7);
    assertThat(Configurations.shape(conf, image, "mask")).containsExactly(1, 224, 224);
    assertThat(Configurations.shape(conf, image, "classes")).containsExactly(3);
  }

  @Test
  void theTwinSaysBothThingsAsTheSavedNetworkDoes() throws IOException {
    ComputationGraph net = network();
    Path file = folder.resolve("net.zip");
    ModelSerializer.writeModel(net, file.toFile(), false);
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 3, 16, 24);
    INDArray[] expected =
        ModelSerializer.restoreComputationGraph(file.toFile()).output(false, images);
    try (Predictor predictor = new Predictor(net)) {
      INDArray classes = predictor.probabilities(images);
      INDArray mask = Transforms.sigmoid(predictor.maskLogits(images));
      assertThat(classes.sub(expected[0]).amaxNumber().doubleValue()).isLessThan(1e-5);
      assertThat(mask.sub(expected[1]).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  @Test
  void theClassesAreExplainedAndTheirRelevanceIsConserved() {
    ComputationGraph net = network().convertDataType(DataType.DOUBLE);
    net.getParam("dense1_b").assign(0);
    INDArray images = Nd4j.rand(DataType.DOUBLE, 2, 3, 16, 24);
    try (Explainer explainer = new Explainer(net, RuleSet.gradientTimesInput());
        Predictor predictor = new Predictor(net)) {
      // fresh batch norms only scale, so nothing is absorbed
      INDArray sums = explainer.explain(images).sum(2, 3, 4);
      INDArray logits = predictor.logits(images);
      assertThat(sums.sub(logits).amaxNumber().doubleValue())
          .isLessThan(1e-9 * logits.amaxNumber().doubleValue());
    }
  }

  @Test
  void valuesOutOfRangeAreTold() {
    assertThatThrownBy(() -> MultiTaskUNet.builder(new ImageSize(36, 40, 1), 2).build())
        .hasMessage(
            "Images of 36×40 pixels do not fit this backbone; height and width must be multiples of 8.");
    assertThatThrownBy(() -> MultiTaskUNet.builder(SIZE, 2).optDense(0))
        .hasMessage("dense is 0, but must be at least 1");
    assertThatThrownBy(() -> MultiTaskUNet.builder(SIZE, 2).optDepth(9))
        .hasMessage("depth is 9, but must be from 2 to 8");
  }

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(
            MultiTaskUNet.builder(SIZE, 3)
                .optDepth(3)
                .optFilters(4)
                .optDense(16)
                .optSeed(5)
                .build());
    net.init();
    return net;
  }
}
