package dev.isnet.train;

import dev.isnet.backbone.MultiTaskUNet;
import dev.isnet.backbone.VisionTransformer;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Twin;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** The gradients of whole networks against difference quotients, all parameters being random. */
class ArchitectureGradientTest {

  private static final ImageSize SIZE = new ImageSize(8, 12, 3);
  private static final int TRIED = 150;

  @Test
  void ofTokensAttentionAndTheirNorms() {
    assertAgree(
        VisionTransformer.small(SIZE, 3)
            .optPatch(4)
            .optBlocks(2)
            .optWidth(8)
            .optHeads(2)
            .optSeed(5)
            .build(),
        Objective.plain());
  }

  @Test
  void ofTwoTasksAtOnce() {
    assertAgree(
        MultiTaskUNet.builder(SIZE, 3)
            .optDepth(3)
            .optFilters(2)
            .optDense(6)
            .optDropout(0)
            .optSeed(5)
            .build(),
        new Objective.MultiTask(0.7, 1.3));
  }

  /** In evaluation, where batch norms hold their statistics. */
  private static void assertAgree(
      ComputationGraphConfiguration configuration, Objective objective) {
    ComputationGraph single = new ComputationGraph(configuration);
    single.init();
    ComputationGraph net = single.convertDataType(DataType.DOUBLE);
    Nd4j.getRandom().setSeed(11);
    net.params().addi(Nd4j.rand(DataType.DOUBLE, net.params().shape()).muli(0.6));
    MaskedBatch batch = Batches.of(Nd4j.rand(DataType.DOUBLE, 2, 3, 8, 12), 3);
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    try (Step step = new Step(net, twin, objective, batch, 3)) {
      step.loss();
      DifferenceQuotients.assertAgree(
          net.params(),
          DifferenceQuotients.positions(twin.parameters(), TRIED),
          step.gradient(),
          step::loss);
    }
  }
}
