package dev.isnet.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks that give class scores and a mask, and products that do not fit. */
class TwoOutputsTest {

  @Test
  void classesAndMaskAreToldApartWhateverTheirOrder() {
    for (String[] order : new String[][] {{"classes", "mask"}, {"mask", "classes"}}) {
      ComputationGraph net =
          initialised(withClasses(withMask(start()), "classes").setOutputs(order));
      INDArray x = Nd4j.rand(DataType.FLOAT, 2, 3, 4, 4);
      Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
      assertThat(twin.output()).isEqualTo(Twin.Output.SOFTMAX);
      assertThat(twin.maskLogits()).isPresent();
      try (Predictor predictor = new Predictor(net)) {
        assertThat(predictor.logits(x).shape()).containsExactly(2, 5);
        assertThat(predictor.maskLogits(x).shape()).containsExactly(2, 1, 4, 4);
      }
    }
  }

  @Test
  void aMaskAloneIsTheOutputItself() {
    Twin twin = Twin.of(initialised(withMask(start()).setOutputs("mask")), Twin.Mode.EVALUATION);
    assertThat(twin.maskLogits()).isEmpty();
    assertThat(twin.output()).isEqualTo(Twin.Output.SIGMOID);
  }

  @Test
  void twoOutputsOfAKindAreRefused() {
    GraphBuilder graph = withClasses(withClasses(start(), "one"), "two").setOutputs("one", "two");
    ComputationGraph net = initialised(graph);
    assertThatThrownBy(() -> Twin.of(net, Twin.Mode.EVALUATION))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "is a second output that gives scores of classes; with two outputs, a twin takes class scores and a mask.");
  }

  @Test
  void aProductOfUnequalShapesIsRefused() {
    GraphBuilder graph =
        start()
            .addLayer("one", new ConvolutionLayer.Builder(1, 1).nIn(4).nOut(1).build(), "c")
            .addVertex("product", new ElementWiseVertex(ElementWiseVertex.Op.Product), "c", "one")
            .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "product");
    ComputationGraph net = initialised(graph.addLayer("out", classes(), "pool").setOutputs("out"));
    try (Predictor predictor = new Predictor(net)) {
      assertThatThrownBy(() -> predictor.logits(Nd4j.rand(DataType.FLOAT, 2, 3, 4, 4)))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "Vertex \"product\" multiplies arrays of the shapes [2, 4, 4, 4] and [2, 1, 4, 4]; a twin multiplies equal shapes.");
    }
  }

  private static GraphBuilder start() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .graphBuilder()
        .addInputs("in")
        .addLayer("c", new ConvolutionLayer.Builder(1, 1).nIn(3).nOut(4).build(), "in");
  }

  private static GraphBuilder withMask(GraphBuilder graph) {
    return graph
        .addLayer("plane", new ConvolutionLayer.Builder(1, 1).nIn(4).nOut(1).build(), "c")
        .addLayer(
            "mask",
            new CnnLossLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID).build(),
            "plane");
  }

  private static GraphBuilder withClasses(GraphBuilder graph, String name) {
    return graph
        .addLayer(name + "Pool", new GlobalPoolingLayer(PoolingType.AVG), "c")
        .addLayer(name, classes(), name + "Pool");
  }

  private static OutputLayer classes() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(4)
        .nOut(5)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static ComputationGraph initialised(GraphBuilder graph) {
    ComputationGraph net = new ComputationGraph(graph.build());
    net.init();
    return net;
  }
}
