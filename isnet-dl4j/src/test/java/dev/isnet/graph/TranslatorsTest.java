package dev.isnet.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import dev.isnet.explain.Explainer;
import dev.isnet.graph.op.Crop;
import dev.isnet.graph.op.Factor;
import dev.isnet.relevance.RuleSet;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
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
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Teaching a twin what it does not know. */
class TranslatorsTest {

  private static final Crop.Borders FIRST_ROW_AND_COLUMN = new Crop.Borders(1, 0, 1, 0);

  /**
   * A vertex that cuts off the first row and column, and the activation function "rectifiedtanh".
   */
  private static final Translators TAUGHT =
      Translators.standard()
          .withVertex(
              PoolHelperVertex.class,
              (vertex, inputs, to) ->
                  to.moved(
                      inputs.get(0),
                      x -> Crop.cropped(x, FIRST_ROW_AND_COLUMN),
                      signal -> Crop.padded(signal, FIRST_ROW_AND_COLUMN)))
          .withLayer(
              ActivationLayer.class,
              (layer, input, to) ->
                  to.activation(
                      input,
                      Factor.of(
                          x -> Math.max(0, Math.tanh(x)),
                          x -> x > 0 ? 1 - Math.tanh(x) * Math.tanh(x) : 0,
                          x -> x > 0 ? -2 * Math.tanh(x) * (1 - Math.tanh(x) * Math.tanh(x)) : 0)));

  @Test
  void aTaughtLayerHasForwardPassAndRelevance() {
    ComputationGraph net = network();
    Nd4j.getRandom().setSeed(5);
    INDArray x = Nd4j.rand(DataType.DOUBLE, 2, 2, 6, 6);
    try (Predictor predictor = new Predictor(net, TAUGHT);
        Explainer explainer = new Explainer(net, RuleSet.gradientTimesInput(), TAUGHT)) {
      INDArray difference = predictor.probabilities(x).sub(net.output(x)[0]);
      assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-12);
      INDArray maps = explainer.explain(x);
      double step = 1e-6;
      for (int pixel = 0; pixel < 72; pixel += 5) {
        INDArray up = x.dup('c');
        INDArray down = x.dup('c');
        up.data().put(pixel, x.data().getDouble(pixel) + step);
        down.data().put(pixel, x.data().getDouble(pixel) - step);
        INDArray slope = predictor.logits(up).sub(predictor.logits(down)).div(2 * step);
        for (int k = 0; k < 3; k++) {
          assertThat(maps.data().getDouble(k * 72L + pixel))
              .isCloseTo(
                  slope.getDouble(0, k) * x.data().getDouble(pixel),
                  org.assertj.core.data.Offset.offset(1e-7));
        }
      }
    }
  }

  @Test
  void whatIsNotKnownIsNamedWithTheWayToTeachIt() {
    assertThatThrownBy(() -> Twin.of(network(), Twin.Mode.EVALUATION))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Vertex \"cut\" is a PoolHelperVertex, which a twin does not know;")
        .hasMessageContaining("known are ActivationLayer, BatchNormalization, ")
        .hasMessageEndingWith(
            "teach it by Translators.standard().withVertex(PoolHelperVertex.class, …).");
  }

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(6, 6, 2))
                .addVertex("cut", new PoolHelperVertex(), "in")
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "cut")
                .addLayer("act", new ActivationLayer(Activation.RECTIFIEDTANH), "conv")
                // DL4J takes the vertex's output to be as large as its input.
                .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), "act")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "average")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }
}
