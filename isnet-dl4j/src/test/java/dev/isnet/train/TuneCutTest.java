package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.phantom.PhantomImages;
import dev.isnet.explain.Explainer;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

class TuneCutTest {

  private static final ImageSize SIZE = new ImageSize(16, 16, 1);
  private static final PhantomImages TRAIN =
      PhantomImages.builder(SIZE, 5, 1).optBatch(6).optShuffle(true).build();
  private static final PhantomImages VALIDATION = PhantomImages.builder(SIZE, 2, 2).build();

  @Test
  void theBoundsFollowMeanAndDeviationOfTheMapsTotals() {
    // μ/5 above μ − 3σ; 25·C1 above μ + 3σ
    assertThat(TuneCut.bounds(10, 4)).isEqualTo(new DeepSupervision.Bounds(2, 22));
    // μ − 3σ above μ/5
    assertThat(TuneCut.bounds(10, 1)).isEqualTo(new DeepSupervision.Bounds(7, 13));
    // μ + 3σ above 25·C1
    assertThat(TuneCut.bounds(1, 2)).isEqualTo(new DeepSupervision.Bounds(0.2, 5));
  }

  @Test
  void theBoundsAreThoseOfTheParametersAfterTheLastEpochNotOfTheBest() {
    TrainingPlan plan = plan(4, new Sgd(-0.1)); // uphill, so the first epoch is the best
    ComputationGraph training = network();
    ComputationGraph last = network();
    TrainingResult plain =
        Trainer.builder(training, Objective.plain(), plan, TRAIN, VALIDATION)
            .optListener(
                new TrainingListener() {
                  @Override
                  public void epoch(EpochMetrics metrics) {
                    last.params().assign(training.params());
                  }
                })
            .build()
            .fit();
    assertThat(plain.bestEpoch()).isZero();

    TuneCut.Result found = TuneCut.of(network(), Objective.isnet(0.5), plan, TRAIN, VALIDATION);

    DeepSupervision.Bounds expected = bounds(last, 3);
    assertThat(found.pixels().c1()).isCloseTo(expected.c1(), within(1e-4 * expected.c1()));
    assertThat(found.pixels().c2()).isCloseTo(expected.c2(), within(1e-4 * expected.c2()));
    assertThat(found.layers()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void everyVariantHasBoundsForPixelsAndHiddenLayers(Variant variant) {
    DeepSupervision deep =
        new DeepSupervision(
            Map.of("pool1", new DeepSupervision.Bounds(1, 25)), DeepSupervision.DEFAULT_DECAY);
    Objective.Isnet objective = Objective.isnet(0.5).with(variant).with(deep);
    TuneCut.Result found =
        TuneCut.of(network(), objective, plan(1, new Adam(1e-3)), TRAIN, VALIDATION);
    assertThat(found.layers()).containsOnlyKeys("pool1");
    for (DeepSupervision.Bounds bounds : List.of(found.pixels(), found.layers().get("pool1"))) {
      assertThat(bounds.c1()).isPositive();
      assertThat(bounds.c2()).isGreaterThan(bounds.c1()).isLessThanOrEqualTo(25 * bounds.c1());
    }
  }

  @Test
  void mapsThatDoNotFitTogetherAreMadeInGroupsWithTheSameBounds() {
    ComputationGraph net = network();
    long together = bytes(net, Long.MAX_VALUE, 3);
    try (RelevanceTotals all = new RelevanceTotals(net, Objective.isnet(0.5), 3);
        RelevanceTotals groups =
            new RelevanceTotals(net, Objective.isnet(0.5).within(together - 1), 3)) {
      try (BatchIterator batches = TRAIN.epoch(0)) {
        while (batches.hasNext()) {
          try (MaskedBatch batch = batches.next()) {
            all.add(batch.images());
            groups.add(batch.images());
          }
        }
      }
      assertThat(all.chunk()).isEqualTo(3);
      assertThat(groups.chunk()).isLessThan(3);
      assertThat(groups.bytes()).isLessThan(together);
      assertThat(groups.pixels().mean()).isCloseTo(all.pixels().mean(), within(1e-6));
      assertThat(groups.pixels().deviation()).isCloseTo(all.pixels().deviation(), within(1e-6));
    }
  }

  @Test
  void aBudgetThatNotEvenOneMapFitsIsASentence() {
    assertThatThrownBy(
            () ->
                TuneCut.of(
                    network(),
                    Objective.isnet(0.5).within(1000),
                    plan(1, new Sgd(0)),
                    TRAIN,
                    VALIDATION))
        .isInstanceOf(InputException.class)
        .hasMessageMatching(
            "A step of 6 images needs \\d+ kB with the heatmaps made one by one, but its memory is 1 kB; take a smaller batch or allow more\\.");
  }

  @Test
  void aClassifierWithoutRelevanceIsASentence() {
    ComputationGraph dead = network();
    dead.getParam("classes_W").assign(0);
    assertThatThrownBy(
            () -> TuneCut.of(dead, Objective.isnet(0.5), plan(2, new Sgd(0)), TRAIN, VALIDATION))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Tune-cut finds no bounds: after its plain epochs the mean of Σ|H| at the pixels is 0.0, where a number above 0 is needed; give it more epochs, lower the learning rate, or set c1 and c2 yourself.");
  }

  @ParameterizedTest
  @CsvSource({"0,1", "-1,1", "NaN,1", "2,1", "1,NaN", "1,Infinity"})
  void boundsThatAreNoneAreRefused(double c1, double c2) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DeepSupervision.Bounds(c1, c2))
        .withMessage("bounds are finite with 0 < c1 ≤ c2, not c1 = " + c1 + " and c2 = " + c2);
  }

  private static long bytes(ComputationGraph net, long memory, int classes) {
    try (RelevanceTotals totals =
            new RelevanceTotals(net, Objective.isnet(0.5).within(memory), classes);
        BatchIterator batches = TRAIN.epoch(0);
        MaskedBatch batch = batches.next()) {
      totals.add(batch.images());
      return totals.bytes();
    }
  }

  /** Mean and deviation of the totals by another way: the explainer's maps, added up here. */
  private static DeepSupervision.Bounds bounds(ComputationGraph net, int epoch) {
    List<Double> totals = new ArrayList<>();
    try (Explainer explainer = new Explainer(net, RuleSet.standard());
        BatchIterator batches = TRAIN.epoch(epoch)) {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          INDArray maps = explainer.explain(batch.images());
          for (int b = 0; b < batch.size(); b++) {
            for (int k = 0; k < 3; k++) {
              totals.add(maps.slice(b).slice(k).dup().norm1Number().doubleValue());
            }
          }
        }
      }
    }
    double mean = totals.stream().mapToDouble(t -> t).average().orElseThrow();
    double variance =
        totals.stream().mapToDouble(t -> (t - mean) * (t - mean)).average().orElseThrow();
    return TuneCut.bounds(mean, Math.sqrt(variance));
  }

  private static TrainingPlan plan(int epochs, IUpdater updater) {
    return new TrainingPlan(epochs, updater, 1, 0, Optional.empty(), 0, 7);
  }

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(ConvNet.builder(SIZE, 3).optFilters(3, 4).optSeed(3).build());
    net.init();
    return net;
  }
}
