package dev.isnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputShapeTest {

  private static InputShape of(InputType type) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(2).build())
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).build())
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(new DenseLayer.Builder().nOut(3).build())
                .layer(new OutputLayer.Builder().nOut(2).build())
                .setInputType(type)
                .build());
    network.init();
    return InputShape.of(SequentialNetwork.asGraph(network).getConfiguration());
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 32, 64, 224})
  void mapsThatBecomeRowsTellTheSize(int side) {
    assertThat(of(InputType.convolutional(side, side, 3)))
        .isEqualTo(new InputShape(3, Optional.of(new InputShape.Size(side, side))));
  }

  @Test
  void withGlobalPoolingAnySizeWillDo() {
    ComputationGraph network =
        new ComputationGraph(ConvNet.builder(new ImageSize(48, 40, 1), 3).build());
    network.init();
    assertThat(InputShape.of(network.getConfiguration()))
        .isEqualTo(new InputShape(1, Optional.empty()));
  }

  @Test
  void rowsOfNumbersAreNoImages() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(784).nOut(3).build())
                .layer(new OutputLayer.Builder().nOut(2).nIn(3).build())
                .build());
    network.init();
    assertThatThrownBy(() -> InputShape.of(SequentialNetwork.asGraph(network).getConfiguration()))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "The network takes rows of 784 numbers at its layer \"layer0\", but an audit needs one"
                + " that takes images.");
  }
}
