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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class UNetTest {
  @TempDir private Path folder;

  @Test
  void thePapersHas31MillionParameters() {
    UNet.Builder paper = UNet.builder(new ImageSize(224, 224, 3)).optDepth(5).optFilters(64);
    // batch norms: of 2·(64 + 128 + 256 + 512) filters down, 2·1024 at the bottom, as many up
    assertThat(ParameterCount.of(paper.build()))
        .isEqualTo(new ParameterCount(31_037_633, 2 * (2 * 1920 + 2048)));
  }

  @Test
  void imagesHalveAndFiltersDoubleDownAndTheOtherWayRoundUp() {
    ComputationGraphConfiguration conf = UNet.builder(new ImageSize(32, 48, 1)).build();
    InputType image = InputType.convolutional(32, 48, 1);
    assertThat(Configurations.shape(conf, image, "down1.relu2")).containsExactly(16, 32, 48);
    assertThat(Configurations.shape(conf, image, "down3.relu2")).containsExactly(64, 8, 12);
    assertThat(Configurations.shape(conf, image, "bottom.relu2")).containsExactly(128, 4, 6);
    assertThat(Configurations.shape(conf, image, "up3.concat")).containsExactly(128, 8, 12);
    assertThat(Configurations.shape(conf, image, "up1.relu2")).containsExactly(16, 32, 48);
    assertThat(Configurations.shape(conf, image, "mask")).containsExactly(1, 32, 48);
  }

  @Test
  void theTwinSaysWhatTheSavedNetworkSays() throws IOException {
    ComputationGraph net =
        new ComputationGraph(
            UNet.builder(new ImageSize(8, 12, 3)).optDepth(3).optFilters(4).optSeed(5).build());
    net.init();
    Path file = folder.resolve("unet.zip");
    ModelSerializer.writeModel(net, file.toFile(), false);
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 3, 8, 12);
    INDArray expected =
        ModelSerializer.restoreComputationGraph(file.toFile()).output(false, images)[0];
    try (Predictor predictor = new Predictor(net)) {
      INDArray found = predictor.probabilities(images);
      assertThat(found.shape()).containsExactly(2, 1, 8, 12);
      assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  @Test
  void valuesOutOfRangeAreTold() {
    UNet.Builder builder = UNet.builder(new ImageSize(60, 64, 1));
    assertThatThrownBy(builder::build)
        .hasMessage(
            "Images of 60×64 pixels do not fit a U-Net of depth 4; height and width must be multiples of 8.");
    assertThatThrownBy(() -> builder.optDepth(1).build())
        .hasMessage("depth is 1, but must be from 2 to 8");
    assertThatThrownBy(() -> builder.optDepth(2).optFilters(0).build())
        .hasMessage("filters are 0, but must be at least 1");
  }
}
