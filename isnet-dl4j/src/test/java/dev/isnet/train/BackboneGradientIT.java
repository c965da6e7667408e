package dev.isnet.train;

import dev.isnet.backbone.Architecture;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.ParameterSlot;
import dev.isnet.graph.Twin;
import dev.isnet.loss.ForegroundForm;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.Backbones;
import dev.isnet.relevance.RuleSet;
import java.util.Comparator;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of the heatmap loss of a whole backbone of each family against difference quotients,
 * with the statistics of batch norms held, as relevance holds them.
 */
class BackboneGradientIT {

  private static final HeatmapLoss LOSS =
      new HeatmapLoss(1, 3, 0.5, 2, 1, 0.9, ForegroundForm.HYBRID);

  private static final int CANDIDATES = 50;

  /** One of so few parameters that has a kink beside it is a large share. */
  private static final double KINKS = 0.2;

  @ParameterizedTest
  @CsvSource({"CONVNET,60", "VGG11_BN,12", "RESNET18,16", "RESNET50,12", "DENSENET121,24"})
  void agreesWithDifferenceQuotients(Architecture architecture, int tried) {
    ComputationGraph net = Backbones.create(architecture, DataType.DOUBLE);
    MaskedBatch batch = Batches.of(Backbones.images(DataType.DOUBLE, 1), 2);
    Objective.Isnet objective = Objective.isnet(1, LOSS, RuleSet.standard());
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    INDArray gradient;
    try (Step step = new Step(net, twin, objective, batch, 2)) {
      step.loss();
      gradient = step.gradient();
    }
    // The loss without its backward pass: a whole step costs four times as much.
    try (LossGraph loss = new LossGraph(net, objective, Twin.Mode.EVALUATION, 2)) {
      DifferenceQuotients.assertAgree(
          net.params(),
          positions(twin, gradient, tried),
          gradient,
          () -> loss.total(loss.run(batch, 1, 1), 1),
          KINKS);
    }
  }

  /**
   * In layers that are spread over the network, of some of each the one of the greatest gradient.
   */
  private static LongStream positions(Twin twin, INDArray gradient, int tried) {
    int count = twin.parameters().size();
    return LongStream.range(0, tried)
        .map(i -> i * count / tried)
        .distinct()
        .map(
            i -> {
              ParameterSlot slot = twin.parameters().get((int) i).slot();
              return LongStream.range(0, CANDIDATES)
                  .mapToObj(c -> slot.offset() + c * slot.length() / CANDIDATES)
                  .max(Comparator.comparingDouble(at -> Math.abs(gradient.getDouble(at))))
                  .orElseThrow();
            });
  }
}
