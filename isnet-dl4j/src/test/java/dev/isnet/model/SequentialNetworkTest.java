package dev.isnet.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.explain.Explainer;
import dev.isnet.graph.Predictor;
import dev.isnet.relevance.Dl4jRelevance;
import dev.isnet.relevance.RuleSet;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class SequentialNetworkTest {

  private INDArray images;
  private INDArray labels;

  @BeforeEach
  void batch() {
    Nd4j.getRandom().setSeed(3);
    images = Nd4j.rand(DataType.FLOAT, 4, 2, 9, 8);
    labels = Nd4j.zeros(DataType.FLOAT, 4, 3);
    for (int b = 0; b < 4; b++) {
      labels.putScalar(b, b % 3, 1);
    }
  }

  @Test
  void outputsAgree() {
    MultiLayerNetwork network = network(InputType.convolutional(9, 8, 2));
    ComputationGraph graph = SequentialNetwork.asGraph(network);
    assertThat(graph.outputSingle(images)).isEqualTo(network.output(images));
  }

  @Test
  void aNetworkThatTakesRowsBecomesAGraphThatTakesImages() {
    MultiLayerNetwork network = network(InputType.convolutionalFlat(9, 8, 2));
    ComputationGraph graph = SequentialNetwork.asGraph(network);
    assertThat(graph.outputSingle(images)).isEqualTo(network.output(images.reshape(4, 2 * 9 * 8)));
  }

  @Test
  void trainingOneTrainsTheOther() {
    MultiLayerNetwork network = network(InputType.convolutional(9, 8, 2));
    ComputationGraph graph = SequentialNetwork.asGraph(network);
    graph.fit(new DataSet(images, labels));
    assertThat(network.output(images)).isEqualTo(graph.outputSingle(images));
    network.fit(new DataSet(images, labels));
    assertThat(network.output(images)).isEqualTo(graph.outputSingle(images));
  }

  @Test
  void trainingGoesOnWhereItWas() {
    MultiLayerNetwork network = network(InputType.convolutional(9, 8, 2));
    network.fit(new DataSet(images, labels));
    ComputationGraph graph = SequentialNetwork.asGraph(network.clone());
    assertThat(graph.getConfiguration().getIterationCount()).isEqualTo(1);
    network.fit(new DataSet(images, labels));
    graph.fit(new DataSet(images, labels));
    assertThat(graph.params()).isEqualTo(network.params());
  }

  @Test
  void verticesHaveTheLayersNames() {
    ComputationGraph graph = SequentialNetwork.asGraph(network(InputType.convolutional(9, 8, 2)));
    assertThat(graph.getConfiguration().getVertices())
        .containsOnlyKeys("first", "layer1", "layer2", "layer3", "last");
    assertThat(graph.getConfiguration().getNetworkInputs()).containsExactly("image");
  }

  @Test
  void theNetworkItselfStaysAsItWas() {
    MultiLayerNetwork network = network(InputType.convolutional(9, 8, 2));
    String before = network.getLayerWiseConfigurations().toJson();
    INDArray parameters = network.params().dup();
    SequentialNetwork.asGraph(network);
    assertThat(network.getLayerWiseConfigurations().toJson()).isEqualTo(before);
    assertThat(network.params()).isEqualTo(parameters);
  }

  @Test
  void aTwinTakesTheGraph() {
    MultiLayerNetwork network = network(InputType.convolutional(9, 8, 2));
    try (Predictor predictor = new Predictor(SequentialNetwork.asGraph(network))) {
      INDArray difference = predictor.probabilities(images).sub(network.output(images));
      assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-6);
    }
  }

  @Test
  void itsHeatmapsWithoutEpsilonAreGradientTimesInput() {
    ComputationGraph graph = SequentialNetwork.asGraph(network(InputType.convolutional(9, 8, 2)));
    Dl4jRelevance expected = new Dl4jRelevance(graph, InputType.convolutional(9, 8, 2));
    try (Explainer explainer = new Explainer(graph, RuleSet.gradientTimesInput())) {
      INDArray maps = explainer.explain(images);
      for (int k = 0; k < 3; k++) {
        INDArray theirs = expected.of(images, k).get("image");
        INDArray ours = maps.get(NDArrayIndex.all(), NDArrayIndex.point(k));
        assertThat(ours.sub(theirs).amaxNumber().doubleValue())
            .isLessThan(1e-4 * theirs.amaxNumber().doubleValue());
      }
    }
  }

  private static MultiLayerNetwork network(InputType input) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .list()
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .name("first")
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build())
                .layer(new BatchNormalization.Builder().useLogStd(false).build())
                .layer(
                    new SubsamplingLayer.Builder(
                            SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                        .build())
                .layer(new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .name("last")
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(input)
                .build());
    network.init();
    return network;
  }
}
