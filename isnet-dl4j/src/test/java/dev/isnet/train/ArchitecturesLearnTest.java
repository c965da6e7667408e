package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.backbone.AgSononet;
import dev.isnet.backbone.ConvNet;
import dev.isnet.backbone.MultiTaskUNet;
import dev.isnet.backbone.UNet;
import dev.isnet.backbone.VisionTransformer;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.evaluate.Evaluation;
import dev.isnet.graph.Predictor;
import dev.isnet.segment.ErasedImages;
import dev.isnet.segment.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;

/** Each architecture learns a problem whose classes are separable. */
class ArchitecturesLearnTest {

  @Test
  void anAgSononet() {
    ComputationGraphConfiguration small =
        AgSononet.builder(Stripes.SIZE, 2).optFeatureScale(16).optSeed(1).build();
    assertThat(lastOf(small, Objective.plain(), 4).validationMacroF1()).isEqualTo(1);
    EpochMetrics isnet = lastOf(small, Objective.isnet(0.5), 4);
    assertThat(isnet.validationMacroF1()).isEqualTo(1);
    assertThat(isnet.validationBackground()).isLessThan(0.9);
  }

  @Test
  void aVisionTransformer() {
    ComputationGraphConfiguration small =
        VisionTransformer.small(Stripes.SIZE, 2).optBlocks(2).optWidth(32).optSeed(1).build();
    assertThat(lastOf(small, Objective.plain(), 20).validationMacroF1()).isEqualTo(1);
    assertThatThrownBy(() -> lastOf(small, Objective.isnet(0.5), 1))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Relevance does not pass the self-attention of vertex \"block1.attention\"; a transformer is explained by attention rollout and trained by the classification loss, system: plain.");
  }

  @Test
  void aMultiTaskUNetLearnsBothTasks() {
    ComputationGraphConfiguration small =
        MultiTaskUNet.builder(Stripes.SIZE, 2)
            .optDepth(3)
            .optFilters(6)
            .optDense(32)
            .optDropout(0.2)
            .optSeed(1)
            .build();
    EpochMetrics last = lastOf(small, new Objective.MultiTask(1, 0.5), 12);
    assertThat(last.validationMacroF1()).isEqualTo(1);
    assertThat(last.validationForeground()).isLessThan(0.2); // 1 − soft Dice
    assertThat(last.validationLoss())
        .isEqualTo(
            last.validationClassification()
                + 0.5 * (last.validationBackground() + last.validationForeground()));
  }

  @Test
  void aNetworkWithoutAMaskHasOneTask() {
    ComputationGraphConfiguration single =
        AgSononet.builder(Stripes.SIZE, 2).optFeatureScale(16).build();
    assertThatThrownBy(() -> lastOf(single, new Objective.MultiTask(1, 1), 1))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("The network gives no mask beside its classes");
  }

  @Test
  void aPipelinesClassifierLearnsFromErasedImages() {
    ComputationGraph segmenter =
        new ComputationGraph(UNet.builder(Stripes.SIZE).optDepth(3).optFilters(6).build());
    segmenter.init();
    fit(segmenter, Objective.segmentation(), new Stripes(64), new Stripes(32), 6);
    ComputationGraph classifier =
        new ComputationGraph(ConvNet.builder(Stripes.SIZE, 2).optFilters(6, 8, 8).build());
    classifier.init();
    try (Predictor foreground = new Predictor(segmenter)) {
      EpochMetrics last =
          fit(
              classifier,
              Objective.plain(),
              new ErasedImages(new Stripes(64), foreground, 0.5),
              new ErasedImages(new Stripes(32), foreground, 0.5),
              10);
      assertThat(last.validationMacroF1()).isEqualTo(1);
    }
    ComputationGraph whole = Pipeline.join(segmenter, 0.5, classifier, Stripes.SIZE);
    try (Predictor predictor = new Predictor(whole)) {
      assertThat(Evaluation.evaluate(predictor, new Stripes(32)).confusion().macroF1())
          .isEqualTo(1);
    }
  }

  private static EpochMetrics lastOf(
      ComputationGraphConfiguration configuration, Objective objective, int epochs) {
    ComputationGraph net = new ComputationGraph(configuration.clone());
    net.init();
    return fit(net, objective, new Stripes(64), new Stripes(32), epochs);
  }

  private static EpochMetrics fit(
      ComputationGraph net,
      Objective objective,
      MaskedImageSource train,
      MaskedImageSource validation,
      int epochs) {
    List<EpochMetrics> seen = new ArrayList<>();
    TrainingPlan plan = new TrainingPlan(epochs, new Adam(3e-3), 1, 0, Optional.empty(), 0, 7);
    Trainer.builder(net, objective, plan, train, validation)
        .optListener(
            new TrainingListener() {
              @Override
              public void epoch(EpochMetrics metrics) {
                seen.add(metrics);
              }
            })
        .build()
        .fit();
    return seen.get(epochs - 1);
  }
}
