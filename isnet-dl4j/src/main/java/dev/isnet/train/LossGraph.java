package dev.isnet.train;

import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import dev.isnet.loss.ClassificationLossOp;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.loss.HeatmapLossOp;
import dev.isnet.relevance.RelevanceGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The objective of one network as a compiled graph: in training with the gradient of every
 * parameter and the batch's statistics, in validation without. Owns native memory.
 */
public final class LossGraph implements AutoCloseable {

  private static final String LABELS = "labels";
  private static final String WEIGHTS = "weights";
  private static final String MASKS = "masks";
  private static final String COUNTED = "counted";
  private static final String CLASSIFICATION_WEIGHT = "classificationWeight";
  private static final String HEATMAP_WEIGHT = "heatmapWeight";

  /**
   * The terms of the loss of one batch.
   *
   * @param classification L_C
   * @param background L1; 0 for the plain objective
   * @param foreground L2; 0 for the plain objective
   */
  public record Terms(double classification, double background, double foreground) {}

  private final Twin twin;
  private final Optional<HeatmapLoss> heatmapLoss;
  private final ClassificationLossOp classification;
  private final Optional<HeatmapLossOp> heatmap;
  private final Map<Twin.Parameter, SDVariable> gradients;
  private final CompiledByBatch graphs;
  private final INDArray flatGradient;
  private Optional<CompiledGraph> last = Optional.empty();

  /**
   * Builds the graph.
   *
   * @param network an initialised network
   * @param objective what is minimised
   * @param mode training, with gradients, or evaluation, without
   * @param classes number of classes of the batches, K
   */
  public LossGraph(ComputationGraph network, Objective objective, Twin.Mode mode, int classes) {
    twin = Twin.of(network, mode);
    SameDiff graph = twin.graph();
    SDVariable labels = graph.placeHolder(LABELS, twin.type(), -1, -1);
    SDVariable weights = graph.placeHolder(WEIGHTS, twin.type(), -1, -1);
    SDVariable classificationWeight = graph.placeHolder(CLASSIFICATION_WEIGHT, twin.type(), 1);
    classification =
        new ClassificationLossOp(
            twin.output(), twin.logits(), labels, weights, classificationWeight);
    Map<SDVariable, SDVariable> seeds = new HashMap<>();
    seeds.put(twin.logits(), classification.out(0));

    Map<String, long[]> inputs = new LinkedHashMap<>();
    inputs.put(LABELS, new long[] {-1, classes});
    inputs.put(WEIGHTS, new long[] {-1, classes});
    inputs.put(CLASSIFICATION_WEIGHT, new long[] {1});
    List<String> outputs =
        new ArrayList<>(List.of(twin.logits().name(), classification.out(1).name()));

    if (objective instanceof Objective.Isnet isnet) {
      SDVariable heatmaps = RelevanceGraph.heatmaps(twin, isnet.rules());
      SDVariable masks = graph.placeHolder(MASKS, twin.type(), -1, 1, -1, -1);
      SDVariable counted = graph.placeHolder(COUNTED, twin.type(), -1);
      SDVariable weight = graph.placeHolder(HEATMAP_WEIGHT, twin.type(), 1);
      HeatmapLossOp op = new HeatmapLossOp(isnet.loss(), heatmaps, masks, counted, weight);
      seeds.put(heatmaps, op.out(0));
      inputs.put(MASKS, new long[] {-1, 1, -1, -1});
      inputs.put(COUNTED, new long[] {-1});
      inputs.put(HEATMAP_WEIGHT, new long[] {1});
      outputs.add(op.out(1).name());
      heatmapLoss = Optional.of(isnet.loss());
      heatmap = Optional.of(op);
    } else {
      heatmapLoss = Optional.empty();
      heatmap = Optional.empty();
    }

    if (mode == Twin.Mode.TRAINING) {
      gradients = twin.gradients(seeds);
      gradients.values().forEach(g -> outputs.add(g.name()));
      twin.statistics().forEach(s -> outputs.addAll(List.of(s.mean().name(), s.variance().name())));
      flatGradient = Nd4j.create(twin.type(), network.params().length());
    } else {
      gradients = Map.of();
      flatGradient = Nd4j.create(twin.type(), 1);
    }
    graphs = new CompiledByBatch(twin, inputs, outputs);
  }

  /**
   * Runs the graph on a batch. The gradient is that of (1 − p)·L_C + p·L_LRP, or of L_C for the
   * plain objective.
   *
   * @param batch images [B, C, h, w]; not closed
   * @param p P in [0, 1]
   * @param dropoutSeed decides what dropout drops
   * @return the terms
   */
  public Terms run(MaskedBatch batch, double p, long dropoutSeed) {
    CompiledGraph graph = graphs.of(batch.images().shape());
    last = Optional.of(graph);
    graph.array(twin.input().name()).assign(batch.images());
    graph.array(LABELS).assign(batch.labels());
    graph.array(WEIGHTS).assign(batch.weights());
    graph.array(CLASSIFICATION_WEIGHT).assign(heatmap.isPresent() ? 1 - p : 1);
    if (heatmap.isPresent()) {
      graph.array(MASKS).assign(batch.masks());
      INDArray counted = graph.array(COUNTED);
      for (int b = 0; b < batch.size(); b++) {
        counted.putScalar(b, batch.hasMask()[b] ? 1 : 0);
      }
      graph.array(HEATMAP_WEIGHT).assign(p);
    }
    INDArray seed = twin.bound().get(Twin.DROPOUT_SEED);
    if (seed != null) {
      seed.putScalar(0, dropoutSeed);
    }
    graph.run();
    double l1 = 0;
    double l2 = 0;
    if (heatmap.isPresent()) {
      INDArray terms = graph.array(heatmap.get().out(1).name());
      l1 = terms.getDouble(0);
      l2 = terms.getDouble(1);
    }
    return new Terms(graph.array(classification.out(1).name()).getDouble(0), l1, l2);
  }

  /**
   * The loss that the terms add up to.
   *
   * @param terms the terms
   * @param p P in [0, 1]
   * @return L_IS, or L_C for the plain objective
   */
  public double total(Terms terms, double p) {
    return heatmapLoss
        .map(
            l ->
                (1 - p) * terms.classification()
                    + p * (l.w1() * terms.background() + l.w2() * terms.foreground()))
        .orElse(terms.classification());
  }

  /** The logits of the last run, valid until the next. */
  INDArray logits() {
    return last.orElseThrow().array(twin.logits().name());
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
    for (Twin.BatchStatistics s : twin.statistics()) {
      s.update(graph.array(s.mean().name()), graph.array(s.variance().name()));
    }
  }

  /** The twin's parameters. */
  List<Twin.Parameter> parameters() {
    return twin.parameters();
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
    graphs.close();
    flatGradient.close();
  }
}
