package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Networks;
import dev.isnet.graph.Twin;
import dev.isnet.relevance.Dl4jRelevance;
import dev.isnet.relevance.NaiveGradCam;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** GAIN against plain loops on Deeplearning4j's gradients, and against difference quotients. */
class GainIT {

  private static final int TRIED = 61;
  private static final int HEIGHT = Networks.SIZE.height();
  private static final int WIDTH = Networks.SIZE.width();

  @ParameterizedTest
  @CsvSource({
    "RESIDUAL, r1",
    "RESIDUAL, c1",
    "DENSE_BLOCK, r3",
    "DENSE_BLOCK, p0",
    "SHAPES, sep",
    "PASSED_ON, c1",
    "VERTICES, shifted",
    "ACTIVATIONS, tanh"
  })
  void theGradientOfTheWholeLossAgreesWithDifferenceQuotients(Networks network, String layer) {
    assertGradient(network, new Objective.Gain(1.5, 4, 10, 0.5, Optional.of(layer)));
  }

  @ParameterizedTest
  @CsvSource({"RESIDUAL, r1", "DENSE_BLOCK, r3", "PASSED_ON, sum"})
  void soDoesThatThroughTheSecondForwardPassAlone(Networks network, String layer) {
    assertGradient(network, new Objective.Gain(1e3, 0, 10, 0.5, Optional.of(layer)));
  }

  /** Only where a batch norm stands between layer and logits are its statistics constants. */
  @Test
  void inTrainingBothPassesDifferentiateTheirOwnBatchStatistics() {
    Objective objective = new Objective.Gain(20, 4, 10, 0.5, Optional.of("r3"));
    assertGradient(Networks.DENSE_BLOCK, Twin.Mode.TRAINING, objective);
  }

  private static void assertGradient(Networks network, Objective objective) {
    assertGradient(network, Twin.Mode.EVALUATION, objective);
  }

