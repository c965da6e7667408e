package dev.isnet.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.isnet.data.ImageSize;
import dev.isnet.graph.Predictor;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class VggTest {

  /** 2 statistics for each channel of every norm: 2,752 channels in VGG-11, and so on. */
  @ParameterizedTest
  @CsvSource({
    "11, false, 132863336, 0",
    "13, false, 133047848, 0",
    "16, false, 138357544, 0",
    "19, false, 143667240, 0",
    "11, true, 132868840, 5504",
    "13, true, 133053736, 5888",
    "16, true, 138365992, 8448",
    "19, true, 143678248, 11008",
  })
  void parametersAreThePublishedOnes(
      int depth, boolean batchNorm, long published, long statistics) {
    ComputationGraphConfiguration conf =
        Vgg.builder(depth, new ImageSize(224, 224, 3), 1000).optBatchNorm(batchNorm).build();
    assertThat(ParameterCount.of(conf)).isEqualTo(new ParameterCount(published, statistics));
  }

  @ParameterizedTest
  @CsvSource({
    // below 224 the dense layer follows the map, from there on it sees at most 7×7 cells
    "32, 32, 512",
    "64, 64, 2048",
    "64, 96, 3072",
    "224, 224, 25088",
    "256, 256, 25088",
    "448, 500, 25088",
    "64, 640, 7168",
  })
  void firstDenseLayerFollowsTheFeatureMapUpTo7Cells(int height, int width, int inputs) {
    ComputationGraphConfiguration conf =
        Vgg.builder(11, new ImageSize(height, width, 3), 5).build();
    assertThat(((DenseLayer) layer(conf, "dense1")).getNIn()).isEqualTo(inputs);
  }

  @Test
  void averagingCoversTheWholeMap() {
    ComputationGraphConfiguration conf = Vgg.builder(11, new ImageSize(320, 480, 3), 5).build();
    var pool = (SubsamplingLayer) layer(conf, "average");
    // 10×15 cells: 6·1 + 4 and 6·2 + 3
    assertThat(pool.getStride()).containsExactly(1, 2);
    assertThat(pool.getKernelSize()).containsExactly(4, 3);
  }

  @Test
  void runsOnGreyImagesOfAnotherShapeAndInATwin() {
    ComputationGraph net =
        new ComputationGraph(
            Vgg.builder(11, new ImageSize(32, 70, 1), 3).optBatchNorm(true).build());
    net.init();
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 1, 32, 70);
    INDArray output = net.outputSingle(images);
    assertThat(output.shape()).containsExactly(2, 3);
    assertThat(output.sum(1).toFloatVector()).containsExactly(new float[] {1, 1}, offset(1e-5f));
    try (Predictor predictor = new Predictor(net)) {
      INDArray difference = predictor.probabilities(images).sub(output);
      assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  @Test
  void halvesTheImageBehindEveryStage() {
    ComputationGraphConfiguration conf = Vgg.builder(19, new ImageSize(64, 64, 3), 5).build();
    InputType image = InputType.convolutional(64, 64, 3);
    assertThat(Configurations.shape(conf, image, "conv3.4")).containsExactly(256, 16, 16);
    assertThat(Configurations.shape(conf, image, "pool5")).containsExactly(512, 2, 2);
  }

  @Test
  void dropsHalfOfTheHiddenDenseLayersUnlessToldOtherwise() {
    ComputationGraphConfiguration standard = Vgg.builder(11, new ImageSize(32, 32, 3), 5).build();
    assertThat(layer(standard, "dense1").getIDropout()).isNull();
    assertThat(layer(standard, "dense2").getIDropout()).isEqualTo(new Dropout(0.5));
    assertThat(layer(standard, "classes").getIDropout()).isEqualTo(new Dropout(0.5));
    ComputationGraphConfiguration none =
        Vgg.builder(11, new ImageSize(32, 32, 3), 5).optDropout(0).build();
    assertThat(layer(none, "dense2").getIDropout()).isNull();
  }

  @Test
  void normsHaveTorchvisionsSettings() {
    ComputationGraphConfiguration conf =
        Vgg.builder(11, new ImageSize(32, 32, 3), 5).optBatchNorm(true).build();
    BatchNormalization norm = (BatchNormalization) layer(conf, "norm2.1");
    assertThat(norm.getEps()).isEqualTo(1e-5);
    assertThat(norm.getDecay()).isEqualTo(0.9);
    assertThat(norm.isUseLogStd()).isFalse();
    assertThat(conf.getVertexInputs().get("pool2")).containsExactly("relu2.1");
    assertThat(conf.getVertexInputs().get("relu2.1")).containsExactly("norm2.1");
  }

  @Test
  void unknownDepthsAndSmallImagesAreRefused() {
    assertThatThrownBy(() -> Vgg.builder(12, new ImageSize(64, 64, 3), 5))
        .hasMessage("depth is 12, but VGG comes with 11, 13, 16 or 19");
    assertThatThrownBy(() -> Vgg.builder(11, new ImageSize(64, 31, 3), 5).build())
        .hasMessage(
            "Images of 64×31 pixels are too small for this backbone; it needs at least 32×32.");
  }

  private static Layer layer(ComputationGraphConfiguration conf, String vertex) {
    return Configurations.layer(conf, vertex);
  }
}
