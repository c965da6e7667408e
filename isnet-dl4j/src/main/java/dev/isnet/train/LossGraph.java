package dev.isnet.train;

import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Translators;
import dev.isnet.graph.Twin;
import dev.isnet.relevance.Variant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The objective of one network as a compiled graph: in training with the gradient of every
 * parameter and the batch's statistics, in validation without. Owns native memory.
 */
public final class LossGraph implements AutoCloseable {

  /**
   * The terms of the loss of one batch. Every {@link Objective} says what its terms are; one that
   * it does not have is 0.
   *
   * @param classification L_C; a segmenter's cross-entropy over pixels
   * @param background what is wrong outside the masks, such as L1
   * @param foreground what is wrong inside, such as L2
   */
  public record Terms(double classification, double background, double foreground) {}

  private final ComputationGraph network;
  private final Objective objective;
  private final Twin.Mode mode;
  private final Translators translators;
  private final int classes;
  private final INDArray flatGradient;
  private final HeatmapGroups groups;
  private LossTwin step;
  private Map<Twin.Parameter, SDVariable> gradients;
  private boolean classMasks;
  private Optional<CompiledGraph> last = Optional.empty();

  /**
   * Builds the graph.
   *
   * @param network an initialised network
   * @param objective what is minimised
   * @param mode training, with gradients, or evaluation, without
   * @param classes number of classes of the batches, K
   * @throws InputException when the network or the objective does not fit
   */
  public LossGraph(ComputationGraph network, Objective objective, Twin.Mode mode, int classes) {
    this(network, objective, mode, classes, Translators.standard());
  }

  /**
   * Builds the graph of a network with layers of one's own.
   *
   * @param network an initialised network
   * @param objective what is minimised
   * @param mode training, with gradients, or evaluation, without
   * @param classes number of classes of the batches, K
   * @param translators what is known of its layers
   * @throws InputException when the network or the objective does not fit
   */
  public LossGraph(
      ComputationGraph network,
      Objective objective,
      Twin.Mode mode,
      int classes,
      Translators translators) {
    this(network, objective, mode, classes, translators, new StepMemory(objective));
  }

  /** Builds a graph that shares the memory of a step with others. */
  LossGraph(
      ComputationGraph network,
      Objective objective,
      Twin.Mode mode,
      int classes,
      Translators translators,
      StepMemory memory) {
    this.network = network;
    this.objective = objective;
    this.mode = mode;
    this.classes = classes;
    this.translators = translators;
    groups = new HeatmapGroups(objective, memory, classes, this::build);
    flatGradient =
        Nd4j.create(step.twin().type(), mode == Twin.Mode.TRAINING ? network.params().length() : 1);
  }

  private CompiledByBatch build(int maps) {
    step =
        new LossTwin(
            Twin.of(network, mode, translators), mode, objective, classes, maps, classMasks);
    gradients = step.gradients();
    return new CompiledByBatch(step.twin(), step.inputs().shapes(), step.outputs());
  }

  /**
   * How many maps are made together.
   *
   * @return at most K; fewer where the memory of a step asked for it
   */
  public int chunk() {
    return groups.chunk();
  }

  /**
   * Runs the graph on a batch. The gradient is that of {@link #total}.
   *
   * @param batch images [B, C, h, w]; not closed
   * @param p P in [0, 1]
   * @param seed decides what dropout drops and what the stochastic variant draws
   * @return the terms
   * @throws InputException when a step does not fit into the objective's memory
   */
  public Terms run(MaskedBatch batch, double p, long seed) {
    useMasksOf(batch);
    CompiledGraph graph = groups.of(batch.images().shape());
    last = Optional.of(graph);
    Twin twin = step.twin();
    graph.array(twin.input().name()).assign(batch.images());
    step.inputs().fill(graph, batch, objective.classificationWeight(p), p);
    twin.setSeed(seed);
    graph.run();
    return step.terms(graph);
  }

  /** Maps of single classes are judged against masks of their own, where the data has them. */
  private void useMasksOf(MaskedBatch batch) {
    boolean single =
        batch.classMasks().isPresent()
            && objective instanceof Objective.Isnet isnet
            && isnet.variant() == Variant.ORIGINAL;
    if (single != classMasks) {
      classMasks = single;
      groups.again();
    }
  }

  /**
   * The loss that the terms add up to.
   *
   * @param terms the terms
   * @param p P in [0, 1]
   * @return what training minimises
   */
  public double total(Terms terms, double p) {
    return objective.total(terms, p);
  }

  /** What the network makes of its logits. */
  Twin.Output output() {
    return step.twin().output();
  }

  /** The logits of the last run, [B, K] or a segmenter's [B, 1, h, w], valid until the next. */
  INDArray logits() {
    return last.orElseThrow().array(step.twin().logits().name());
  }

  /**
   * The gradient of the last run.
   *
   * @return in the layout of the network's parameter vector, 0 where there is none; overwritten by
   *     the next call
   */
  public INDArray gradient() {
    CompiledGraph graph = last.orElseThrow();
    gradients.forEach(
        (parameter, gradient) -> {
          INDArray values = graph.array(gradient.name());
          parameter.slot().in(flatGradient).assign(values.reshape(new long[] {values.length()}));
        });
    return flatGradient;
  }

  /** Moves the network's running statistics towards those of the last run's batch. */
  public void updateStatistics() {
    CompiledGraph graph = last.orElseThrow();
    for (Twin.BatchStatistics s : step.twin().statistics()) {
      s.update(graph.array(s.mean().name()), graph.array(s.variance().name()));
    }
  }

  /** The twin's parameters. */
  List<Twin.Parameter> parameters() {
    return step.twin().parameters();
  }

  /**
   * The compiled graph of the last run, for profiles and for what it says of its memory.
   *
   * @return the graph, owned by this
   */
  public CompiledGraph compiled() {
    return last.orElseThrow();
  }

  @Override
  public void close() {
    groups.close();
    flatGradient.close();
  }
}
