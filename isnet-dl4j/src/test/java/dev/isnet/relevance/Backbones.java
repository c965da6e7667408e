package dev.isnet.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.Architecture;
import dev.isnet.data.ImageSize;
import dev.isnet.explain.Explainer;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Backbones for small images whose batch norms have all to do. */
public final class Backbones {

  public static final ImageSize SIZE = new ImageSize(32, 32, 3);
  static final int CLASSES = 2;

  private Backbones() {}

  /** A backbone without dropout, with random statistics, scales, shifts and biases. */
  public static ComputationGraph create(Architecture architecture, DataType type) {
    ComputationGraph net =
        new ComputationGraph(architecture.builder(SIZE, CLASSES).optDropout(0).optSeed(3).build());
    net.init();
    Nd4j.getRandom().setSeed(17);
    net.paramTable()
        .forEach(
            (name, array) -> {
              INDArray random = Nd4j.rand(array.dataType(), array.shape());
              if (name.endsWith("_var") || name.endsWith("_gamma")) {
                array.assign(random.add(0.5));
              } else if (!name.endsWith("_W")) {
                array.assign(random.sub(0.5).mul(0.4));
              }
            });
    return type == net.params().dataType() ? net : net.convertDataType(type);
  }

  /** Pixels in [0, 1]. */
  public static INDArray images(DataType type, int count) {
    Nd4j.getRandom().setSeed(19);
    return Nd4j.rand(type, count, SIZE.channels(), SIZE.height(), SIZE.width());
  }

  /** Asserts that the maps without ε are what DL4J's own backpropagation times the pixels gives. */
  static void assertGradientTimesInput(Architecture architecture, DataType type) {
    ComputationGraph net = create(architecture, type);
    INDArray images = images(type, 2);
    try (Explainer explainer = new Explainer(net, RuleSet.gradientTimesInput())) {
      INDArray ours = explainer.explain(images);
      Dl4jRelevance theirs = new Dl4jRelevance(net, SIZE);
      for (int k = 0; k < CLASSES; k++) {
        Map<String, INDArray> relevance = theirs.of(images, k);
        assertSame(
            architecture + ", logit " + k,
            ours.get(NDArrayIndex.all(), NDArrayIndex.point(k)),
            relevance.get("image"),
            type);
      }
    }
  }

  /** Asserts that two maps differ by rounding alone. */
  public static void assertSame(String what, INDArray ours, INDArray theirs, DataType type) {
    double largest = theirs.amaxNumber().doubleValue();
    assertThat(largest).as(what).isGreaterThan(0).isFinite();
    assertThat(ours.sub(theirs).amaxNumber().doubleValue() / largest)
        .as(what)
        .isLessThan(type == DataType.DOUBLE ? 1e-9 : 1e-4);
  }
}
