package dev.isnet.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.isnet.data.ImageSize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ResNetTest {

  @ParameterizedTest
  @CsvSource({
    "18, 11689512, 9600",
    "34, 21797672, 17024",
    "50, 25557032, 53120",
    "101, 44549160, 105344",
  })
  void parametersAreThePublishedOnesWhateverTheSize(int depth, long published, long statistics) {
    for (int side : new int[] {32, 224}) {
      ComputationGraphConfiguration conf =
          ResNet.builder(depth, new ImageSize(side, side, 3), 1000).build();
      assertThat(ParameterCount.of(conf)).isEqualTo(new ParameterCount(published, statistics));
    }
  }

  @Test
  void dl4jCountsTheSame() {
    ComputationGraphConfiguration conf = ResNet.builder(18, new ImageSize(32, 32, 3), 1000).build();
    ComputationGraph net = new ComputationGraph(conf);
    net.init();
    assertThat(net.numParams()).isEqualTo(ParameterCount.of(conf).all()).isEqualTo(11699112);
  }

  @Test
  void bottlenecksHalveTheImageInThe3x3Convolution() {
    ComputationGraphConfiguration conf = ResNet.builder(50, new ImageSize(64, 64, 3), 5).build();
    assertThat(stride(conf, "stage1.block1.conv2")).containsExactly(1, 1);
    assertThat(stride(conf, "stage2.block1.conv1")).containsExactly(1, 1);
    assertThat(stride(conf, "stage2.block1.conv2")).containsExactly(2, 2);
    assertThat(stride(conf, "stage2.block1.conv3")).containsExactly(1, 1);
    assertThat(stride(conf, "stage2.block1.shortcut.conv")).containsExactly(2, 2);
    assertThat(stride(conf, "stage2.block2.conv2")).containsExactly(1, 1);
    assertThat(Configurations.conv(conf, "stage2.block1.conv2").getKernelSize())
        .containsExactly(3, 3);
  }

  @Test
  void onlyBlocksThatChangeTheShapeHaveAConvolutionInTheirShortcut() {
    ComputationGraphConfiguration plain = ResNet.builder(18, new ImageSize(64, 64, 3), 5).build();
    assertThat(plain.getVertices()).doesNotContainKey("stage1.block1.shortcut.conv");
    assertThat(plain.getVertexInputs().get("stage1.block1.sum"))
        .containsExactly("stage1.block1.norm2", "pool");
    assertThat(plain.getVertexInputs().get("stage2.block1.sum"))
        .containsExactly("stage2.block1.norm2", "stage2.block1.shortcut.norm");
    ComputationGraphConfiguration deep = ResNet.builder(50, new ImageSize(64, 64, 3), 5).build();
    assertThat(deep.getVertices())
        .containsKey("stage1.block1.shortcut.conv")
        .doesNotContainKey("stage1.block2.shortcut.conv");
  }

  @Test
  void stemAndStagesHaveTheirSizes() {
    ComputationGraphConfiguration conf = ResNet.builder(50, new ImageSize(224, 224, 3), 5).build();
    InputType image = InputType.convolutional(224, 224, 3);
    assertThat(Configurations.shape(conf, image, "conv")).containsExactly(64, 112, 112);
    assertThat(Configurations.shape(conf, image, "pool")).containsExactly(64, 56, 56);
    assertThat(Configurations.shape(conf, image, "stage1.block3.relu"))
        .containsExactly(256, 56, 56);
    assertThat(Configurations.shape(conf, image, "stage4.block3.relu")).containsExactly(2048, 7, 7);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 3", "32, 32, 1", "64, 50, 3", "224, 224, 1"})
  void runsOnImagesOfAnySize(int height, int width, int channels) {
    ComputationGraph net =
        new ComputationGraph(ResNet.builder(18, new ImageSize(height, width, channels), 4).build());
    net.init();
    INDArray output = net.outputSingle(Nd4j.rand(DataType.FLOAT, 1, channels, height, width));
    assertThat(output.shape()).containsExactly(1, 4);
    assertThat(output.sumNumber().doubleValue()).isCloseTo(1, offset(1e-5));
  }

  /** Which half of the image is brighter. */
  @Test
  void learnsInAFewStepsOfDl4jsFit() {
    ComputationGraph net =
        new ComputationGraph(ResNet.builder(18, new ImageSize(32, 32, 1), 2).optSeed(7).build());
    net.init();
    Nd4j.getRandom().setSeed(7);
    INDArray images = Nd4j.rand(DataType.FLOAT, 8, 1, 32, 32).muli(0.5);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 8, 2);
    for (int b = 0; b < 8; b++) {
      int left = 16 * (b % 2);
      images
          .get(
              NDArrayIndex.point(b),
              NDArrayIndex.all(),
              NDArrayIndex.all(),
              NDArrayIndex.interval(left, left + 16))
          .addi(0.5);
      labels.putScalar(b, b % 2, 1);
    }
    DataSet batch = new DataSet(images, labels);
    double before = net.score(batch, true);
    for (int step = 0; step < 8; step++) {
      net.fit(batch);
    }
    assertThat(before).isGreaterThan(0.3);
    assertThat(net.score(batch, true)).isLessThan(0.05);
  }

  @Test
  void aSavedNetworkAnswersAsBefore() throws IOException {
    ComputationGraph net =
        new ComputationGraph(ResNet.builder(18, new ImageSize(32, 32, 1), 2).build());
    net.init();
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 1, 32, 32);
    net.getParam("stage2.block1.norm1_var").muli(3); // statistics survive as what they are
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, file, false);
    ComputationGraph read =
        ModelSerializer.restoreComputationGraph(
            new ByteArrayInputStream(file.toByteArray()), false);
    assertThat(read.outputSingle(images)).isEqualTo(net.outputSingle(images));
  }

  @Test
  void unknownDepthsAreRefused() {
    assertThatThrownBy(() -> ResNet.builder(20, new ImageSize(64, 64, 3), 5))
        .hasMessage("depth is 20, but ResNet comes with 18, 34, 50 or 101");
  }

  private static int[] stride(ComputationGraphConfiguration conf, String vertex) {
    return Configurations.conv(conf, vertex).getStride();
  }
}
