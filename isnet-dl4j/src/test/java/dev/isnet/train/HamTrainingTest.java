package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.ConvNet;
import dev.isnet.backbone.HierarchicalAttention;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Twin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

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

  /** All terms, and relevance through the pooling, the gates and the residual blocks. */
  static List<Objective> objectives() {
    return List.of(new Objective.Ham(0.7, 0.5, 2, 0.3), Objective.isnet(0.6));
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void theGradientOfTheWholeNetworkAgreesWithDifferenceQuotients(Objective objective) {
    ComputationGraph net =
        network(new ImageSize(16, 24, 1), 3).convertDataType(DataType.DOUBLE);
    Nd4j.getRandom().setSeed(11);
    net.getParam("attention.spread_W").assign(Nd4j.randn(DataType.DOUBLE, 128, 1, 1, 1));
    MaskedBatch batch = Batches.of(Nd4j.rand(DataType.DOUBLE, 2, 1, 16, 24), 3);
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    try (Step step = new Step(net, twin, objective, batch, 3)) {
      step.loss();
      DifferenceQuotients.assertAgree(
          net.params(),
          DifferenceQuotients.positions(twin.parameters(), 80),
          step.gradient(),
          step::loss);
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
  void itLearnsASeparableProblemAndItsMapsApproachTheMasks() {
    List<EpochMetrics> seen = new ArrayList<>();
    TrainingPlan plan = new TrainingPlan(8, new Adam(1e-3), 1, 0, Optional.empty(), 0, 7);
    Trainer.builder(
            network(Stripes.SIZE, 2),
            Objective.Ham.STANDARD,
            plan,
            new Stripes(64),
            new Stripes(32))
        .optListener(
            new TrainingListener() {
              @Override
              public void epoch(EpochMetrics metrics) {
                seen.add(metrics);
              }
            })
        .build()
        .fit();
    EpochMetrics last = seen.get(7);
    assertThat(last.validationMacroF1()).isEqualTo(1);
    assertThat(last.background()).isLessThan(0.8 * seen.get(0).background());
  }

  @Test
  void anotherNetworkIsRefused() {
    ComputationGraph plain = new ComputationGraph(ConvNet.builder(Stripes.SIZE, 2).build());
    plain.init();
    assertThatThrownBy(
            () -> new LossGraph(plain, Objective.Ham.STANDARD, Twin.Mode.EVALUATION, 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("make it by HierarchicalAttention");
  }
}