  private static void assertGradient(Networks network, Twin.Mode mode, Objective objective) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    MaskedBatch batch = Batches.of(Networks.images(DataType.DOUBLE, 2), 3);
    Twin twin = Twin.of(net, mode);
    try (Step step = new Step(net, twin, objective, batch, 3)) {
      assertThat(step.terms().foreground()).isPositive();
      DifferenceQuotients.assertAgree(
          net.params(),
          DifferenceQuotients.positions(twin.parameters(), TRIED),
          step.gradient(),
          step::loss);
    }
  }

  @ParameterizedTest
  @CsvSource({"RESIDUAL, r1", "DENSE_BLOCK, m1", "DENSE_BLOCK, p0"})
  void theTermsAreThoseOfPlainLoops(Networks network, String layer) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    INDArray images = Networks.images(DataType.DOUBLE, 2);
    MaskedBatch batch = Batches.of(images, 3);
    Dl4jRelevance dl4j = new Dl4jRelevance(net, Networks.SIZE);
    INDArray activations = dl4j.activations(images).get(layer);
    INDArray rest = images.dup();
    double supervision = 0;
    for (int b = 0; b < 2; b++) {
      INDArray gradients = dl4j.gradients(images, b + 1).get(layer);
      double[][] attention =
          unit(NaiveGradCam.resized(NaiveGradCam.map(activations, gradients, b), HEIGHT, WIDTH));
      for (int i = 0; i < HEIGHT; i++) {
        for (int j = 0; j < WIDTH; j++) {
          double difference = attention[i][j] - batch.masks().getDouble(b, 0, i, j);
          supervision += difference * difference / (2 * HEIGHT * WIDTH);
          double erased = 1 / (1 + Math.exp(-10 * (attention[i][j] - 0.5)));
          for (int c = 0; c < 3; c++) {
            double pixel = images.getDouble(b, c, i, j);
            rest.putScalar(new int[] {b, c, i, j}, pixel - pixel * erased);
          }
        }
      }
    }
    INDArray probabilities = net.outputSingle(rest);
    double mining = (probabilities.getDouble(0, 1) + probabilities.getDouble(1, 2)) / 2;
    try (Step step = step(net, Objective.Gain.STANDARD.at(layer), batch)) {
      LossGraph.Terms terms = step.terms();
      assertThat(terms.background()).isCloseTo(supervision, within(1e-9));
      assertThat(terms.foreground()).isCloseTo(mining, within(1e-9));
      assertThat(step.loss())
          .isCloseTo(terms.classification() + mining + 10 * supervision, within(1e-8));
    }
  }

  /** A map that is the same everywhere, such as one without evidence, becomes 0. */
  private static double[][] unit(double[][] map) {
    double min = Arrays.stream(map).flatMapToDouble(Arrays::stream).min().orElseThrow();
    double max = Arrays.stream(map).flatMapToDouble(Arrays::stream).max().orElseThrow();
    for (double[] row : map) {
      Arrays.setAll(row, j -> max > min ? (row[j] - min) / (max - min) : 0);
    }
    return map;
  }

  @Test
  void imagesWithoutAMaskAddNothingToTheSupervision() {
    ComputationGraph net = Networks.RESIDUAL.create(DataType.DOUBLE);
    MaskedBatch all = Batches.of(Networks.images(DataType.DOUBLE, 2), 3);
    double sum = 0;
    for (boolean first : new boolean[] {true, false}) {
      MaskedBatch one =
          new MaskedBatch(
              all.images(),
              all.labels(),
              all.masks(),
              new boolean[] {first, !first},
              Collections.nCopies(2, "image"));
      try (Step step = step(net, Objective.Gain.STANDARD, one)) {
        sum += step.terms().background();
      }
    }
    try (Step step = step(net, Objective.Gain.STANDARD, all)) {
      assertThat(step.terms().background()).isCloseTo(sum, within(1e-12));
    }
  }

  @Test
  void withoutMasksThereIsNoSupervisionAndNoMaskIsRead() {
    ComputationGraph net = Networks.RESIDUAL.create(DataType.DOUBLE);
    MaskedBatch batch = Batches.of(Networks.images(DataType.DOUBLE, 2), 3);
    double mining;
    try (Step step = step(net, Objective.Gain.STANDARD, batch)) {
      mining = step.terms().foreground();
    }
    LossTwin without =
        new LossTwin(
            Twin.of(net, Twin.Mode.TRAINING),
            Twin.Mode.TRAINING,
            Objective.Gain.STANDARD.withoutMasks(),
            3,
            3,
            false);
    assertThat(without.inputs().shapes()).doesNotContainKeys(StepInputs.MASKS, StepInputs.COUNTED);
    try (Step step = step(net, Objective.Gain.STANDARD.withoutMasks(), batch)) {
      LossGraph.Terms terms = step.terms();
      assertThat(terms.background()).isEqualTo(0);
      assertThat(terms.foreground()).isEqualTo(mining);
      assertThat(step.loss()).isEqualTo(terms.classification() + mining);
    }
  }

  @Test
  void theRunningStatisticsAreThoseOfTheFirstPassAlone() {
    ComputationGraph plain = Networks.DENSE_BLOCK.create(DataType.DOUBLE);
    ComputationGraph gain = Networks.DENSE_BLOCK.create(DataType.DOUBLE);
    MaskedBatch batch = Batches.of(Networks.images(DataType.DOUBLE, 2), 3);
    runAndUpdate(plain, Objective.plain(), batch);
    runAndUpdate(gain, Objective.Gain.STANDARD, batch);
    assertThat(gain.params()).isEqualTo(plain.params());
    assertThat(gain.params()).isNotEqualTo(Networks.DENSE_BLOCK.create(DataType.DOUBLE).params());
  }

  private static void runAndUpdate(ComputationGraph net, Objective objective, MaskedBatch batch) {
    try (LossGraph graph = new LossGraph(net, objective, Twin.Mode.TRAINING, 3)) {
      graph.run(batch, 0, 1);
      graph.updateStatistics();
    }
  }

  @Test
  void severalLabelsAreRefused() {
    ComputationGraph net = Networks.POOLS.create(DataType.DOUBLE);
    assertThatThrownBy(() -> new LossGraph(net, Objective.Gain.STANDARD, Twin.Mode.TRAINING, 3))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the network has sigmoid outputs, so use plain, isnet or rrr");
  }

  private static Step step(ComputationGraph net, Objective objective, MaskedBatch batch) {
    return new Step(net, Twin.of(net, Twin.Mode.EVALUATION), objective, batch, 3);
  }
}
