package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.graph.Networks;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.Cells;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.Dl4jRelevance;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** The systems beside the ISNet learn, each on the same trainer. */
class SystemsTrainingTest {

  private static final ImageSize SIZE = new ImageSize(12, 12, 1);

  /** In the middle class 0 has rows, class 1 columns; every fifth image has no mask. */
  private record Stripes(int size) implements MaskedImageSource {
    @Override
    public List<String> classes() {
      return List.of("rows", "columns");
    }

    @Override
    public ImageSize imageSize() {
      return SIZE;
    }

    @Override
    public Iterator<MaskedBatch> epoch(int epoch) {
      return IntStream.iterate(0, from -> from < size, from -> from + 10)
          .mapToObj(from -> batch(new Random(100L * epoch + from)))
          .iterator();
    }

    private static MaskedBatch batch(Random random) {
      float[][][][] pixels = new float[10][1][12][12];
      float[][] labels = new float[10][2];
      float[][][][] masks = new float[10][1][12][12];
      boolean[] hasMask = new boolean[10];
      for (int i = 0; i < 10; i++) {
        int label = i % 2;
        labels[i][label] = 1;
        hasMask[i] = i % 5 != 4;
        for (int r = 0; r < 12; r++) {
          for (int c = 0; c < 12; c++) {
            boolean inside = r >= 3 && r < 9 && c >= 3 && c < 9;
            masks[i][0][r][c] = inside || !hasMask[i] ? 1 : 0;
            boolean bright = inside && (label == 0 ? r : c) % 2 == 0;
            pixels[i][0][r][c] = 0.3f * random.nextFloat() + (bright ? 0.7f : 0);
          }
        }
      }
      return new MaskedBatch(
          Nd4j.createFromArray(pixels),
          Nd4j.createFromArray(labels),
          Nd4j.createFromArray(masks),
          hasMask,
          Collections.nCopies(10, "stripes"));
    }
  }

  static List<Objective> systems() {
    return List.of(
        Objective.isnetGradientInput(0.5, HeatmapLoss.standard()),
        Objective.rightReasons(1),
        Objective.Gain.STANDARD,
        Objective.Gain.STANDARD.withoutMasks());
  }

  @ParameterizedTest
  @MethodSource("systems")
  void everySystemLearnsASeparableProblemAndLowersItsPenalty(Objective objective) {
    List<EpochMetrics> epochs = train(objective, 20);
    EpochMetrics first = epochs.get(0);
    EpochMetrics last = epochs.get(epochs.size() - 1);
    assertThat(last.validationMacroF1()).isEqualTo(1);
    assertThat(last.validationLoss()).isLessThan(0.7 * first.validationLoss());
  }

  @ParameterizedTest
  @MethodSource("systems")
  void validationCombinesItsTermsAsTrainingDoes(Objective objective) {
    double p = objective instanceof Objective.Isnet isnet ? isnet.p() : 0;
    for (EpochMetrics m : train(objective, 2)) {
      assertThat(m.trainLoss())
          .isCloseTo(
              objective.total(
                  new LossGraph.Terms(m.classification(), m.background(), m.foreground()), p),
              within(1e-12));
      assertThat(m.validationLoss())
          .isCloseTo(
              objective.total(
                  new LossGraph.Terms(
                      m.validationClassification(),
                      m.validationBackground(),
                      m.validationForeground()),
                  p),
              within(1e-12));
      assertThat(m.validationBackground() + m.validationForeground()).isPositive();
    }
  }

  @Test
  void validationOfGradientInputLooksAtGradientInput() {
    ComputationGraph net = Networks.RESIDUAL.create(DataType.DOUBLE);
    INDArray images = Networks.images(DataType.DOUBLE, 2);
    MaskedBatch batch = Batches.of(images, 3);
    Dl4jRelevance dl4j = new Dl4jRelevance(net, Networks.SIZE);
    INDArray maps =
        Nd4j.concat(
                0,
                IntStream.range(0, 3)
                    .mapToObj(k -> dl4j.of(images, k).get("in"))
                    .toArray(INDArray[]::new))
            .dup('c');
    HeatmapLoss.Terms expected =
        HeatmapLoss.standard()
            .evaluate(
                Cells.of(maps),
                Cells.of(batch.masks()),
                new boolean[] {true, true},
                new HeatmapLoss.Shape(3, 2, 3, 120),
                1,
                Cells.of(maps.dup('c')));
    Objective objective = Objective.isnetGradientInput(0.5, HeatmapLoss.standard());
    try (LossGraph graph = new LossGraph(net, objective, Twin.Mode.EVALUATION, 3)) {
      LossGraph.Terms terms = graph.run(batch, 0.5, 0);
      assertThat(terms.background()).isCloseTo(expected.background(), within(1e-9));
      assertThat(terms.foreground()).isCloseTo(expected.foreground(), within(1e-9));
    }
  }

  private static List<EpochMetrics> train(Objective objective, int epochs) {
    ComputationGraph net =
        new ComputationGraph(ConvNet.builder(SIZE, 2).optFilters(8, 16).optSeed(3).build());
    List<EpochMetrics> seen = new ArrayList<>();
    Trainer.builder(
            net,
            objective,
            new TrainingPlan(epochs, new Adam(1e-2), 1, 0, Optional.empty(), 0, 7),
            new Stripes(40),
            new Stripes(10))
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
}
