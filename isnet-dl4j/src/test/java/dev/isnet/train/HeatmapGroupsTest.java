package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Twin;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.RuleSet;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A step whose maps do not fit into its memory makes them in groups. */
class HeatmapGroupsTest {

  private static final int IMAGES = 2;
  private static final ImageSize SIZE = new ImageSize(8, 8, 1);
  private static final double P = 0.7;
  private static final Objective.Isnet OBJECTIVE =
      Objective.isnet(P, HeatmapLoss.standard().withBounds(0.5, 2), RuleSet.standard());

  private static final Objective.Isnet DEEP =
      OBJECTIVE.with(
          new DeepSupervision(
              Map.of(
                  "pool1", new DeepSupervision.Bounds(0.3, 3),
                  "pool2", new DeepSupervision.Bounds(0.2, 1)),
              DeepSupervision.DEFAULT_DECAY));

  @ParameterizedTest
  @ValueSource(ints = {3, 7, 12, 100}) // seven make no equal groups
  void whateverTheGroupsTheGradientIsThatOfAllMapsTogether(int classes) {
    assertSameInGroups(OBJECTIVE, classes);
  }

  /** The losses of all maps decide how much each layer counts, before the first gradient. */
  @ParameterizedTest
  @ValueSource(ints = {3, 7, 12, 100})
  void soItIsWithDeepSupervision(int classes) {
    assertSameInGroups(DEEP, classes);
  }

  private static void assertSameInGroups(Objective.Isnet objective, int classes) {
    ComputationGraph net = network(classes);
    MaskedBatch batch = batch(classes);
    try (Step together = step(objective, net, batch, classes);
        Step single = step(objective, net, batch, 1)) {
      double expected = together.loss();
      INDArray gradient = together.gradient();
      long[] budgets = {
        single.bytes(), (single.bytes() + together.bytes()) / 2, together.bytes() - 1
      };
      for (long budget : budgets) {
        try (LossGraph graph =
            new LossGraph(net, objective.within(budget), Twin.Mode.TRAINING, classes)) {
          LossGraph.Terms terms = graph.run(batch, P, 1);
          assertThat(graph.chunk()).isLessThan(classes);
          try (Step alike = step(objective, net, batch, graph.chunk())) {
            assertThat(alike.bytes()).isLessThanOrEqualTo(budget);
          }
          assertThat(graph.compiled().bytes()).isLessThanOrEqualTo(budget);
          assertThat(Math.abs(graph.total(terms, P) - expected)).isLessThan(1e-10 * expected);
          assertThat(graph.gradient().sub(gradient).amaxNumber().doubleValue())
              .isLessThan(1e-10 * gradient.amaxNumber().doubleValue());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 12})
  void aStepWhoseMemoryIsEnoughMakesAllMapsTogether(int classes) {
    ComputationGraph net = network(classes);
    MaskedBatch batch = batch(classes);
    try (Step together = step(net, batch, classes);
        LossGraph graph =
            new LossGraph(net, OBJECTIVE.within(together.bytes()), Twin.Mode.TRAINING, classes)) {
      graph.run(batch, P, 1);
      assertThat(graph.chunk()).isEqualTo(classes);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 12, 100})
  void whenNotEvenOneMapFitsTheMessageSaysHowMuchIsNeeded(int classes) {
    ComputationGraph net = network(classes);
    MaskedBatch batch = batch(classes);
    try (Step single = step(net, batch, 1);
        LossGraph graph =
            new LossGraph(net, OBJECTIVE.within(single.bytes() - 1), Twin.Mode.TRAINING, classes)) {
      assertThatThrownBy(() -> graph.run(batch, P, 1))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "A step of 2 images needs %d kB with the heatmaps made one by one, but its memory is"
                  + " %d kB; take a smaller batch or allow more.",
              (single.bytes() + 999) / 1000, (single.bytes() - 1) / 1000);
    }
  }

  private static Step step(ComputationGraph net, MaskedBatch batch, int chunk) {
    return step(OBJECTIVE, net, batch, chunk);
  }

  private static Step step(
      Objective.Isnet objective, ComputationGraph net, MaskedBatch batch, int chunk) {
    return new Step(net, Twin.of(net, Twin.Mode.TRAINING), objective, batch, chunk);
  }

  private static ComputationGraph network(int classes) {
    ComputationGraph net =
        new ComputationGraph(
            ConvNet.builder(SIZE, classes).optFilters(4, 5).optBatchNorm(true).optSeed(3).build());
    net.init();
    return net.convertDataType(DataType.DOUBLE);
  }

  private static MaskedBatch batch(int classes) {
    Nd4j.getRandom().setSeed(37);
    return Batches.of(Nd4j.rand(DataType.DOUBLE, IMAGES, 1, SIZE.height(), SIZE.width()), classes);
  }
}
