package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.AgSononet;
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

  private static EpochMetrics lastOf(
      ComputationGraphConfiguration configuration, Objective objective, int epochs) {
    ComputationGraph net = new ComputationGraph(configuration.clone());
    net.init();
    List<EpochMetrics> seen = new ArrayList<>();
    TrainingPlan plan = new TrainingPlan(epochs, new Adam(3e-3), 1, 0, Optional.empty(), 0, 7);
    Trainer.builder(net, objective, plan, new Stripes(64), new Stripes(32))
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
