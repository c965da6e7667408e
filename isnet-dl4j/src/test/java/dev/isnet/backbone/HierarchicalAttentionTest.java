package dev.isnet.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HierarchicalAttentionTest {
  private static final ImageSize SIZE = new ImageSize(24, 40, 1);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"18, 512", "34, 512", "50, 2048", "101, 2048"})
  void itIsAResNetWithAnAttentionBlockAConvolutionAndTwoHeads(int depth, int channels) {
    ImageSize image = new ImageSize(224, 224, 3);
    long resNet =
        ParameterCount.of(ResNet.builder(depth, image, 3).build()).trainable() - 3L * channels - 3;
    long inner = channels / 4;
    long attention =
        channels * inner * 9L
            + 2 * inner // in
            + 2 * inner * (inner / 8) // squeeze, excite
            + inner * inner // values
            + inner // evidence
            + 9
            + 2 // attention
            + inner // spread
            + inner * inner * 9
            + 2 * inner; // out
    long head = (channels + inner) * 512 * 9 + 2 * 512;
    ComputationGraphConfiguration conf =
        HierarchicalAttention.builder(image, 3).optDepth(depth).build();
    assertThat(ParameterCount.of(conf).trainable()).isEqualTo(resNet + attention + head + 4 * 512);
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "16, 4", "32, 2"})
  void itsMapsAreAsFineAsAskedFor(int downsampling, int cells) {
    ComputationGraphConfiguration conf =
        HierarchicalAttention.builder(new ImageSize(64, 64, 3), 4)
            .optDownsampling(downsampling)
            .build();
    InputType image = InputType.convolutional(64, 64, 3);
    assertThat(Configurations.shape(conf, image, "attention")).containsExactly(1, cells, cells);
    assertThat(Configurations.shape(conf, image, "head")).containsExactly(512, cells, cells);
    assertThat(Configurations.shape(conf, image, "classes")).containsExactly(4);
    assertThat(Configurations.shape(conf, image, "anomaly")).containsExactly(1);
  }

  @Test
  void theTwinSaysWhatTheSavedNetworkDoes() throws IOException {
    ComputationGraph net =
        new ComputationGraph(
            HierarchicalAttention.builder(SIZE, 3).optDownsampling(8).optSeed(5).build());
    net.init();
    Nd4j.getRandom().setSeed(2);
    net.getParam("attention.spread_W").assign(Nd4j.randn(DataType.FLOAT, 128, 1, 1, 1));
    Path file = folder.resolve("net.zip");
    ModelSerializer.writeModel(net, file.toFile(), false);
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 1, 24, 40);
    INDArray[] expected =
        ModelSerializer.restoreComputationGraph(file.toFile()).output(false, images);
    assertThat(expected[1].shape()).containsExactly(2, 1);
    try (Predictor predictor = new Predictor(net)) {
      INDArray classes = predictor.probabilities(images);
      assertThat(classes.sub(expected[0]).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  @Test
  void valuesOutOfRangeAreTold() {
    assertThatThrownBy(() -> HierarchicalAttention.builder(SIZE, 2).optDepth(19))
        .hasMessage("depth is 19, but ResNet comes with 18, 34, 50 or 101");
    assertThatThrownBy(() -> HierarchicalAttention.builder(SIZE, 2).optDownsampling(24))
        .hasMessage("downsampling is 24, but must be 8, 16 or 32");
  }
}
