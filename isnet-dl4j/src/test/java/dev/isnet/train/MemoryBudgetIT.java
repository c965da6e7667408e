package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.graph.Translators;
import dev.isnet.graph.Twin;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.RuleSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** A hundred classes in the memory of one map at a time. */
class MemoryBudgetIT {

  private static final int CLASSES = 100;
  private static final int BATCH = 8;
  private static final ImageSize SIZE = new ImageSize(16, 16, 1);

  /** Random images of all classes; the last batch is smaller. */
  private record RandomImages(int size, long seed) implements MaskedImageSource {
    @Override
    public List<String> classes() {
      return IntStream.range(0, CLASSES).mapToObj(k -> "class" + k).toList();
    }

    @Override
    public ImageSize imageSize() {
      return SIZE;
    }

    @Override
    public Iterator<MaskedBatch> epoch(int epoch) {
      return IntStream.iterate(0, from -> from < size, from -> from + BATCH)
          .mapToObj(from -> batch(Math.min(BATCH, size - from), seed + 100 * epoch + from))
          .iterator();
    }
  }

  private static MaskedBatch batch(int images, long seed) {
    Nd4j.getRandom().setSeed(seed);
    return Batches.of(Nd4j.rand(DataType.FLOAT, images, 1, SIZE.height(), SIZE.width()), CLASSES);
  }

  private record Run(long peak, List<EpochMetrics> epochs) {}

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trainingValidationAndLastBatchesShareTheBudget(boolean deep) {
    Objective.Isnet objective = objective(deep);
    long together = bytes(objective, CLASSES);
    long budget = bytes(objective, 1) * 11 / 10;
    assertThat(together).isGreaterThan(5 * budget);
    Run within = train(objective.within(budget));
    assertThat(within.peak()).isLessThanOrEqualTo(budget).isGreaterThan(budget / 2);
    // what training does is the same
    Run unlimited = train(objective);
    assertThat(unlimited.peak()).isGreaterThan(2 * budget);
    for (int epoch = 0; epoch < 2; epoch++) {
      EpochMetrics ours = within.epochs().get(epoch);
      EpochMetrics theirs = unlimited.epochs().get(epoch);
      assertThat(ours.trainLoss()).isCloseTo(theirs.trainLoss(), withinPercentage(0.01));
      assertThat(ours.validationLoss()).isCloseTo(theirs.validationLoss(), withinPercentage(0.01));
    }
  }

  @Test
  void whatFitsBesideTheOthersIsKept() {
    Objective.Isnet objective = objective(false);
    StepMemory memory = new StepMemory(objective.within(Long.MAX_VALUE));
    ComputationGraph net = network();
    try (LossGraph graph = graph(net, objective, memory)) {
      graph.run(batch(BATCH, 1), 0.5, 1);
      long first = graph.compiled().bytes();
      graph.run(batch(3, 2), 0.5, 1);
      assertThat(memory.peak()).isEqualTo(first + graph.compiled().bytes());
      graph.run(batch(BATCH, 3), 0.5, 1);
      assertThat(graph.compiled().bytes()).isEqualTo(first);
      assertThat(memory.peak()).isGreaterThan(first);
    }
  }

  private static LossGraph graph(
      ComputationGraph net, Objective.Isnet objective, StepMemory memory) {
    return new LossGraph(
        net, objective, Twin.Mode.TRAINING, CLASSES, Translators.standard(), memory);
  }

  private static Run train(Objective.Isnet objective) {
    List<EpochMetrics> epochs = new ArrayList<>();
    Trainer trainer =
        Trainer.builder(
                network(),
                objective,
                TrainingPlan.standard(2),
                new RandomImages(20, 1),
                new RandomImages(12, 2))
            .optListener(
                new TrainingListener() {
                  @Override
                  public void epoch(EpochMetrics metrics) {
                    epochs.add(metrics);
                  }
                })
            .build();
    trainer.fit();
    return new Run(trainer.memory().peak(), epochs);
  }

  private static Objective.Isnet objective(boolean deep) {
    Objective.Isnet objective = Objective.isnet(0.5, HeatmapLoss.standard(), RuleSet.standard());
    return deep
        ? objective.with(
            new DeepSupervision(
                Map.of("pool1", new DeepSupervision.Bounds(1, 25)), DeepSupervision.DEFAULT_DECAY))
        : objective;
  }

  private static long bytes(Objective.Isnet objective, int chunk) {
    ComputationGraph net = network();
    try (Step step =
        new Step(net, Twin.of(net, Twin.Mode.TRAINING), objective, batch(BATCH, 1), chunk)) {
      return step.bytes();
    }
  }

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(ConvNet.builder(SIZE, CLASSES).optFilters(8, 8).optSeed(3).build());
    net.init();
    return net;
  }
}
