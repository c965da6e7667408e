package dev.isnet.train;

import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Translators;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.AbsoluteSum;
import dev.isnet.relevance.Heatmaps;
import dev.isnet.relevance.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Σ|H| of the maps that an objective would make of a network's images, in evaluation. Owns native
 * memory.
 */
final class RelevanceTotals implements AutoCloseable {

  /** Mean and standard deviation of Σ|H| over maps. */
  static final class Moments {
    private double sum;
    private double squares;
    private long count;

    private void add(INDArray totals) {
      for (double total : totals.toDoubleVector()) {
        sum += total;
        squares += total * total;
        count++;
      }
    }

    double mean() {
      return sum / count;
    }

    double deviation() {
      return Math.sqrt(Math.max(0, squares / count - mean() * mean()));
    }
  }

  private final ComputationGraph network;
  private final Objective.Isnet objective;
  private final int classes;
  private final Translators translators;
  private final List<String> layers;
  private final Moments pixels = new Moments();
  private final Map<String, Moments> hidden = new LinkedHashMap<>();
  private final HeatmapGroups groups;
  private long batches;
  private Optional<CompiledGraph> last = Optional.empty();
  private Twin twin;
  private List<Heatmaps> totals; // [maps·B] each, in the place of the maps

  /**
   * Builds the graph.
   *
   * @param network an initialised network
   * @param objective gives rules, variant, hidden layers and the memory of a step
   * @param classes K
   * @param translators what is known of the network's layers
   */
  RelevanceTotals(
      ComputationGraph network, Objective.Isnet objective, int classes, Translators translators) {
    this.network = network;
    this.translators = translators;
    this.objective = objective;
    this.classes = classes;
    layers = objective.deep().layers().keySet().stream().sorted().toList();
    layers.forEach(layer -> hidden.put(layer, new Moments()));
    groups = new HeatmapGroups(objective, new StepMemory(objective), classes, this::build);
  }

  private CompiledByBatch build(int maps) {
    twin = Twin.of(network, Twin.Mode.EVALUATION, translators);
    totals = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (Variant.Group group :
        objective.variant().groups(twin, objective.rules(), classes, maps, layers)) {
      Heatmaps made = group.build().get();
      Map<String, SDVariable> ofLayers = new LinkedHashMap<>();
      made.hidden().forEach((layer, map) -> ofLayers.put(layer, new AbsoluteSum(map).out(0)));
      Heatmaps sums = new Heatmaps(new AbsoluteSum(made.pixels()).out(0), ofLayers);
      outputs.add(sums.pixels().name());
      sums.hidden().values().forEach(sum -> outputs.add(sum.name()));
      totals.add(sums);
    }
    return new CompiledByBatch(twin, Map.of(), outputs);
  }

  /**
   * Counts the maps of a batch.
   *
   * @param images [B, C, h, w]; not changed
   * @throws dev.isnet.data.InputException when a step does not fit into the objective's memory
   */
  void add(INDArray images) {
    CompiledGraph graph = groups.of(images.shape());
    last = Optional.of(graph);
    graph.array(twin.input().name()).assign(images);
    twin.setSeed(batches++); // the stochastic variant draws anew
    graph.run();
    for (Heatmaps sums : totals) {
      pixels.add(graph.array(sums.pixels().name()));
      sums.hidden().forEach((layer, sum) -> hidden.get(layer).add(graph.array(sum.name())));
    }
  }

  /** How many maps are made together. */
  int chunk() {
    return groups.chunk();
  }

  /** What the graph of the last batch has allocated. */
  long bytes() {
    return last.orElseThrow().bytes();
  }

  /** Of the pixels' relevance. */
  Moments pixels() {
    return pixels;
  }

  /** Of the hidden layers' relevance, by vertex. */
  Map<String, Moments> hidden() {
    return hidden;
  }

  @Override
  public void close() {
    groups.close();
  }
}
