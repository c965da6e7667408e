package dev.isnet.explain;

import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import dev.isnet.relevance.RelevanceGraph;
import dev.isnet.relevance.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Shows for every class which pixels its logit came from. Owns native memory; close it.
 * Thread-safe; calls take turns.
 */
public final class Explainer implements AutoCloseable {

  private final Twin twin;
  private final SDVariable heatmaps;
  private final CompiledByBatch graphs;

  /**
   * Builds the twin with its relevance pass.
   *
   * @param network an initialised network with one image input and one output
   * @param rules the rules
   * @throws dev.isnet.data.InputException when the network has a layer that the twin does not know
   */
  public Explainer(ComputationGraph network, RuleSet rules) {
    twin = Twin.of(network, Twin.Mode.EVALUATION);
    heatmaps = RelevanceGraph.heatmaps(twin, rules);
    graphs = new CompiledByBatch(twin, Map.of(), List.of(heatmaps.name(), twin.logits().name()));
  }

  /**
   * One heatmap for every image and class.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @return [B, K, C, h, w], the caller's own
   */
  public synchronized INDArray explain(INDArray images) {
    CompiledGraph graph = run(images);
    long[] shape = images.shape();
    long classes = graph.array(twin.logits().name()).size(1);
    return graph
        .array(heatmaps.name())
        .reshape(classes, shape[0], shape[1], shape[2], shape[3])
        .permute(1, 0, 2, 3, 4)
        .dup('c');
  }

  /**
   * The heatmaps of one image, with the logits that they explain.
   *
   * @param image [C, h, w] or [1, C, h, w], values as in training; not changed
   * @param classes the class names in the order of the logits
   * @return one heatmap for each class
   */
  public synchronized List<Heatmap> explain(INDArray image, List<String> classes) {
    INDArray batch =
        image.rank() == 3 ? image.reshape(1, image.size(0), image.size(1), image.size(2)) : image;
    if (batch.size(0) != 1) {
      throw new IllegalArgumentException("one image is explained at a time, not " + batch.size(0));
    }
    CompiledGraph graph = run(batch);
    INDArray logits = graph.array(twin.logits().name());
    if (logits.size(1) != classes.size()) {
      throw new IllegalArgumentException(
          classes.size() + " class names for " + logits.size(1) + " logits");
    }
    INDArray maps = graph.array(heatmaps.name());
    int cells = (int) (maps.length() / classes.size());
    float[] all = maps.dup('c').data().asFloat();
    List<Heatmap> found = new ArrayList<>();
    for (int k = 0; k < classes.size(); k++) {
      found.add(
          new Heatmap(
              java.util.Arrays.copyOfRange(all, k * cells, (k + 1) * cells),
              (int) batch.size(1),
              (int) batch.size(2),
              (int) batch.size(3),
              classes.get(k),
              logits.getDouble(0, k)));
    }
    return found;
  }

  private CompiledGraph run(INDArray images) {
    CompiledGraph graph = graphs.of(images.shape());
    graph.array(twin.input().name()).assign(images);
    graph.run();
    return graph;
  }

  @Override
  public synchronized void close() {
    graphs.close();
  }
}
