package dev.isnet.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.ConvNet;
import dev.isnet.backbone.UNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Predictor;
import dev.isnet.graph.Twin;
import dev.isnet.train.LossGraph;
import dev.isnet.train.Objective;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SegmentationLossTest {
  private static final ImageSize SIZE = new ImageSize(8, 4, 1);
  private static final int PIXELS = SIZE.area();

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(UNet.builder(SIZE).optDepth(2).optFilters(2).optSeed(3).build());
    net.init();
    return net.convertDataType(DataType.DOUBLE);
  }

  /** Three images: half foreground, without a mask, a single foreground pixel. */
  private static MaskedBatch batch(boolean... hasMask) {
    Nd4j.getRandom().setSeed(17);
    INDArray masks = Nd4j.zeros(DataType.DOUBLE, 3, 1, SIZE.height(), SIZE.width());
    for (int i = 0; i < PIXELS / 2; i++) {
      masks.putScalar(i, 1);
    }
    masks.putScalar(2L * PIXELS + 5, 1);
    return new MaskedBatch(
        Nd4j.rand(DataType.DOUBLE, 3, 1, SIZE.height(), SIZE.width()),
        Nd4j.ones(DataType.DOUBLE, 3, 1),
        masks,
        hasMask,
        List.of("a", "b", "c"));
  }

  @Test
  void bothTermsAreMeansOverTheImagesThatHaveMasks() {
    ComputationGraph net = network();
    MaskedBatch batch = batch(true, false, true);
    double crossEntropy = 0;
    double dice = 0;
    try (LossGraph graph = new LossGraph(net, Objective.segmentation(), Twin.Mode.EVALUATION, 1);
        Predictor predictor = new Predictor(net)) {
      INDArray p = predictor.probabilities(batch.images());
      for (int b : new int[] {0, 2}) {
        double overlap = 0;
        double sizes = 0;
        for (long i = (long) b * PIXELS; i < (b + 1L) * PIXELS; i++) {
          double m = batch.masks().getDouble(i);
          crossEntropy -= Math.log(m == 1 ? p.getDouble(i) : 1 - p.getDouble(i)) / PIXELS / 2;
          overlap += p.getDouble(i) * m;
          sizes += p.getDouble(i) + m;
        }
        dice += (2 * overlap + 1) / (sizes + 1) / 2;
      }
      LossGraph.Terms terms = graph.run(batch, 0, 1);
      assertThat(terms.classification()).isCloseTo(crossEntropy, within(1e-12));
      assertThat(terms.foreground()).isCloseTo(1 - dice, within(1e-12));
      assertThat(terms.background()).isZero();
      assertThat(graph.total(terms, 0)).isCloseTo(crossEntropy + 1 - dice, within(1e-12));
    }
  }

  @Test
  void theGradientAgreesWithFiniteDifferences() {
    ComputationGraph net = network();
    MaskedBatch batch = batch(true, false, true);
    try (LossGraph graph = new LossGraph(net, Objective.segmentation(), Twin.Mode.TRAINING, 1)) {
      graph.run(batch, 0, 1);
      INDArray gradient = graph.gradient().dup();
      assertThat(gradient.norm2Number().doubleValue()).isGreaterThan(0.01);
      INDArray parameters = net.params();
      int agreeing = 0;
      for (long i = 0; i < parameters.length(); i++) {
        double old = parameters.getDouble(i);
        parameters.putScalar(i, old + 1e-6);
        double up = graph.total(graph.run(batch, 0, 1), 0);
        parameters.putScalar(i, old - 1e-6);
        double down = graph.total(graph.run(batch, 0, 1), 0);
        parameters.putScalar(i, old);
        double expected = (up - down) / 2e-6;
        agreeing += Math.abs(expected - gradient.getDouble(i)) <= 1e-6 ? 1 : 0;
      }
      // A step may cross the kink of a ReLU or change the winner of a pool.
      assertThat((double) agreeing / parameters.length()).isGreaterThan(0.97);
    }
  }

  @Test
  void imagesWithoutMasksTeachNothing() {
    try (LossGraph graph =
        new LossGraph(network(), Objective.segmentation(), Twin.Mode.TRAINING, 1)) {
      LossGraph.Terms terms = graph.run(batch(false, false, false), 0, 1);
      assertThat(terms).isEqualTo(new LossGraph.Terms(0, 0, 0));
      assertThat(graph.gradient().amaxNumber().doubleValue()).isZero();
    }
  }

  @Test
  void classifiersAndSegmentersAreNotMistakenForEachOther() {
    ComputationGraph classifier =
        new ComputationGraph(ConvNet.builder(SIZE, 2).optFilters(2).build());
    classifier.init();
    try (LossGraph graph =
        new LossGraph(classifier, Objective.segmentation(), Twin.Mode.EVALUATION, 1)) {
      assertThatThrownBy(() -> graph.run(batch(true, true, true), 0, 1))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "The network's output is [3, 2], but the masks are [3, 1, 8, 4] (batch, planes, height, width); a segmenter gives one logit for each pixel, as a U-Net does.");
    }
    try (LossGraph graph = new LossGraph(network(), Objective.plain(), Twin.Mode.EVALUATION, 1)) {
      assertThatThrownBy(() -> graph.run(batch(true, true, true), 0, 1))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "The network's output has 4 axes, but a classifier's has 2, batch and classes; a network that gives masks is trained as a segmenter.");
    }
  }
}
