package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Networks;
import dev.isnet.graph.Twin;
import java.util.Collections;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** RRR against difference quotients of Deeplearning4j's own output. */
class RightReasonsIT {

  private static final int TRIED = 61;

  @ParameterizedTest
  @EnumSource(
      value = Networks.class,
      names = {"RESIDUAL", "DENSE_BLOCK", "SHAPES", "VERTICES", "ACTIVATIONS"})
  void theGradientOfTheWholeLossAgreesWithDifferenceQuotients(Networks network) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    MaskedBatch batch = Batches.of(Networks.images(DataType.DOUBLE, 2), 3);
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    try (Step step = new Step(net, twin, Objective.rightReasons(0.8), batch, 3)) {
      step.loss();
      DifferenceQuotients.assertAgree(
          net.params(),
          DifferenceQuotients.positions(twin.parameters(), TRIED),
          step.gradient(),
          step::loss);
    }
  }

  @Test
  void thePenaltyIsTheMeanOverImagesOfSquaredSlopesOfAllLogProbabilitiesOutsideTheMask() {
    ComputationGraph net = Networks.RESIDUAL.create(DataType.DOUBLE);
    INDArray images = Networks.images(DataType.DOUBLE, 2);
    MaskedBatch batch = Batches.of(images, 3);
    double expected = 0;
    for (int b = 0; b < 2; b++) {
      for (long i = 0; i < images.length() / 2; i++) {
        long row = i / 12 % 10;
        long column = i % 12;
        boolean inside = row >= 2 && row < 7 && column >= 3 && column < 9;
        if (!inside) {
          expected += Math.pow(slope(net, images, b, i), 2) / 2;
        }
      }
    }
    try (Step step = step(net, 0.8, batch)) {
      LossGraph.Terms terms = step.terms();
      assertThat(terms.background()).isCloseTo(expected, within(1e-5 * expected));
      assertThat(terms.foreground()).isEqualTo(0);
      assertThat(step.loss()).isEqualTo(terms.classification() + 0.8 * terms.background());
    }
  }

  @Test
  void imagesWithoutAMaskAddNothing() {
    ComputationGraph net = Networks.RESIDUAL.create(DataType.DOUBLE);
    MaskedBatch all = Batches.of(Networks.images(DataType.DOUBLE, 2), 3);
    double second;
    double both;
    try (Step step = step(net, 1, all)) {
      both = step.terms().background();
    }
    try (Step step = step(net, 1, masked(all, false, true))) {
      second = step.terms().background();
    }
    try (Step step = step(net, 1, masked(all, true, false))) {
      assertThat(step.terms().background() + second).isCloseTo(both, within(1e-12 * both));
      assertThat(step.terms().background()).isPositive();
    }
  }

  private static MaskedBatch masked(MaskedBatch batch, boolean... hasMask) {
    return new MaskedBatch(
        batch.images(), batch.labels(), batch.masks(), hasMask, Collections.nCopies(2, "image"));
  }

  private static Step step(ComputationGraph net, double lambda, MaskedBatch batch) {
    return new Step(
        net, Twin.of(net, Twin.Mode.EVALUATION), Objective.rightReasons(lambda), batch, 3);
  }

  /** ∂/∂x of Σ ln p of one image, by central differences. */
  private static double slope(ComputationGraph net, INDArray images, int image, long pixel) {
    double step = 1e-6;
    long position = image * (images.length() / 2) + pixel;
    double old = images.getDouble(position);
    images.putScalar(position, old + step);
    double up = logProbabilities(net, images, image);
    images.putScalar(position, old - step);
    double down = logProbabilities(net, images, image);
    images.putScalar(position, old);
    return (up - down) / (2 * step);
  }

  private static double logProbabilities(ComputationGraph net, INDArray images, int image) {
    return Transforms.log(net.outputSingle(images).getRow(image)).sumNumber().doubleValue();
  }
}
