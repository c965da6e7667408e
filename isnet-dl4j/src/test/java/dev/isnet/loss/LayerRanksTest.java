package dev.isnet.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.graph.CompiledGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** GWRP over the losses w1·L1 + w2·L2 of several layers, w1 = 1 and w2 = 3. */
class LayerRanksTest {

  private static final double[] PIXELS = {1, 0}; // 1
  private static final double[] WORST = {0.5, 0.5}; // 2
  private static final double[] BEST = {0.2, 0.1}; // 0.5

  @Test
  void theWorstLayerCountsMostAndEachFurtherOneLessByTheDecay() {
    // 1, 0.8 and 0.64, divided by their sum
    assertFactors(0.8, 1, List.of(PIXELS, WORST, BEST), 0.8 / 2.44, 1 / 2.44, 0.64 / 2.44);
  }

  @Test
  void withoutDecayTheWorstLayerCountsAlone() {
    assertFactors(0, 1, List.of(PIXELS, WORST, BEST), 0, 1, 0);
  }

  @Test
  void aDecayOfOneIsTheMean() {
    assertFactors(1, 1, List.of(PIXELS, WORST, BEST), 1 / 3.0, 1 / 3.0, 1 / 3.0);
  }

  @Test
  void aLayersPassesAddUpBeforeTheyAreRanked() {
    // 1 + 0.5 against 2 + 2 and 0.5 + 1
    assertFactors(
        0.5,
        2,
        List.of(PIXELS, BEST, WORST, WORST, BEST, new double[] {0, 1 / 3.0}),
        0.5 / 1.75,
        1 / 1.75,
        0.25 / 1.75);
  }

  @Test
  void aLayersShareOfAGradientIsTheGradientTimesItsFactor() {
    SameDiff graph = SameDiff.create();
    SDVariable[] terms = terms(graph, 3);
    SDVariable gradient = graph.placeHolder("gradient", DataType.DOUBLE, 2);
    LayerRanks ranks = new LayerRanks(0.8, HeatmapLoss.standard(), 1, terms);
    SDVariable weighed = ranks.weigh(gradient, 1);
    try (CompiledGraph compiled =
        compiled(
            graph,
            List.of(PIXELS, WORST, BEST),
            Map.of("gradient", new double[] {6.1, -2.44}),
            weighed)) {
      assertThat(compiled.array(weighed.name()).toDoubleVector())
          .containsExactly(new double[] {2.5, -1}, within(1e-12));
    }
  }

  private static void assertFactors(
      double decay, int passes, List<double[]> losses, double... expected) {
    SameDiff graph = SameDiff.create();
    LayerRanks ranks =
        new LayerRanks(decay, HeatmapLoss.standard(), passes, terms(graph, losses.size()));
    try (CompiledGraph compiled = compiled(graph, losses, Map.of(), ranks.out(0))) {
      assertThat(compiled.array(ranks.out(0).name()).toDoubleVector())
          .containsExactly(expected, within(1e-12));
    }
  }

  private static SDVariable[] terms(SameDiff graph, int count) {
    SDVariable[] terms = new SDVariable[count];
    for (int i = 0; i < count; i++) {
      terms[i] = graph.placeHolder("terms" + i, DataType.DOUBLE, 2);
    }
    return terms;
  }

  private static CompiledGraph compiled(
      SameDiff graph, List<double[]> losses, Map<String, double[]> others, SDVariable output) {
    Map<String, INDArray> bound = new LinkedHashMap<>();
    for (int i = 0; i < losses.size(); i++) {
      bound.put("terms" + i, Nd4j.createFromArray(losses.get(i)));
    }
    others.forEach((name, values) -> bound.put(name, Nd4j.createFromArray(values)));
    CompiledGraph compiled =
        new CompiledGraph(graph, DataType.DOUBLE, bound, Map.of(), List.of(output.name()));
    compiled.run();
    return compiled;
  }
}
