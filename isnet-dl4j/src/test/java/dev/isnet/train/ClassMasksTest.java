package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Twin;
import dev.isnet.loss.ForegroundForm;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** With masks of single classes each map is judged against the mask of its class. */
class ClassMasksTest {

  private static final int IMAGES = 2;
  private static final ImageSize SIZE = new ImageSize(8, 8, 3);
  private static final HeatmapLoss LOSS =
      new HeatmapLoss(1, 3, 0.5, 2, 1, 0.9, ForegroundForm.SQUARE);
  private static final Objective.Isnet HEATMAPS =
      Objective.isnet(1, LOSS, RuleSet.standard()); // P = 1: nothing but the heatmap loss

  @ParameterizedTest
  @CsvSource({"3, 3", "3, 1", "5, 2"}) // the last of five maps is a group of its own
  void theLossIsThatOfEachMapUnderTheMaskOfItsClass(int classes, int chunk) {
    ComputationGraph net = network(classes);
    MaskedBatch batch = batch(classes);
    Twin twin = Twin.of(net, Twin.Mode.TRAINING);
    try (Step step = new Step(net, twin, HEATMAPS, batch, chunk, Map.of(), true)) {
      double loss = step.loss();
      INDArray maps = step.heatmaps(); // map k of image b at k·B + b
      double naive = 0;
      for (int k = 0; k < classes; k++) {
        for (int b = 0; b < IMAGES; b++) {
          naive +=
              naive(maps.slice(k * IMAGES + b), batch.classMasks().orElseThrow().slice(b).slice(k))
                  / (IMAGES * classes);
        }
      }
      assertThat(loss).isEqualTo(naive, within(1e-12 * naive));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theGradientAgreesWithDifferenceQuotients(boolean deep) {
    ComputationGraph net = network(3);
    MaskedBatch batch = batch(3);
    // With zB the first layer's biases are constants to relevance.
    Objective.Isnet pixels = Objective.isnet(1, LOSS, RuleSet.epsilon(0.01));
    Objective.Isnet objective =
        deep
            ? pixels.with(
                new DeepSupervision(
                    Map.of("conv1", new DeepSupervision.Bounds(0.3, 3)),
                    DeepSupervision.DEFAULT_DECAY))
            : pixels;
    try (Step step = new Step(net, Twin.of(net, Twin.Mode.TRAINING), objective, batch, 3)) {
      step.loss();
      DifferenceQuotients.assertAgree(
          net.params(),
          LongStream.range(0, net.params().length()).filter(i -> i % 5 == 0),
          step.gradient(),
          step::loss);
    }
  }

  @Test
  void equalMasksOfAllClassesAreOneMask() {
    ComputationGraph net = network(3);
    MaskedBatch one = Batches.of(batch(3).images(), 3);
    MaskedBatch each = with(one, Nd4j.concat(1, one.masks(), one.masks(), one.masks()));
    try (LossGraph expected = graph(net, HEATMAPS);
        LossGraph found = graph(net, HEATMAPS)) {
      assertThat(found.run(each, 1, 1)).isEqualTo(expected.run(one, 1, 1));
      assertThat(found.gradient()).isEqualTo(expected.gradient());
    }
  }

  @Test
  void batchesWithAndWithoutThemMayComeInTurns() {
    ComputationGraph net = network(3);
    MaskedBatch each = batch(3);
    MaskedBatch one = Batches.of(each.images(), 3);
    try (LossGraph graph = graph(net, HEATMAPS)) {
      LossGraph.Terms before = graph.run(one, 1, 1);
      assertThat(graph.run(each, 1, 1)).isNotEqualTo(before);
      assertThat(graph.run(one, 1, 1)).isEqualTo(before);
    }
  }

  /** Their maps are not of single classes. */
  @ParameterizedTest
  @ValueSource(strings = {"SELECTIVE", "STOCHASTIC", "DUAL"})
  void otherVariantsJudgeAgainstAllThatIsMarked(Variant variant) {
    ComputationGraph net = network(3);
    MaskedBatch each = batch(3);
    MaskedBatch one =
        new MaskedBatch(each.images(), each.labels(), each.masks(), each.hasMask(), each.files());
    try (LossGraph expected = graph(net, HEATMAPS.with(variant));
        LossGraph found = graph(net, HEATMAPS.with(variant))) {
      assertThat(found.run(each, 1, 1)).isEqualTo(expected.run(one, 1, 1));
    }
  }

  /** The loss of one map [C, h, w], as the paper has it. */
  private static double naive(INDArray map, INDArray mask) {
    double inside = 0;
    double area = 0;
    for (int c = 0; c < SIZE.channels(); c++) {
      for (int i = 0; i < SIZE.area(); i++) {
        if (mask.ravel().getDouble(i) == 1) {
          inside += Math.abs(map.slice(c).ravel().getDouble(i));
          area++;
        }
      }
    }
    double background = 0;
    for (int c = 0; c < SIZE.channels(); c++) {
      double[] values = new double[SIZE.area()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            Math.abs(map.slice(c).ravel().getDouble(i))
                / (inside / (area + 1e-10) + 1e-10)
                * (1 - mask.ravel().getDouble(i));
      }
      Arrays.sort(values);
      double sum = 0;
      double weights = 0;
      for (int rank = 0; rank < values.length; rank++) {
        sum += Math.pow(LOSS.d(), rank) * values[values.length - 1 - rank];
        weights += Math.pow(LOSS.d(), rank);
      }
      background += Math.log(1 + sum / weights / LOSS.e()) / SIZE.channels();
    }
    double beyond = Math.max(0, LOSS.c1() - inside) + Math.max(0, inside - LOSS.c2());
    double foreground = Math.pow(beyond / LOSS.c1(), 2);
    return LOSS.w1() * background + LOSS.w2() * foreground;
  }

  private static LossGraph graph(ComputationGraph net, Objective objective) {
    return new LossGraph(net, objective, Twin.Mode.TRAINING, 3);
  }

  private static ComputationGraph network(int classes) {
    ComputationGraph net =
        new ComputationGraph(ConvNet.builder(SIZE, classes).optFilters(4, 5).optSeed(3).build());
    net.init();
    return net.convertDataType(DataType.DOUBLE);
  }

  /** Class k's mask in image b begins at row and column k, and the image's is all of them. */
  private static MaskedBatch batch(int classes) {
    Nd4j.getRandom().setSeed(37);
    INDArray images =
        Nd4j.rand(DataType.DOUBLE, IMAGES, SIZE.channels(), SIZE.height(), SIZE.width());
    INDArray masks = Nd4j.zeros(DataType.DOUBLE, IMAGES, classes, SIZE.height(), SIZE.width());
    for (int b = 0; b < IMAGES; b++) {
      for (int k = 0; k < classes; k++) {
        masks
            .get(
                NDArrayIndex.point(b),
                NDArrayIndex.point(k),
                NDArrayIndex.interval(k, k + 2 + b),
                NDArrayIndex.interval(k, k + 3))
            .assign(1);
      }
    }
    return with(Batches.of(images, classes), masks);
  }

  private static MaskedBatch with(MaskedBatch batch, INDArray classMasks) {
    return new MaskedBatch(
        batch.images(),
        batch.labels(),
        batch.weights(),
        classMasks.max(true, 1),
        Optional.of(classMasks),
        batch.hasMask(),
        List.copyOf(batch.files()));
  }
}
