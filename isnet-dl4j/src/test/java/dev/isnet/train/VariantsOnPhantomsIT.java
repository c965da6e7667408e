package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.phantom.ChestPhantom;
import dev.isnet.data.phantom.PhantomImages;
import dev.isnet.explain.Explainer;
import dev.isnet.graph.Twin;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** Every variant, with and without deep supervision, through the trainer on generated images. */
class VariantsOnPhantomsIT {

  private static final ImageSize SIZE = new ImageSize(32, 32, 1);
  private static final int EPOCHS = 20;
  private static final double P = 0.8;
  private static final PhantomImages TRAIN = phantoms(8, 1);
  private static final PhantomImages VALIDATION = phantoms(4, 2);

  private static PhantomImages phantoms(int perClass, long seed) {
    return PhantomImages.builder(SIZE, perClass, seed)
        .optBatch(8)
        .optShuffle(true)
        .optBias(ChestPhantom.hospitalMarkers(), BiasScenario.BIASED)
        .build();
  }

  static Stream<Arguments> cases() {
    return Stream.of(Variant.values())
        .flatMap(variant -> Stream.of(Arguments.of(variant, false), Arguments.of(variant, true)));
  }

  @ParameterizedTest(name = "{0}, deep supervision: {1}")
  @MethodSource("cases")
  void trainingTakesTheEvidenceOutOfTheBackground(Variant variant, boolean deep) {
    Objective.Isnet plain = Objective.isnet(P).with(variant);
    Objective.Isnet objective =
        deep
            ? plain.with(
                new DeepSupervision(
                    Map.of(
                        "pool1", new DeepSupervision.Bounds(1, 25),
                        "conv2", new DeepSupervision.Bounds(1, 25)),
                    DeepSupervision.DEFAULT_DECAY))
            : plain;
    ComputationGraph net =
        new ComputationGraph(ConvNet.builder(SIZE, 3).optFilters(6, 8, 8).optSeed(4).build());
    net.init();
    double before = backgroundShare(net);
    List<EpochMetrics> epochs = new ArrayList<>();
    TrainingPlan plan = new TrainingPlan(EPOCHS, new Adam(3e-3), 1, 0, Optional.empty(), 0, 5);
    Trainer.builder(net, objective, plan, TRAIN, VALIDATION)
        .optListener(
            new TrainingListener() {
              @Override
              public void epoch(EpochMetrics metrics) {
                epochs.add(metrics);
              }
            })
        .build()
        .fit();

    EpochMetrics first = epochs.get(0);
    EpochMetrics last = epochs.get(EPOCHS - 1);
    assertThat(epochs).hasSize(EPOCHS);
    assertThat(heatmapLoss(last)).isLessThan(0.9 * heatmapLoss(first));
    assertThat(last.validationLoss()).isLessThan(first.validationLoss());
    assertThat(backgroundShare(net)).isLessThan(before - 0.05);
    assertGradientFinite(net, objective);
  }

  private static double heatmapLoss(EpochMetrics metrics) {
    return metrics.background() + 3 * metrics.foreground();
  }

  /** Share of |R| outside the lungs, in the maps of all classes of the validation images. */
  private static double backgroundShare(ComputationGraph net) {
    double all = 0;
    double outside = 0;
    try (Explainer explainer = new Explainer(net, RuleSet.standard());
        BatchIterator batches = VALIDATION.epoch(0)) {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          for (int k = 0; k < 3; k++) {
            INDArray map =
                org.nd4j.linalg.ops.transforms.Transforms.abs(
                    explainer.explain(batch.images(), k).reshape(batch.images().shape()));
            all += map.sumNumber().doubleValue();
            outside += map.mul(batch.masks().rsub(1)).sumNumber().doubleValue();
          }
        }
      }
    }
    return outside / all;
  }

  private static void assertGradientFinite(ComputationGraph net, Objective objective) {
    try (LossGraph graph = new LossGraph(net, objective, Twin.Mode.TRAINING, 3);
        BatchIterator batches = TRAIN.epoch(0);
        MaskedBatch batch = batches.next()) {
      graph.run(batch, P, 1);
      INDArray gradient = graph.gradient();
      double norm = gradient.norm2Number().doubleValue();
      assertThat(norm).isFinite().isPositive();
    }
  }
}
