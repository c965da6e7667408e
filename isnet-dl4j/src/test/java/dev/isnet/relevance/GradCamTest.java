package dev.isnet.relevance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.BackboneBuilder;
import dev.isnet.backbone.ConvNet;
import dev.isnet.backbone.DenseNet;
import dev.isnet.backbone.ResNet;
import dev.isnet.backbone.Vgg;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Networks;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.LogitMaps;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class GradCamTest {

  @ParameterizedTest
  @CsvSource({
    "RESIDUAL, r1",
    "RESIDUAL, c1",
    "DENSE_BLOCK, r3",
    "DENSE_BLOCK, p0",
    "PASSED_ON, c1",
    "PASSED_ON, sum",
    "SHAPES, dw",
    "SHAPES, crop"
  })
  void isWhatDeeplearning4jsGradientsAndActivationsMake(Networks network, String layer) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    assertAgrees(net, Networks.SIZE, Networks.images(DataType.DOUBLE, 2), layer);
  }

  /** In a ConvNet the rectifiers stand behind the pools; conv2's output must be found again. */
  @ParameterizedTest
  @CsvSource({"conv1", "conv2", "pool2"})
  void layersWhoseRectifierWasMovedAreThereToo(String layer) {
    ImageSize size = new ImageSize(12, 10, 3);
    ComputationGraph net =
        new ComputationGraph(ConvNet.builder(size, 3).optFilters(4, 5).optSeed(2).build());
    net.init();
    ComputationGraph doubles = net.convertDataType(DataType.DOUBLE);
    Nd4j.getRandom().setSeed(3);
    assertAgrees(doubles, size, Nd4j.rand(DataType.DOUBLE, 2, 3, 12, 10), layer);
  }

  private static void assertAgrees(
      ComputationGraph net, ImageSize size, INDArray images, String layer) {
    Dl4jRelevance dl4j = new Dl4jRelevance(net, size);
    INDArray activations = dl4j.activations(images).get(layer);
    INDArray maps = maps(net, images, Optional.of(layer));
    assertThat(maps.shape()).containsExactly(6, 1, size.height(), size.width());
    for (int k = 0; k < 3; k++) {
      INDArray gradients = dl4j.gradients(images, k).get(layer);
      for (int b = 0; b < 2; b++) {
        double[][] expected =
            NaiveGradCam.resized(
                NaiveGradCam.map(activations, gradients, b), size.height(), size.width());
        for (int i = 0; i < size.height(); i++) {
          for (int j = 0; j < size.width(); j++) {
            assertThat(maps.getDouble(2L * k + b, 0, i, j)).isCloseTo(expected[i][j], within(1e-9));
          }
        }
      }
    }
    assertThat(maps.maxNumber().doubleValue()).isPositive();
  }

  @Test
  void coefficientsOfHiddenLayersAreGradients() {
    ComputationGraph net = Networks.RESIDUAL.create(DataType.DOUBLE);
    INDArray images = Networks.images(DataType.DOUBLE, 2);
    Maps maps = Maps.of(net, RuleSet.gradient(), images, "c1", "r1");
    Dl4jRelevance dl4j = new Dl4jRelevance(net, Networks.SIZE);
    for (int k = 0; k < 3; k++) {
      Map<String, INDArray> expected = dl4j.gradients(images, k);
      for (String vertex : List.of("c1", "r1")) {
        for (int b = 0; b < 2; b++) {
          INDArray found = maps.hidden().get(vertex).slice(2L * k + b);
          INDArray difference = found.sub(expected.get(vertex).slice(b));
          assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-10);
        }
      }
    }
  }

  @Test
  void theLastLayerIsTheLastOneBeforeCellsAreAveragedOrFlattened() {
    assertThat(last(ConvNet.builder(new ImageSize(16, 16, 1), 2).optFilters(2, 3)))
        .isEqualTo("pool2");
    assertThat(last(Vgg.builder(11, new ImageSize(32, 32, 3), 2))).isEqualTo("pool5");
    assertThat(last(ResNet.builder(18, new ImageSize(32, 32, 3), 2)))
        .isEqualTo("stage4.block2.relu");
    assertThat(last(DenseNet.builder(121, new ImageSize(32, 32, 3), 2))).isEqualTo("lastRelu");
  }

  @Test
  void withoutALayerIsWithTheLastOne() {
    ComputationGraph net = Networks.DENSE_BLOCK.create(DataType.DOUBLE);
    INDArray images = Networks.images(DataType.DOUBLE, 2);
    assertThat(maps(net, images, Optional.empty())).isEqualTo(maps(net, images, Optional.of("r3")));
  }

  @Test
  void whatHasNoHeightAndWidthIsRefused() {
    ComputationGraph net = Networks.DENSE_BLOCK.create(DataType.DOUBLE);
    INDArray images = Networks.images(DataType.DOUBLE, 2);
    assertThatThrownBy(() -> maps(net, images, Optional.of("g")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("have no height and width, which Grad-CAM needs");
    assertThatThrownBy(() -> maps(net, images, Optional.of("nowhere")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"nowhere\"");
    assertThatThrownBy(
            () -> maps(Networks.VERTICES.create(DataType.DOUBLE), images, Optional.of("shared")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("sees every image 2 times");

    ComputationGraph flat =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(4, 4, 1))
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT).nOut(2).build(),
                    "in")
                .setOutputs("out")
                .build());
    flat.init();
    assertThatThrownBy(() -> maps(flat, Nd4j.rand(1, 1, 4, 4), Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no convolution and no max pool");
  }

  private static String last(BackboneBuilder<?> backbone) {
    ComputationGraph net = new ComputationGraph(backbone.build());
    net.init();
    // Dropout is there in training alone, and changes nothing.
    assertThat(GradCam.lastLayer(Twin.of(net, Twin.Mode.TRAINING)))
        .isEqualTo(GradCam.lastLayer(Twin.of(net, Twin.Mode.EVALUATION)));
    return GradCam.lastLayer(Twin.of(net, Twin.Mode.EVALUATION));
  }

  private static INDArray maps(ComputationGraph net, INDArray images, Optional<String> layer) {
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    var maps = GradCam.maps(twin, LogitMaps.of(twin.logits(), 0, 0), layer);
    try (CompiledByBatch graphs = new CompiledByBatch(twin, Map.of(), List.of(maps.name()))) {
      CompiledGraph graph = graphs.of(images.shape());
      graph.array(twin.input().name()).assign(images);
      graph.run();
      return graph.array(maps.name()).dup('c');
    }
  }
}
