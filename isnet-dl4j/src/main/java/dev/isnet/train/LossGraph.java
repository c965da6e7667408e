package dev.isnet.train;

import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Translators;
import dev.isnet.graph.Twin;
import dev.isnet.loss.HeatmapLoss;
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
   * The terms of the loss of one batch.
   *
   * @param classification L_C; a segmenter's cross-entropy over pixels
   * @param background L1; 0 for objectives without heatmaps
   * @param foreground L2; 0 for the plain objective; a segmenter's 1 − soft Dice
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
    this.network = network;
    this.objective = objective;
    this.mode = mode;
    this.classes = classes;
    this.translators = translators;
    groups = new HeatmapGroups(objective, classes, this::build);
    flatGradient =
        Nd4j.create(step.twin().type(), mode == Twin.Mode.TRAINING ? network.params().length() : 1);
  }

  private CompiledByBatch build(int maps) {
    step = new LossTwin(Twin.of(network, mode, translators), mode, objective, classes, maps);
    gradients = step.gradients();
    return new CompiledByBatch(step.twin(), step.inputs(classes), step.outputs());
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
   * Runs the graph on a batch. The gradient is that of (1 − p)·L_C + p·L_LRP, of L_C for the plain
   * objective, of cross-entropy and soft Dice together for a segmenter.
   *
   * @param batch images [B, C, h, w]; not closed
   * @param p P in [0, 1]
   * @param seed decides what dropout drops and what the stochastic variant draws
   * @return the terms
   * @throws InputException when a step does not fit into the objective's memory
   */
  public Terms run(MaskedBatch batch, double p, long seed) {
    CompiledGraph graph = groups.of(batch.images().shape());
    last = Optional.of(graph);
    Twin twin = step.twin();
    graph.array(twin.input().name()).assign(batch.images());
    boolean isnet = objective instanceof Objective.Isnet;
    boolean segments = objective instanceof Objective.Segmentation;
    if (!segments) {
      graph.array(LossTwin.LABELS).assign(batch.labels());
      graph.array(LossTwin.WEIGHTS).assign(batch.weights());
      graph.array(LossTwin.CLASSIFICATION_WEIGHT).assign(isnet ? 1 - p : 1);
    }
    if (isnet || segments) {
      graph.array(LossTwin.MASKS).assign(batch.masks());
      INDArray counted = graph.array(LossTwin.COUNTED);
      for (int b = 0; b < batch.size(); b++) {
        counted.putScalar(b, batch.hasMask()[b] ? 1 : 0);
      }
    }
    if (isnet) {
      graph.array(LossTwin.HEATMAP_WEIGHT).assign(p);
    }
    twin.setSeed(seed);
    graph.run();
    return terms(graph);
  }

  private Terms terms(CompiledGraph graph) {
    INDArray ofOutput = graph.array(step.outputTerms().name());
    if (objective instanceof Objective.Segmentation) {
      return new Terms(ofOutput.getDouble(0), 0, ofOutput.getDouble(1));
    }
    List<List<SDVariable>> layers = step.heatmapTerms();
    double background = 0;
    double foreground = 0;
    for (int layer = 0; layer < layers.size(); layer++) {
      int at = layer;
      double factor = step.layerFactors().map(f -> graph.array(f.name()).getDouble(at)).orElse(1.0);
      for (SDVariable pass : layers.get(layer)) {
        background += factor * graph.array(pass.name()).getDouble(0);
        foreground += factor * graph.array(pass.name()).getDouble(1);
      }
    }
    return new Terms(ofOutput.getDouble(0), background, foreground);
  }

  /**
   * The loss that the terms add up to.
   *
   * @param terms the terms
   * @param p P in [0, 1]
   * @return L_IS; L_C for the plain objective; the sum of both terms for a segmenter
   */
  public double total(Terms terms, double p) {
    if (objective instanceof Objective.Isnet isnet) {
      HeatmapLoss loss = isnet.loss();
      return (1 - p) * terms.classification()
          + p * (loss.w1() * terms.background() + loss.w2() * terms.foreground());
    }
    return objective instanceof Objective.Segmentation
        ? terms.classification() + terms.foreground()
        : terms.classification();
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
