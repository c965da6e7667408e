package dev.isnet.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import dev.isnet.explain.Explainer;
import dev.isnet.graph.op.Crop;
import dev.isnet.graph.op.Factor;
import dev.isnet.relevance.LayerSelector;
import dev.isnet.relevance.RelevanceRule;
import dev.isnet.relevance.RuleSet;
import dev.isnet.train.LossGraph;
import dev.isnet.train.Objective;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
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

  @Test
  void aLayerThatIsNotKnownIsNamedWithAllThatAre() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(6, 6, 2))
                .addLayer("brightness", new LocalResponseNormalization.Builder().build(), "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "brightness")
                .setOutputs("out")
                .build());
    net.init();
    assertThatThrownBy(() -> Twin.of(net, Twin.Mode.EVALUATION))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Vertex \"brightness\" is a LocalResponseNormalization, which a twin does not know;"
                + " known are ActivationLayer, BatchNormalization, CnnLossLayer, ConvolutionLayer,"
                + " Cropping2D, Deconvolution2D, DenseLayer, DepthwiseConvolution2D, DropoutLayer,"
                + " ElementWiseVertex, GlobalPoolingLayer, LogSumExpPooling, LossLayer, MergeVertex,"
                + " OutputLayer, ReshapeVertex, ScaleVertex, SelfAttention, SeparableConvolution2D, ShiftVertex,"
                + " StackVertex, SubsamplingLayer, TokenEmbedding, TokenNorm, UnstackVertex,"
                + " Upsampling2D, ZeroPaddingLayer; teach it by"
                + " Translators.standard().withLayer(LocalResponseNormalization.class, …).");
  }

  /** A dense layer of one's own with a ReLU, whose weights are [out, in]. */
  static final class Tied extends SameDiffLayer {
    private static final long serialVersionUID = 1L;
    private final long inputs;

    Tied(long inputs) {
      this.inputs = inputs;
    }

    @Override
    public void defineParameters(SDLayerParams parameters) {
      parameters.addWeightParam("W", 5, inputs);
      parameters.addBiasParam("b", 5);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
      Nd4j.getRandom().setSeed(23);
      parameters.values().forEach(p -> p.assign(Nd4j.rand(p.dataType(), p.shape()).subi(0.4)));
    }

    @Override
    public SDVariable defineLayer(
        SameDiff graph, SDVariable x, Map<String, SDVariable> parameters, SDVariable mask) {
      return graph.nn.relu(x.mmul(parameters.get("W").permute(1, 0)).add(parameters.get("b")), 0);
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
      return InputType.feedForward(5);
    }
  }

  private static final Translators WITH_TIED =
      Translators.standard()
          .withLayer(
              Tied.class,
              (layer, input, to) ->
                  to.rectifier(
                      to.dense(input, to.array("W"), Optional.of(to.vector("b"))),
                      new Factor.RectifierFunction(0, Double.POSITIVE_INFINITY)));

  @Test
  void aTaughtLayerWithWeightsFollowsItsRuleAndIsTrained() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(10, 12, 3))
                .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), "in")
                .addLayer("tied", new Tied(3), "average")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(5)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "tied")
                .setOutputs("out")
                .build());
    net.init();
    INDArray x = Networks.images(DataType.DOUBLE, 2);
    RuleSet plain = RuleSet.textbook(1e-9);
    RuleSet flat = plain.with(new LayerSelector.Named("tied"), new RelevanceRule.Flat());
    try (Predictor predictor = new Predictor(net, WITH_TIED);
        Explainer explainer = new Explainer(net, plain, WITH_TIED);
        Explainer flatly = new Explainer(net, flat, WITH_TIED);
        LossGraph loss =
            new LossGraph(net, Objective.isnet(0.5), Twin.Mode.TRAINING, 3, WITH_TIED)) {
      assertThat(predictor.probabilities(x).sub(net.output(x)[0]).amaxNumber().doubleValue())
          .isLessThan(1e-12);
      // flat: each channel gets a third of what arrives, the others get other shares
      INDArray shares = flatly.explain(x, 0).sum(3, 4).reshape(2, 3);
      assertThat(shares.getColumn(0).sub(shares.getColumn(2)).amaxNumber().doubleValue())
          .isLessThan(1e-9);
      INDArray others = explainer.explain(x, 0).sum(3, 4).reshape(2, 3);
      assertThat(others.getColumn(0).sub(others.getColumn(2)).amaxNumber().doubleValue())
          .isGreaterThan(1e-3);
      loss.run(TwinTest.batch(DataType.DOUBLE, 2), 0.5, 1);
      INDArray weights = net.getLayer("tied").getParam("W");
      assertThat(
              ParameterSlot.of(weights, net.params())
                  .in(loss.gradient())
                  .amaxNumber()
                  .doubleValue())
          .isGreaterThan(1e-6);
    }
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
