package dev.isnet.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** How Deeplearning4j lays out its parameters, which a twin shares. */
@BackendContract
class Dl4jLayoutTest {

  private ComputationGraph net;

  @BeforeEach
  void network() {
    net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(4, 5, 2))
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "in")
                .addLayer(
                    "norm",
                    new BatchNormalization.Builder()
                        .useLogStd(false)
                        .activation(Activation.RELU)
                        .build(),
                    "conv")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "norm")
                .setOutputs("out")
                .build());
    net.init();
    for (int i = 0; i < net.numParams(); i++) {
      net.params().putScalar(i, (double) i);
    }
  }

  @Test
  void parametersAreOneVectorInTheOrderOfTheLayersBiasesOfConvolutionsFirst() {
    assertThat(net.getParam("conv_b").getDouble(0)).isEqualTo(0);
    assertThat(net.getParam("conv_W").getDouble(0)).isEqualTo(3);
    assertThat(net.getParam("norm_gamma").getDouble(0)).isEqualTo(57);
    assertThat(net.getParam("norm_beta").getDouble(0)).isEqualTo(60);
    assertThat(net.getParam("norm_mean").getDouble(0)).isEqualTo(63);
    assertThat(net.getParam("norm_var").getDouble(0)).isEqualTo(66);
    assertThat(net.getParam("out_W").getDouble(0)).isEqualTo(69);
    assertThat(net.getParam("out_b").getDouble(0)).isEqualTo(69 + 18 * 2);
  }

  @Test
  void convolutionWeightsAreOutInRowsColumnsInCOrder() {
    INDArray weights = net.getParam("conv_W");
    assertThat(weights.shape()).containsExactly(3, 2, 3, 3);
    assertThat(weights.getDouble(0, 0, 0, 1)).isEqualTo(3 + 1);
    assertThat(weights.getDouble(1, 1, 2, 0)).isEqualTo(3 + 18 + 9 + 6);
  }

  @Test
  void denseWeightsAreInOutInFOrder() {
    INDArray weights = net.getParam("out_W");
    assertThat(weights.shape()).containsExactly(18, 2);
    assertThat(weights.getDouble(1, 0)).isEqualTo(69 + 1);
    assertThat(weights.getDouble(0, 1)).isEqualTo(69 + 18);
  }

  /** So a backbone has a ReLU as a layer of its own. */
  @Test
  void theActivationOfABatchNormIsIgnored() {
    net.params().assign(0);
    net.getParam("norm_var").assign(1);
    net.getParam("norm_beta").assign(-1);
    assertThat(
            net.feedForward(Nd4j.zeros(DataType.FLOAT, 1, 2, 4, 5), false)
                .get("norm")
                .maxNumber()
                .doubleValue())
        .isEqualTo(-1);
  }
}
