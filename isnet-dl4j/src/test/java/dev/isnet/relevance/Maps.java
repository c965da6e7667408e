package dev.isnet.relevance;

import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.LogitMaps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Relevance as the library makes it.
 *
 * @param pixels [mB, C, h, w]
 * @param hidden by vertex, [mB, …]
 * @param logits [B, K]
 */
record Maps(INDArray pixels, Map<String, INDArray> hidden, INDArray logits) {

  /** One map for every class. */
  static Maps of(ComputationGraph net, RuleSet rules, INDArray images, String... hidden) {
    return of(Twin.of(net, Twin.Mode.EVALUATION), rules, images, Optional.empty(), hidden);
  }

  /** Maps of linear combinations of the logits, [mB, K]. */
  static Maps of(
      ComputationGraph net, RuleSet rules, INDArray images, INDArray start, String... hidden) {
    return of(Twin.of(net, Twin.Mode.EVALUATION), rules, images, Optional.of(start), hidden);
  }

  /** Maps of any twin. */
  static Maps of(
      Twin twin, RuleSet rules, INDArray images, Optional<INDArray> start, String... hidden) {
    SDVariable from =
        start.isPresent()
            ? twin.graph().placeHolder("start", twin.type(), start.get().shape())
            : LogitMaps.of(twin.logits(), 0, 0);
    Heatmaps made = RelevanceGraph.of(twin, rules, from, List.of(hidden));
    List<String> outputs = new ArrayList<>(List.of(made.pixels().name(), twin.logits().name()));
    made.hidden().values().forEach(map -> outputs.add(map.name()));
    Map<String, long[]> inputs =
        start.isPresent() ? Map.of("start", start.get().shape()) : Map.of();
    try (CompiledByBatch graphs = new CompiledByBatch(twin, inputs, outputs)) {
      CompiledGraph graph = graphs.of(images.shape());
      graph.array(twin.input().name()).assign(images);
      start.ifPresent(values -> graph.array("start").assign(values));
      graph.run();
      Map<String, INDArray> found = new LinkedHashMap<>();
      made.hidden().forEach((vertex, map) -> found.put(vertex, graph.array(map.name()).dup('c')));
      return new Maps(
          graph.array(made.pixels().name()).dup('c'),
          found,
          graph.array(twin.logits().name()).dup('c'));
    }
  }
}
