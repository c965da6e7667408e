package dev.isnet.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.AgSononet;
import dev.isnet.backbone.ConvNet;
import dev.isnet.backbone.HierarchicalAttention;
import dev.isnet.backbone.MultiTaskUNet;
import dev.isnet.backbone.UNet;
import dev.isnet.data.ImageSize;
import dev.isnet.graph.Twin;
import dev.isnet.relevance.GradCam;
import dev.isnet.relevance.RuleSet;
import dev.isnet.segment.Pipeline;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every convolutional architecture has maps by every method. */
class ArchitecturesExplainedTest {
  private static final ImageSize SIZE = new ImageSize(16, 32, 1);

  enum Network {
    SONONET(
        "attended[34]",
        () -> initialised(AgSononet.builder(SIZE, 2).optFeatureScale(16).optSeed(2).build())),
    HAM(
        "head",
        () ->
            initialised(
                HierarchicalAttention.builder(SIZE, 2).optDownsampling(8).optSeed(2).build())),
    MULTITASK(
        "bottom.relu2",
        () -> initialised(MultiTaskUNet.builder(SIZE, 2).optFilters(2).optDense(6).build())),
    PIPELINE(
        "pool2",
        () ->
            Pipeline.join(
                initialised(UNet.builder(SIZE).optDepth(2).optFilters(2).build()),
                0.3,
                initialised(ConvNet.builder(SIZE, 2).optFilters(3, 4).build()),
                SIZE));

    private final String lastLayer;
    private final Supplier<ComputationGraph> made;

    Network(String lastLayer, Supplier<ComputationGraph> made) {
      this.lastLayer = lastLayer;
      this.made = made;
    }
  }

  @ParameterizedTest
  @EnumSource
  void hasMapsByEveryMethod(Network network) {
    ComputationGraph net = network.made.get();
    Nd4j.getRandom().setSeed(4);
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 1, 16, 32);
    for (Method method :
        List.of(
            Method.relevance(RuleSet.standard()),
            Method.relevance(RuleSet.textbook(0.01)),
            Method.gradientInput(),
            Method.gradient(),
            Method.gradCam())) {
      try (Explainer explainer = new Explainer(net, method)) {
        INDArray maps = explainer.explain(images);
        assertThat(maps.shape()).as(method.toString()).containsExactly(2, 2, 1, 16, 32);
        assertThat(maps.isNaN().any()).as(method.toString()).isFalse();
        assertThat(maps.amaxNumber().doubleValue()).as(method.toString()).isPositive();
      }
    }
    assertThat(GradCam.lastLayer(Twin.of(net, Twin.Mode.EVALUATION))).matches(network.lastLayer);
  }

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph net = new ComputationGraph(configuration);
    net.init();
    return net;
  }
}
