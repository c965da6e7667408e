package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.ConvNet;
import dev.isnet.backbone.HierarchicalAttention;
import dev.isnet.backbone.layer.LogSumExpPooling;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Twin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Training by hierarchical attention mining. */
class HamTrainingTest {

  private static ComputationGraph network(ImageSize size, int classes) {
    ComputationGraph net =
        new ComputationGraph(
            HierarchicalAttention.builder(size, classes)
                .optDownsampling(8)
                .optDropout(0)
                .optSeed(4)
                .build());
    net.init();
    return net;
  }

  /** All terms, and relevance through the pooling and a gate. */
  static List<Objective> objectives() {
    return List.of(new Objective.Ham(0.7, 0.5, 2, 0.3), Objective.isnet(0.6));
  }

  /** A small network that ends as HAM does; features pass a gate of their own channels. */
  private static ComputationGraph gated() {
    GraphBuilder graph =
        small(8, 12)
            .addLayer("c1", conv(4, Activation.RELU), "image")
            .addLayer("gate", conv(4, Activation.SIGMOID), "c1")
            .addVertex("kept", new ElementWiseVertex(ElementWiseVertex.Op.Product), "c1", "gate")
            .addLayer("c2", conv(6, Activation.RELU), "kept");
    ComputationGraph net = ending(graph, "c2", 3).convertDataType(DataType.DOUBLE);
    Nd4j.getRandom().setSeed(11);
    // Biases at 0 are kinks of LRP-zB.
    net.params().addi(Nd4j.rand(DataType.DOUBLE, net.params().shape()).subi(0.3).muli(0.2));
    return net;
  }

  /** Three convolutions, which see cells of 4×4 pixels. */
  private static ComputationGraph convolutions() {
    GraphBuilder graph =
        small(32, 32)
            .addLayer("c1", conv(8, Activation.RELU), "image")
            .addLayer("p1", pool(), "c1")
            .addLayer("c2", conv(16, Activation.RELU), "p1")
            .addLayer("p2", pool(), "c2")
            .addLayer("c3", conv(16, Activation.RELU), "p2");
    return ending(graph, "c3", 2);
  }

  private static GraphBuilder small(int height, int width) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .weightInit(WeightInit.RELU)
        .graphBuilder()
        .addInputs("image")
        .setInputTypes(InputType.convolutional(height, width, 1));
  }

  private static ComputationGraph ending(GraphBuilder graph, String features, int classes) {
    graph
        .addLayer("pooled", new LogSumExpPooling(6), features)
        .addLayer("anomaly", head(1, LossFunction.XENT, Activation.SIGMOID), "pooled")
        .addLayer("classes", head(classes, LossFunction.MCXENT, Activation.SOFTMAX), "pooled")
        .setOutputs("classes", "anomaly");
    ComputationGraph net = new ComputationGraph(graph.build());
    net.init();
    return net;
  }

  private static SubsamplingLayer pool() {
    return new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build();
  }

  private static ConvolutionLayer conv(int filters, Activation activation) {
    return new ConvolutionLayer.Builder(3, 3)
        .padding(1, 1)
        .nOut(filters)
        .activation(activation)
        .build();
  }

  private static OutputLayer head(int outputs, LossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss)
        .nOut(outputs)
        .hasBias(false)
        .activation(activation)
        .build();
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void theGradientAgreesWithDifferenceQuotients(Objective objective) {
    ComputationGraph net = gated();
    MaskedBatch batch = Batches.of(Nd4j.rand(DataType.DOUBLE, 2, 1, 8, 12), 3);
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    // The heads' weights are constants to their maps, but not to a difference quotient.
    List<Twin.Parameter> tried =
        twin.parameters().stream()
            .filter(
                p ->
                    !(objective instanceof Objective.Ham)
                        || !p.variable().name().matches("(classes|anomaly)/.*"))
            .toList();
    try (Step step = new Step(net, twin, objective, batch, 3)) {
      step.loss();
      DifferenceQuotients.assertAgree(
          net.params(), DifferenceQuotients.positions(tried, 150), step.gradient(), step::loss);
    }
  }

  @Test
  void theLossIsTheSumOfItsWeightedTerms() {
    ComputationGraph net = network(Stripes.SIZE, 2);
    MaskedBatch batch = new Stripes(8).epoch(0).next();
    LossGraph.Terms light = terms(net, new Objective.Ham(0, 0, 0, 0.5), batch);
    LossGraph.Terms full = terms(net, new Objective.Ham(0.01, 0.001, 0.001, 0.5), batch);
    assertThat(light.foreground()).isZero();
    assertThat(full.foreground()).isPositive();
    assertThat(full.background()).isEqualTo(light.background()).isBetween(0.0, 2.0);
    assertThat(full.classification()).isCloseTo(crossEntropy(net, batch), within(1e-5));
    assertThat(Objective.Ham.STANDARD.total(full, 0))
        .isCloseTo(
            full.classification() + full.foreground() + 0.5 * full.background(), within(1e-12));
  }

  private static double crossEntropy(ComputationGraph net, MaskedBatch batch) {
    INDArray p = net.output(false, batch.images())[0];
    double sum = 0;
    for (int b = 0; b < batch.size(); b++) {
      for (int k = 0; k < 2; k++) {
        sum -= batch.labels().getDouble(b, k) * Math.log(p.getDouble(b, k));
      }
    }
    return sum / batch.size();
  }

  private static LossGraph.Terms terms(
      ComputationGraph net, Objective objective, MaskedBatch batch) {
    try (LossGraph graph = new LossGraph(net, objective, Twin.Mode.EVALUATION, 2)) {
      return graph.run(batch, 0, 1);
    }
  }

  @Test
  void aNetworkLearnsASeparableProblemAndItsMapsApproachTheMasks() {
    List<EpochMetrics> seen = trained(convolutions(), 3e-3, 8);
    EpochMetrics last = seen.get(7);
    assertThat(last.validationMacroF1()).isEqualTo(1);
    assertThat(last.validationBackground()).isLessThan(0.5 * seen.get(0).validationBackground());
  }

  /** Sixteen batches are too few for running statistics, so the training terms are compared. */
  @Test
  void theNetworkOfThePaperFitsItsTrainingImagesAndTheirMasks() {
    List<EpochMetrics> seen = trained(network(Stripes.SIZE, 2), 3e-4, 2);
    EpochMetrics first = seen.get(0);
    EpochMetrics second = seen.get(1);
    assertThat(second.classification()).isLessThan(0.5 * first.classification());
    assertThat(second.background()).isLessThan(0.8 * first.background());
  }

  private static List<EpochMetrics> trained(ComputationGraph net, double rate, int epochs) {
    List<EpochMetrics> seen = new ArrayList<>();
    TrainingPlan plan = new TrainingPlan(epochs, new Adam(rate), 1, 0, Optional.empty(), 0, 7);
    Trainer.builder(net, Objective.Ham.STANDARD, plan, new Stripes(64), new Stripes(32))
        .optListener(
            new TrainingListener() {
              @Override
              public void epoch(EpochMetrics metrics) {
                seen.add(metrics);
              }
            })
        .build()
        .fit();
    return seen;
  }

  @Test
  void anotherNetworkIsRefused() {
    ComputationGraph plain = new ComputationGraph(ConvNet.builder(Stripes.SIZE, 2).build());
    plain.init();
    assertThatThrownBy(() -> new LossGraph(plain, Objective.Ham.STANDARD, Twin.Mode.EVALUATION, 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("make it by HierarchicalAttention");
  }
}
