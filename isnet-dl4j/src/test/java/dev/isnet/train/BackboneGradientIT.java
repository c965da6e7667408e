package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.Architecture;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.ParameterSlot;
import dev.isnet.graph.Twin;
import dev.isnet.loss.ForegroundForm;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.Backbones;
import dev.isnet.relevance.RuleSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The gradient of the heatmap loss of whole backbones against difference quotients, with the
 * statistics of batch norms held, as relevance holds them.
 */
class BackboneGradientIT {

  private static final HeatmapLoss LOSS =
      new HeatmapLoss(1, 3, 0.5, 2, 1, 0.9, ForegroundForm.HYBRID);

  private static final int CANDIDATES = 50;

  /** One of so few parameters that has a kink beside it is a large share. */
  private static final double KINKS = 0.2;

  private static final int DIRECTIONS = 4;

  @ParameterizedTest
  @CsvSource({"CONVNET,60", "VGG11_BN,12", "RESNET18,16", "RESNET50,12", "DENSENET121,24"})
  void agreesWithDifferenceQuotients(Architecture architecture, int tried) {
    ComputationGraph net = Backbones.narrow(architecture);
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
   * All parameters move at once, each by a random share of what is usual in its layer. Among the
   * units of a whole network there is sometimes one with a kink within the step.
   */
  @ParameterizedTest
  @EnumSource(value = Architecture.class, mode = EnumSource.Mode.MATCH_NONE, names = "VIT_.*")
  void ofEveryBackboneAgreesAlongRandomDirections(Architecture architecture) {
    ComputationGraph net = Backbones.narrow(architecture);
    MaskedBatch batch = Batches.of(Backbones.images(DataType.DOUBLE, 1), 2);
    Objective.Isnet objective = Objective.isnet(1, LOSS, RuleSet.standard());
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    Nd4j.getRandom().setSeed(31);
    try (Step step = new Step(net, twin, objective, batch, 2);
        LossGraph loss = new LossGraph(net, objective, Twin.Mode.EVALUATION, 2)) {
      step.loss();
      int found = 0;
      for (int i = 0; i < DIRECTIONS; i++) {
        try (INDArray gradient = step.gradient();
            INDArray direction = direction(twin, net.params())) {
          double slope =
              gradient.reshape(direction.shape()).muli(direction).sumNumber().doubleValue();
          assertThat(slope).isNotZero();
          if (DifferenceQuotients.agreesAlong(
              net.params(), direction, slope, () -> loss.total(loss.run(batch, 1, 1), 1))) {
            found++;
          }
        }
      }
      assertThat(found).isGreaterThanOrEqualTo(DIRECTIONS / 2);
    }
  }

  /** All but the shift of a first layer with a batch norm, which is a constant to LRP-zB. */
  private static List<Twin.Parameter> compared(Twin twin) {
    boolean normed =
        twin.parameters().stream().anyMatch(p -> p.variable().name().endsWith("/beta"));
    return twin.parameters().stream()
        .filter(p -> !normed || !p.variable().name().matches("(conv1\\.1/b|norm(1\\.1)?/beta)"))
        .toList();
  }

  private static INDArray direction(Twin twin, INDArray parameters) {
    INDArray direction = Nd4j.zerosLike(parameters);
    for (Twin.Parameter parameter : compared(twin)) {
      INDArray values = parameter.array();
      double usual = values.norm2Number().doubleValue() / Math.sqrt(values.length());
      INDArray part = parameter.slot().in(direction);
      try (INDArray random = Nd4j.randn(part.dataType(), part.shape())) {
        part.addi(random.muli(usual));
      }
    }
    return direction;
  }

  /**
   * In layers that are spread over the network, of some of each the one of the greatest gradient.
   */
  private static LongStream positions(Twin twin, INDArray gradient, int tried) {
    List<Twin.Parameter> parameters = compared(twin);
    int count = parameters.size();
    return LongStream.range(0, tried)
        .map(i -> i * count / tried)
        .distinct()
        .map(
            i -> {
              ParameterSlot slot = parameters.get((int) i).slot();
              return LongStream.range(0, CANDIDATES)
                  .mapToObj(c -> slot.offset() + c * slot.length() / CANDIDATES)
                  .max(Comparator.comparingDouble(at -> Math.abs(gradient.getDouble(at))))
                  .orElseThrow();
            });
  }
}
