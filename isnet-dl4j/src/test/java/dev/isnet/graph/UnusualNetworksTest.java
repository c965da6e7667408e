package dev.isnet.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import dev.isnet.explain.Explainer;
import dev.isnet.relevance.RuleSet;
import dev.isnet.train.LossGraph;
import dev.isnet.train.Objective;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Networks that are built differently from what one expects, and those that are refused. */
class UnusualNetworksTest {

  private static final DataType TYPE = DataType.DOUBLE;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seed",
        "images",
        "masks",
        "labels",
        "weights",
        "counted",
        "classificationWeight",
        "heatmapWeight",
        "chosen"
      })
  void anInputMayHaveAnyName(String name) {
    ComputationGraph net =
        network(
            name,
            g -> g.addLayer("c", conv(Activation.RELU), name).addLayer("out", output(3), "c"));
    assertSameOutputs(net);
    try (LossGraph loss = new LossGraph(net, Objective.isnet(0.7), Twin.Mode.TRAINING, 3);
        Explainer explainer = new Explainer(net, RuleSet.standard())) {
      assertThat(loss.run(TwinTest.batch(TYPE, 2), 0.7, 1).classification()).isPositive();
      assertThat(explainer.explain(Networks.images(TYPE, 2), 1).shape())
          .containsExactly(2, 1, 3, 10, 12);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"seed", "images", "masks", "labels", "weights"})
  void aLayerMayHaveAnyName(String name) {
    assertSameOutputs(
        network(
            "in",
            g -> g.addLayer(name, conv(Activation.RELU), "in").addLayer("out", output(3), name)));
  }

  /** The loss layer hands on its input, so the dangling vertex's node would be the last. */
  @ParameterizedTest
  @ValueSource(strings = {"aside", "zzz"})
  void aVertexThatLeadsNowhereIsNotTakenForTheOutput(String dangling) {
    ComputationGraph net =
        network(
            "in",
            g ->
                g.allowDisconnected(true)
                    .addLayer("c", conv(Activation.RELU), "in")
                    .addLayer("logits", dense(3, Activation.IDENTITY), "c")
                    .addVertex(dangling, new ScaleVertex(3), "logits")
                    .addLayer(dangling + "2", dense(4, Activation.RELU), dangling)
                    .addLayer(
                        "out",
                        new LossLayer.Builder(LossFunctions.LossFunction.MCXENT)
                            .activation(Activation.SOFTMAX)
                            .build(),
                        "logits"));
    assertSameOutputs(net);
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    assertThat(twin.last().vertex()).isEqualTo("logits");
    assertThat(twin.parameters()).hasSize(4); // weights and biases of c and logits
    try (Explainer explainer = new Explainer(net, RuleSet.standard())) {
      assertThat(explainer.explain(Networks.images(TYPE, 2)).shape())
          .containsExactly(2, 3, 3, 10, 12);
    }
  }

  /** How a network may end whose function is that of an output layer with a softmax. */
  enum SoftmaxEnd {
    DENSE {
      @Override
      GraphBuilder add(GraphBuilder g) {
        return g.addLayer("out", dense(3, Activation.SOFTMAX), "c");
      }
    },
    ACTIVATION {
      @Override
      GraphBuilder add(GraphBuilder g) {
        return g.addLayer("scores", dense(3, Activation.IDENTITY), "c")
            .addLayer("out", new ActivationLayer(Activation.SOFTMAX), "scores");
      }
    },
    DENSE_AND_LOSS {
      @Override
      GraphBuilder add(GraphBuilder g) {
        return g.addLayer("scores", dense(3, Activation.SOFTMAX), "c")
            .addLayer("out", lossOfProbabilities(), "scores");
      }
    },
    ACTIVATION_AND_LOSS {
      @Override
      GraphBuilder add(GraphBuilder g) {
        return g.addLayer("scores", dense(3, Activation.IDENTITY), "c")
            .addLayer("softmax", new ActivationLayer(Activation.SOFTMAX), "scores")
            .addLayer("out", lossOfProbabilities(), "softmax");
      }
    };

    abstract GraphBuilder add(GraphBuilder g);

    private static LossLayer lossOfProbabilities() {
      return new LossLayer.Builder(LossFunctions.LossFunction.MCXENT)
          .activation(Activation.IDENTITY)
          .build();
    }
  }

  @ParameterizedTest
  @EnumSource(SoftmaxEnd.class)
  void aNetworkThatEndsInSoftmaxIsExplainedAndTrainedByItsLogits(SoftmaxEnd end) {
    ComputationGraph usual =
        network(
            "in",
            g -> g.addLayer("c", conv(Activation.RELU), "in").addLayer("out", output(3), "c"));
    ComputationGraph net =
        network("in", g -> end.add(g.addLayer("c", conv(Activation.RELU), "in")));
    net.params().assign(usual.params());
    assertSameOutputs(net);
    INDArray x = Networks.images(TYPE, 2);
    try (Explainer explainer = new Explainer(net, RuleSet.standard());
        Explainer expected = new Explainer(usual, RuleSet.standard());
        Predictor predictor = new Predictor(net);
        Predictor other = new Predictor(usual);
        LossGraph loss = new LossGraph(net, Objective.isnet(0.7), Twin.Mode.TRAINING, 3);
        LossGraph usualLoss = new LossGraph(usual, Objective.isnet(0.7), Twin.Mode.TRAINING, 3)) {
      assertThat(explainer.explain(x)).isEqualTo(expected.explain(x));
      assertThat(predictor.logits(x)).isEqualTo(other.logits(x));
      assertThat(predictor.severalLabels()).isFalse();
      assertThat(loss.run(TwinTest.batch(TYPE, 2), 0.7, 1))
          .isEqualTo(usualLoss.run(TwinTest.batch(TYPE, 2), 0.7, 1));
    }
  }

  @Test
  void aSoftmaxBeforeTheEndIsRefused() {
    assertRefused(
        network(
            "in",
            g ->
                g.addLayer("c", conv(Activation.RELU), "in")
                    .addLayer("middle", dense(3, Activation.SOFTMAX), "c")
                    .addLayer("out", output(3), "middle")),
        "Vertex \"middle\" has the activation function softmax; a twin knows identity, relu, relu6,"
            + " leakyrelu, tanh, sigmoid, softplus, softsign, elu, selu, swish, gelu, hardtanh,"
            + " hardsigmoid and cube, and softmax or sigmoid in the output layer.");
  }

  @Test
  void aNetworkWithoutAnOutputIsRefused() {
    assertRefused(
        network(
            "in",
            g ->
                g.addLayer("c", conv(Activation.RELU), "in")
                    .addLayer("d", dense(3, Activation.TANH), "c"),
            "d"),
        "The network's output vertex \"d\" is not an output or loss layer and has no softmax or"
            + " sigmoid; end the network with one of these.");
  }

  @Test
  void preprocessorsMayBeVerticesAndMadeOfOthers() {
    ComputationGraph usual =
        network(
            "in",
            g ->
                g.addLayer("c", conv(Activation.RELU), "in")
                    .addLayer("d", conv(Activation.RELU), "c")
                    .addLayer("out", output(3), "d"));
    // There and back again, and flattened before the output layer is.
    ComputationGraph net =
        network(
            "in",
            g ->
                g.addLayer("c", conv(Activation.RELU), "in")
                    .addVertex(
                        "same",
                        new PreprocessorVertex(
                            new ComposableInputPreProcessor(
                                new CnnToFeedForwardPreProcessor(8, 10, 4),
                                new FeedForwardToCnnPreProcessor(8, 10, 4))),
                        "c")
                    .addLayer("d", conv(Activation.RELU), "same")
                    .addVertex(
                        "flat",
                        new PreprocessorVertex(new CnnToFeedForwardPreProcessor(6, 8, 4)),
                        "d")
                    .addLayer("out", output(3), "flat"));
    net.params().assign(usual.params());
    assertSameOutputs(net);
    INDArray x = Networks.images(TYPE, 2);
    for (RuleSet rules : new RuleSet[] {RuleSet.standard(), RuleSet.textbook(0.01)}) {
      try (Explainer explainer = new Explainer(net, rules);
          Explainer expected = new Explainer(usual, rules)) {
        assertThat(explainer.explain(x)).isEqualTo(expected.explain(x));
        assertThat(explainer.explainHidden(x, "same")).isEqualTo(expected.explainHidden(x, "c"));
      }
    }
  }

  /** The cells are read in another order, 4 maps of 8×10 cells as 5 maps of 4×16. */
  @Test
  void preprocessorsMayReshape() {
    assertSameOutputs(
        network(
            "in",
            g ->
                g.addLayer("c", conv(Activation.RELU), "in")
                    .addVertex(
                        "reshaped",
                        new PreprocessorVertex(
                            new ComposableInputPreProcessor(
                                new CnnToFeedForwardPreProcessor(8, 10, 4),
                                new FeedForwardToCnnPreProcessor(4, 16, 5))),
                        "c")
                    .addLayer("d", conv(Activation.RELU), "reshaped")
                    .addLayer("out", output(3), "d")));
  }

  /** It may do anything, as those of imported networks do. */
  @Test
  void aPreprocessorThatExtendsAKnownOneIsRefused() {
    assertRefused(
        network(
            "in",
            g ->
                g.addLayer("c", conv(Activation.RELU), "in")
                    .addVertex("own", new PreprocessorVertex(new OwnPreprocessor()), "c")
                    .addLayer("out", output(3), "own")),
        "Vertex \"own\" has the preprocessor OwnPreprocessor, which a twin does not know; known are"
            + " CnnToFeedForward, FeedForwardToCnn and their compositions.");
  }

  /** Flattens like its parent, but could do otherwise. */
  private static final class OwnPreprocessor extends CnnToFeedForwardPreProcessor {
    private static final long serialVersionUID = 1L;

    OwnPreprocessor() {
      super(8, 10, 4);
    }
  }

  @Test
  void aNetworkWithTwoOutputsOfAKindIsRefused() {
    ComputationGraph net =
        network(
            "in",
            g ->
                g.addLayer("c", conv(Activation.RELU), "in")
                    .addLayer("out", output(3), "c")
                    .addLayer("other", output(2), "c"),
            "out",
            "other");
    assertRefused(
        net,
        "Vertex \"other\" is a second output that gives scores of classes; with two outputs, a twin"
            + " takes class scores and a mask.");
  }

  @Test
  void anOutputLayerInTheMiddleIsRefused() {
    ComputationGraph net =
        network(
            "in", g -> g.addLayer("middle", output(5), "in").addLayer("out", output(3), "middle"));
    assertRefused(
        net, "Vertex \"out\" comes after an output layer; the output layer must be the last.");
  }

  @Test
  void aReshapeThatFixesTheNumberOfImagesIsRefused() {
    assertRefused(
        reshaped(2, 4, 8, 10),
        "Vertex \"reshaped\" reshapes to [2, 4, 8, 10], which fixes the number of images; begin the"
            + " shape with -1.");
  }

  @Test
  void aReshapeThatChangesTheNumberOfImagesIsRefused() {
    assertRefusedWithImages(
        reshaped(-1, 2, 8, 10),
        "Vertex \"reshaped\" makes [2, 8, 10] of examples of 320 numbers, which changes the number"
            + " of examples; the shape must hold 320 numbers after its first dimension.");
  }

  private static ComputationGraph reshaped(int... shape) {
    return network(
        "in",
        g ->
            g.addLayer("c", conv(Activation.RELU), "in")
                .addVertex("reshaped", new ReshapeVertex('c', shape, null), "c")
                .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), "reshaped")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(shape[1])
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "average"));
  }

  @Test
  void aPreprocessorThatChangesTheNumberOfImagesIsRefused() {
    ComputationGraph net =
        withoutInputTypes(
            g ->
                g.addLayer("c", conv(3, 4), "in")
                    .addLayer("d", new DenseLayer.Builder().nIn(320).nOut(24).build(), "c")
                    .inputPreProcessor("d", new CnnToFeedForwardPreProcessor(8, 10, 4))
                    .addLayer("again", conv(3, 4), "d")
                    .inputPreProcessor("again", new FeedForwardToCnnPreProcessor(4, 1, 3))
                    .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), "again"));
    assertRefusedWithImages(
        net,
        "Vertex \"again\" makes [3, 4, 1] of examples of 24 numbers, which changes the number of"
            + " examples; the shape must hold 24 numbers after its first dimension.");
  }

  /** With input types Deeplearning4j takes height and width whatever the layer says. */
  @Test
  void globalPoolingOverOtherDimensionsThanHeightAndWidthIsRefused() {
    ComputationGraph net =
        withoutInputTypes(
            g ->
                g.addLayer("c", conv(3, 4), "in")
                    .addLayer(
                        "average",
                        new GlobalPoolingLayer.Builder(PoolingType.AVG)
                            .poolingDimensions(1, 3)
                            .build(),
                        "c"));
    assertRefused(
        net,
        "Vertex \"average\" pools over the dimensions [1, 3]; a twin pools over height and width,"
            + " [2, 3].");
  }

  @Test
  void globalPoolingOverHeightAndWidthByNumberIsKnown() {
    assertSameOutputs(
        network(
            "in",
            g ->
                g.addLayer("c", conv(Activation.RELU), "in")
                    .addLayer(
                        "pooled",
                        new GlobalPoolingLayer.Builder(PoolingType.AVG)
                            .poolingDimensions(2, 3)
                            .build(),
                        "c")
                    .addLayer("out", output(3), "pooled")));
  }

  /** Three columns of padding beside windows of two: the first sees nothing else. */
  @Test
  void aMaxPoolWithAWindowWhollyInItsPaddingIsRefused() {
    ComputationGraph net =
        withoutInputTypes(
            g ->
                g.addLayer("c", conv(3, 4), "in")
                    .addLayer(
                        "pool",
                        new SubsamplingLayer.Builder(
                                SubsamplingLayer.PoolingType.MAX,
                                new int[] {2, 2},
                                new int[] {2, 2},
                                new int[] {0, 3})
                            .build(),
                        "c")
                    .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), "pool"));
    assertRefusedWithImages(
        net,
        "Vertex \"pool\" is a max pool of which a window lies wholly in the padding around 8×10"
            + " cells, where nothing can win; pad by less than the window.");
  }

  /** Deeplearning4j broadcasts here when it is not told its input types. */
  @Test
  void aSumOfUnequalShapesNamesItsVertex() {
    ComputationGraph net =
        withoutInputTypes(
            g ->
                g.addLayer("c", conv(3, 4), "in")
                    .addLayer("narrow", conv(3, 1), "in")
                    .addVertex(
                        "sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "c", "narrow")
                    .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), "sum"));
    assertRefusedWithImages(
        net,
        "Vertex \"sum\" adds arrays of the shapes [2, 4, 8, 10] and [2, 1, 8, 10]; a twin adds"
            + " equal shapes.");
  }

  @Test
  void afterClosingEveryUseSaysSo() {
    Predictor predictor = new Predictor(Networks.CONVOLUTIONS.create(TYPE));
    predictor.close();
    assertThatThrownBy(() -> predictor.logits(Networks.images(TYPE, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("This is closed and has no memory any more; make a new one.");
  }

  private static void assertRefused(ComputationGraph net, String message) {
    assertThatThrownBy(() -> Twin.of(net, Twin.Mode.EVALUATION))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  private static void assertRefusedWithImages(ComputationGraph net, String message) {
    try (Predictor predictor = new Predictor(net)) {
      assertThatThrownBy(() -> predictor.logits(Networks.images(TYPE, 2)))
          .isInstanceOf(InputException.class)
          .hasMessage(message);
    }
  }

  private static void assertSameOutputs(ComputationGraph net) {
    INDArray x = Networks.images(TYPE, 3);
    try (Predictor predictor = new Predictor(net)) {
      assertThat(predictor.probabilities(x).sub(net.output(x)[0]).amaxNumber().doubleValue())
          .isLessThan(1e-12);
    }
  }

  private static ComputationGraph network(String input, UnaryOperator<GraphBuilder> layers) {
    return network(input, layers, "out");
  }

  private static ComputationGraph network(
      String input, UnaryOperator<GraphBuilder> layers, String... outputs) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(TYPE)
            .weightInit(WeightInit.RELU)
            .graphBuilder()
            .addInputs(input)
            .setInputTypes(
                InputType.convolutional(
                    Networks.SIZE.height(), Networks.SIZE.width(), Networks.SIZE.channels()));
    ComputationGraph net = new ComputationGraph(layers.apply(graph).setOutputs(outputs).build());
    net.init();
    return net;
  }

  /** A network that Deeplearning4j cannot check; its last layer is called average. */
  private static ComputationGraph withoutInputTypes(UnaryOperator<GraphBuilder> layers) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder().seed(5).dataType(TYPE).graphBuilder().addInputs("in");
    GraphBuilder complete = layers.apply(graph);
    ComputationGraph net =
        new ComputationGraph(
            complete
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(4)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "average")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }

  private static ConvolutionLayer conv(int channels, int filters) {
    return new ConvolutionLayer.Builder(3, 3)
        .nIn(channels)
        .nOut(filters)
        .activation(Activation.RELU)
        .build();
  }

  private static ConvolutionLayer conv(Activation activation) {
    return new ConvolutionLayer.Builder(3, 3).nOut(4).activation(activation).build();
  }

  private static DenseLayer dense(int units, Activation activation) {
    return new DenseLayer.Builder().nOut(units).activation(activation).build();
  }

  private static OutputLayer output(int classes) {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
