package dev.isnet.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.VisionTransformer;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.explain.Explainer;
import dev.isnet.explain.Method;
import dev.isnet.graph.Predictor;
import dev.isnet.graph.Twin;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Networks that no twin knows, in evaluation, differentiated by Deeplearning4j. */
class GradientAttributorTest {
  private static final ImageSize SIZE = new ImageSize(8, 6, 3);

  private static GraphBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(DataType.DOUBLE)
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.convolutional(SIZE.height(), SIZE.width(), SIZE.channels()));
  }

  private static ComputationGraph network(GraphBuilder builder) {
    ComputationGraph network = new ComputationGraph(builder.build());
    network.init();
    for (var layer : network.getLayers()) {
      if (layer.numParams() == 0) {
        continue;
      }
      layer
          .paramTable()
          .forEach(
              (key, array) -> {
                switch (key) {
                  case "mean", "beta", "b" -> array.assign(Nd4j.rand(array.shape()).subi(0.5));
                  case "var", "gamma" -> array.assign(Nd4j.rand(array.shape()).addi(0.5));
                  case "log10stdev" -> array.assign(Nd4j.rand(array.shape()).subi(0.5));
                  default -> {
                    // Weights are random already.
                  }
                }
              });
    }
    return network;
  }

  private static ConvolutionLayer.Builder convolution(int out) {
    return new ConvolutionLayer.Builder(3, 3).nOut(out).activation(Activation.RELU);
  }

  private static OutputLayer output(Activation activation, LossFunction loss) {
    return new OutputLayer.Builder(loss).nOut(3).activation(activation).build();
  }

  /** What a twin knows, so that the twin's maps can be compared. */
  private static ComputationGraph known() {
    return network(
        builder()
            .addLayer("c", convolution(4).dropOut(0.5).build(), "in")
            .addLayer("n", new BatchNormalization(), "c")
            .addLayer("r", new ActivationLayer(Activation.RELU), "n")
            .addLayer("p", new SubsamplingLayer.Builder().kernelSize(2, 2).build(), "r")
            .addLayer(
                "d", new DenseLayer.Builder().nOut(5).activation(Activation.TANH).build(), "p")
            .addLayer("m", new BatchNormalization.Builder().useLogStd(false).build(), "d")
            .addLayer("o", output(Activation.SOFTMAX, LossFunction.MCXENT), "m")
            .setOutputs("o"));
  }

  private static ComputationGraph unknown() {
    return network(
        builder()
            .addLayer("c", convolution(6).activation(Activation.IDENTITY).build(), "in")
            .addLayer(
                "prelu", new PReLULayer.Builder().inputShape(6, 6, 4).sharedAxes(2, 3).build(), "c")
            .addLayer("lrn", new LocalResponseNormalization.Builder().build(), "prelu")
            .addLayer("c2", convolution(4).build(), "lrn")
            .addLayer("pool", new GlobalPoolingLayer(), "c2")
            .addLayer(
                "d",
                new DenseLayer.Builder().nOut(3).activation(Activation.SIGMOID).build(),
                "pool")
            .addLayer(
                "o",
                new LossLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID).build(),
                "d")
            .setOutputs("o"));
  }

  private static INDArray images(int count) {
    return Nd4j.rand(DataType.FLOAT, count, SIZE.channels(), SIZE.height(), SIZE.width());
  }

  @Test
  void onWhatATwinKnowsBothAgree() {
    ComputationGraph network = known();
    INDArray images = images(3);
    int[] classes = {2, 0, 1};
    try (GradientAttributor ours = new GradientAttributor(network, SIZE);
        Predictor predictor = new Predictor(network);
        Explainer twin = new Explainer(network, Method.gradientInput())) {
      assertThat(
              ours.logits(images)
                  .equalsWithEps(predictor.logits(images).castTo(DataType.FLOAT), 1e-5))
          .isTrue();
      INDArray maps = ours.maps(images, classes);
      INDArray expected = twin.explainEach(images, classes).castTo(DataType.FLOAT);
      assertThat(maps.amaxNumber().doubleValue()).isGreaterThan(0.01);
      assertThat(maps.equalsWithEps(expected, 1e-6)).isTrue();
    }
  }

  @Test
  void decisionsAreThoseOfTheNetworkItself() {
    ComputationGraph network = unknown();
    network.getLayer("prelu").paramTable().get("W").assign(0.2);
    INDArray images = images(70);
    INDArray before = images.dup();
    try (GradientAttributor ours = new GradientAttributor(network, SIZE)) {
      INDArray logits = ours.logits(images).castTo(DataType.DOUBLE);
      INDArray probabilities = Transforms.sigmoid(logits);
      assertThat(
              probabilities.equalsWithEps(network.output(images.castTo(DataType.DOUBLE))[0], 1e-6))
          .isTrue();
      int[] classes = new int[70];
      classes[69] = 2;
      INDArray all = ours.maps(images, classes);
      INDArray last = ours.maps(images.get(NDArrayIndex.interval(69, 70)).dup(), new int[] {2});
      assertThat(all.slice(69).dup().equalsWithEps(last.slice(0).dup(), 1e-6)).isTrue();
    }
    assertThat(images).isEqualTo(before);
  }

  /** As networks from Keras are. */
  private static ComputationGraph channelsLast() {
    return network(
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(DataType.DOUBLE)
            .graphBuilder()
            .addInputs("in")
            .addLayer("c", convolution(4).dataFormat(CNN2DFormat.NHWC).build(), "in")
            .addLayer(
                "n", new BatchNormalization.Builder().dataFormat(CNN2DFormat.NHWC).build(), "c")
            .addLayer("o", output(Activation.SOFTMAX, LossFunction.MCXENT), "n")
            .setOutputs("o")
            .setInputTypes(
                InputType.convolutional(
                    SIZE.height(), SIZE.width(), SIZE.channels(), CNN2DFormat.NHWC)));
  }

  @Test
  void networksWithChannelsLastAreShownThemLast() {
    ComputationGraph network = channelsLast();
    assertThat(AuditableNetwork.of(network).heatmaps().why()).isPresent();
    assertDerivative(network);
    INDArray images = images(3).castTo(DataType.DOUBLE);
    INDArray logits = DifferentiableNetwork.of(network, SIZE).logits(images);
    assertThat(
            Transforms.softmax(logits)
                .equalsWithEps(network.output(images.permute(0, 2, 3, 1).dup('c'))[0], 1e-9))
        .isTrue();
  }

  @Test
  void mapsAreTheInputTimesTheDerivative() {
    ComputationGraph network = unknown();
    network.getLayer("prelu").paramTable().get("W").assign(0.2);
    assertDerivative(network);
  }

  /** Central differences of the logit by 20 pixels. */
  private static void assertDerivative(ComputationGraph network) {
    DifferentiableNetwork ours = DifferentiableNetwork.of(network, SIZE);
    INDArray images = images(2).castTo(DataType.DOUBLE);
    INDArray gradient = ours.gradient(images, new int[] {1, 2});
    double h = 1e-5;
    for (int i = 0; i < 20; i++) {
      long[] at = {i % 2, i / 2 % 3, i % SIZE.height(), i * 5 % SIZE.width()};
      double value = images.getDouble(at);
      int explained = i % 2 == 0 ? 1 : 2;
      double up = ours.logits(images.dup().putScalar(at, value + h)).getDouble(i % 2, explained);
      double down = ours.logits(images.dup().putScalar(at, value - h)).getDouble(i % 2, explained);
      assertThat(gradient.getDouble(at)).isEqualTo((up - down) / (2 * h), within(1e-7));
    }
    assertThat(BooleanIndexing.and(gradient, Conditions.isNan())).isFalse();
  }

  @Test
  void frozenLayersAreLookedThrough() {
    ComputationGraph frozen =
        network(
            builder()
                .addLayer("c", new FrozenLayer(convolution(4).build()), "in")
                .addLayer("o", output(Activation.SOFTMAX, LossFunction.MCXENT), "c")
                .setOutputs("o"));
    AuditableNetwork found = AuditableNetwork.of(frozen);
    assertThat(found.heatmaps()).isEqualTo(AuditHeatmaps.relevance());
    assertThat(found.output()).isEqualTo(Twin.Output.SOFTMAX);
    INDArray image = images(1).castTo(DataType.DOUBLE);
    assertThat(found.network().output(image)[0]).isEqualTo(frozen.output(image)[0]);
  }

  @Test
  void whatHasNoTwinSaysWhy() {
    AuditableNetwork found = AuditableNetwork.of(unknown());
    assertThat(found.heatmaps().method()).isEqualTo(HeatmapMethod.GRADIENT_INPUT);
    assertThat(found.heatmaps().why())
        .contains("Vertex \"prelu\" is a PReLULayer, which a twin does not know.");
    assertThat(found.output()).isEqualTo(Twin.Output.SIGMOID);
    assertThat(found.outputs(SIZE)).isEqualTo(3);
  }

  /** Deeplearning4j's gradients of layers that are made of SameDiff operations are wrong. */
  @Test
  void wrongGradientsAreFoundOut() {
    ImageSize size = new ImageSize(16, 16, 1);
    ComputationGraph network =
        new ComputationGraph(
            VisionTransformer.small(size, 3).optBlocks(1).optWidth(16).optHeads(2).build());
    network.init();
    AuditableNetwork found = AuditableNetwork.of(network);
    assertThat(found.heatmaps().method()).isEqualTo(HeatmapMethod.ATTENTION_ROLLOUT);
    assertThat(found.heatmaps().why().orElseThrow())
        .startsWith("Relevance does not pass the self-attention of vertex");
    INDArray image = Nd4j.rand(DataType.FLOAT, 1, 1, 16, 16);
    try (Predictor predictor = new Predictor(network);
        GradientAttributor ours = new GradientAttributor(network, size)) {
      assertThat(ours.logits(image).equalsWithEps(predictor.logits(image), 1e-4)).isTrue();
      assertThat(ours.mistake(image, 1).orElseThrow())
          .startsWith("Deeplearning4j's own gradient of this network is wrong (");
    }
  }

  @Test
  void severalInputsAreRefused() {
    ComputationGraph network =
        network(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("left", "right")
                .addLayer("a", convolution(2).nIn(3).build(), "left")
                .addLayer("b", convolution(2).nIn(3).build(), "right")
                .addLayer("o", output(Activation.SOFTMAX, LossFunction.MCXENT), "a", "b")
                .setOutputs("o")
                .setInputTypes(InputType.convolutional(8, 6, 3), InputType.convolutional(8, 6, 3)));
    assertThatThrownBy(() -> AuditableNetwork.of(network))
        .isInstanceOf(InputException.class)
        .hasMessage("The network has 2 inputs (left, right), but must have one, for images.");
  }
}
