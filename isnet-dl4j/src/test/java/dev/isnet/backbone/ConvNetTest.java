package dev.isnet.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** The small network, and with it what the builders of all backbones share. */
class ConvNetTest {
  private static final ImageSize SIZE = new ImageSize(16, 18, 3);

  @Test
  void filtersAndBatchNormGiveTheParameters() {
    assertThat(count(builder().optFilters(4, 6)))
        .isEqualTo(new ParameterCount(4 * 3 * 9 + 4 + 6 * 4 * 9 + 6 + 6 * 5 + 5, 0));
    // no biases in front of the norms
    assertThat(count(builder().optFilters(4, 6).optBatchNorm(true)))
        .isEqualTo(
            new ParameterCount(4 * 3 * 9 + 2 * 4 + 6 * 4 * 9 + 2 * 6 + 6 * 5 + 5, 2 * (4 + 6)));
  }

  @Test
  void anyNumberOfChannelsIsPossible() {
    ComputationGraph net = new ComputationGraph(builder().optChannels(7).build());
    net.init();
    assertThat(net.getParam("conv1_W").shape()).containsExactly(16, 7, 3, 3);
  }

  @Test
  void theSameSeedGivesTheSameParameters() {
    assertThat(params(builder().optSeed(3))).isEqualTo(params(builder().optSeed(3)));
    assertThat(params(builder().optSeed(3))).isNotEqualTo(params(builder().optSeed(4)));
  }

  @Test
  void severalLabelsMeanSigmoidAndBinaryCrossEntropy() {
    OutputLayer one = output(builder());
    assertThat(one.getActivationFn()).isInstanceOf(ActivationSoftmax.class);
    assertThat(one.getLossFn()).isInstanceOf(LossMCXENT.class);
    OutputLayer several = output(builder().optMultiLabel(true));
    assertThat(several.getActivationFn()).isInstanceOf(ActivationSigmoid.class);
    assertThat(several.getLossFn()).isInstanceOf(LossBinaryXENT.class);
  }

  @Test
  void dropoutIsInFrontOfTheOutput() {
    assertThat(output(builder()).getIDropout()).isNull();
    assertThat(output(builder().optDropout(0.3)).getIDropout()).isEqualTo(new Dropout(0.7));
  }

  @Test
  void valuesOutOfRangeAreTold() {
    assertThatThrownBy(() -> builder().optFilters(2, 2, 2, 2, 2).build())
        .hasMessage(
            "Images of 16×18 pixels are too small for this backbone; it needs at least 32×32.");
    assertThatThrownBy(() -> ConvNet.builder(SIZE, 1).build())
        .hasMessage("classes are 1, but must be at least 2");
    assertThatThrownBy(() -> builder().optDropout(1).build())
        .hasMessage("dropout is 1.0, but must be in [0, 1)");
    assertThatThrownBy(() -> builder().optChannels(0).build())
        .hasMessage("channels are 0, but must be at least 1");
  }

  private static ConvNet.Builder builder() {
    return ConvNet.builder(SIZE, 5);
  }

  private static ParameterCount count(ConvNet.Builder builder) {
    return ParameterCount.of(builder.build());
  }

  private static OutputLayer output(ConvNet.Builder builder) {
    return (OutputLayer) Configurations.layer(builder.build(), "classes");
  }

  private static Object params(ConvNet.Builder builder) {
    ComputationGraph net = new ComputationGraph(builder.build());
    net.init();
    return net.params();
  }
}
