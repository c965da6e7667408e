package dev.isnet.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DenseNetTest {

  @ParameterizedTest
  @CsvSource({
    "121, 7978856, 83648",
    "161, 28681000, 219936",
    "169, 14149480, 158400",
    "201, 20013928, 229056",
  })
  void parametersAreThePublishedOnesWhateverTheSize(int depth, long published, long statistics) {
    for (int side : new int[] {32, 224}) {
      ComputationGraphConfiguration conf =
          DenseNet.builder(depth, new ImageSize(side, side, 3), 1000).build();
      assertThat(ParameterCount.of(conf)).isEqualTo(new ParameterCount(published, statistics));
    }
  }

  @Test
  void aDenseLayerNormalisesFirstAndJoinsItsOutputToItsInput() {
    ComputationGraphConfiguration conf = DenseNet.builder(121, new ImageSize(64, 64, 3), 5).build();
    var inputs = conf.getVertexInputs();
    assertThat(inputs.get("block1.layer2.norm1")).containsExactly("block1.layer1.concat");
    assertThat(inputs.get("block1.layer2.conv1")).containsExactly("block1.layer2.relu1");
    assertThat(inputs.get("block1.layer2.norm2")).containsExactly("block1.layer2.conv1");
    assertThat(inputs.get("block1.layer2.conv2")).containsExactly("block1.layer2.relu2");
    assertThat(inputs.get("block1.layer2.concat"))
        .containsExactly("block1.layer1.concat", "block1.layer2.conv2");
    assertThat(inputs.get("average")).containsExactly("lastRelu");
    assertThat(Configurations.conv(conf, "block1.layer2.conv2").hasBias()).isFalse();
  }

  @Test
  void transitionsHalveChannelsAndImage() {
    ComputationGraphConfiguration conf =
        DenseNet.builder(121, new ImageSize(224, 224, 3), 5).build();
    InputType image = InputType.convolutional(224, 224, 3);
    assertThat(Configurations.shape(conf, image, "pool")).containsExactly(64, 56, 56);
    assertThat(Configurations.shape(conf, image, "block1.layer6.concat"))
        .containsExactly(256, 56, 56);
    assertThat(Configurations.shape(conf, image, "transition1.pool")).containsExactly(128, 28, 28);
    assertThat(Configurations.shape(conf, image, "block4.layer16.concat"))
        .containsExactly(1024, 7, 7);
  }

  @ParameterizedTest
  @CsvSource({"29, 40, 1", "64, 64, 3"})
  void runsOnImagesOfAnySizeFrom29Pixels(int height, int width, int channels) {
    ComputationGraph net =
        new ComputationGraph(
            DenseNet.builder(121, new ImageSize(height, width, channels), 4)
                .optMultiLabel(true)
                .build());
    net.init();
    INDArray output = net.outputSingle(Nd4j.rand(DataType.FLOAT, 1, channels, height, width));
    assertThat(output.shape()).containsExactly(1, 4);
    assertThat(output.minNumber().doubleValue()).isBetween(0.0, 1.0);
    assertThat(output.maxNumber().doubleValue()).isBetween(0.0, 1.0);
  }

  @Test
  void unknownDepthsAndSmallImagesAreRefused() {
    assertThatThrownBy(() -> DenseNet.builder(100, new ImageSize(64, 64, 3), 5))
        .hasMessage("depth is 100, but DenseNet comes with 121, 161, 169 or 201");
    assertThatThrownBy(() -> DenseNet.builder(121, new ImageSize(28, 64, 3), 5).build())
        .hasMessage(
            "Images of 28×64 pixels are too small for this backbone; it needs at least 29×29.");
  }
}
