package dev.isnet.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.explain.Explainer;
import dev.isnet.graph.Networks;
import dev.isnet.relevance.RuleSet;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ParameterRandomisationTest {
  private static final RuleSet RULES = RuleSet.standard();

  @Test
  void randomisesFromTheOutputDownAndLeavesTheNetworkAlone() {
    ComputationGraph network = Networks.CONVOLUTIONS.create(DataType.FLOAT);
    INDArray before = network.params().dup();
    INDArray images = Networks.images(DataType.FLOAT, 2);
    List<ParameterRandomisation.Step> steps = cascade(network, images, 99, 3);
    assertThat(steps)
        .extracting(ParameterRandomisation.Step::layer)
        .containsExactly("out", "d1", "c4", "c3", "c2", "c1");
    assertThat(steps.get(5).layers()).isEqualTo(6);
    assertThat(network.params()).isEqualTo(before);
    assertThat(Math.abs(steps.get(5).spearman())).isLessThan(0.9);
    assertThat(steps.get(5).ssim()).isLessThan(0.9);
    assertThat(cascade(network, images, 99, 3)).isEqualTo(steps);
    assertThat(cascade(network, images, 99, 4)).isNotEqualTo(steps);
  }

  @Test
  void fewerComparisonsEndWithAllLayersToo() {
    ComputationGraph network = Networks.CONVOLUTIONS.create(DataType.FLOAT);
    INDArray images = Networks.images(DataType.FLOAT, 2);
    List<ParameterRandomisation.Step> all = cascade(network, images, 99, 3);
    assertThat(cascade(network, images, 3, 3)).containsExactly(all.get(1), all.get(3), all.get(5));
  }

  /** Shuffling equal numbers changes nothing. */
  @Test
  void equalParametersKeepTheMaps() {
    ComputationGraph network = Networks.CONVOLUTIONS.create(DataType.FLOAT);
    network.params().assign(0.1);
    for (ParameterRandomisation.Step step :
        cascade(network, Networks.images(DataType.FLOAT, 2), 99, 3)) {
      assertThat(step.spearman()).isEqualTo(1, within(1e-6));
      assertThat(step.spearmanOfMagnitudes()).isEqualTo(1, within(1e-6));
      assertThat(step.ssim()).isEqualTo(1, within(1e-6));
    }
  }

  @Test
  void eachImageIsExplainedForItsOwnClass() {
    ComputationGraph network = Networks.CONVOLUTIONS.create(DataType.DOUBLE);
    INDArray images = Networks.images(DataType.DOUBLE, 3);
    try (Explainer explainer = new Explainer(network, RULES)) {
      INDArray all = explainer.explain(images);
      int[] classes = {2, 0, 1};
      INDArray own = explainer.explainEach(images, classes);
      for (int b = 0; b < 3; b++) {
        INDArray expected = all.get(NDArrayIndex.point(b), NDArrayIndex.point(classes[b])).dup('c');
        INDArray found = own.get(NDArrayIndex.point(b)).dup('c');
        assertThat(found.equalsWithEps(expected, 1e-12)).isTrue();
      }
    }
  }

  private static List<ParameterRandomisation.Step> cascade(
      ComputationGraph network, INDArray images, int comparisons, long seed) {
    return ParameterRandomisation.cascade(
        network, RULES, images, new int[] {0, 1}, comparisons, seed);
  }
}
