package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.Architecture;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Twin;
import dev.isnet.loss.HeatmapLoss;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Every system takes a training step on every family of backbones. On maps of one cell a batch
 * norm's statistics are those of a handful of numbers, so the images are larger than that.
 */
class SystemsOnBackbonesIT {

  private static final List<Objective> SYSTEMS =
      List.of(
          Objective.isnetGradientInput(0.5, HeatmapLoss.standard()),
          Objective.rightReasons(1),
          Objective.Gain.STANDARD,
          Objective.Gain.STANDARD.withoutMasks());

  @ParameterizedTest
  @EnumSource(
      value = Architecture.class,
      names = {"CONVNET", "VGG11", "VGG11_BN", "RESNET18", "RESNET50", "DENSENET121"})
  void aStepHasFiniteTermsAndAGradient(Architecture architecture) {
    ImageSize size = new ImageSize(64, 64, 3);
    Nd4j.getRandom().setSeed(4);
    INDArray images = Nd4j.rand(DataType.FLOAT, 4, 3, 64, 64);
    MaskedBatch batch = Batches.of(images, 3);
    ComputationGraph net = new ComputationGraph(architecture.builder(size, 3).optSeed(2).build());
    net.init();
    for (Objective objective : SYSTEMS) {
      try (LossGraph graph = new LossGraph(net, objective, Twin.Mode.TRAINING, 3)) {
        LossGraph.Terms terms = graph.run(batch, 0.5, 1);
        assertThat(graph.total(terms, 0.5)).as("%s", objective).isFinite().isPositive();
        double norm = graph.gradient().norm2Number().doubleValue();
        assertThat(norm).as("%s %s", objective, terms).isFinite().isPositive();
        graph.updateStatistics();
      }
    }
  }
}
