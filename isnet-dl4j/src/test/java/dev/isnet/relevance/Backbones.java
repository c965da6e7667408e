package dev.isnet.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.Architecture;
import dev.isnet.data.ImageSize;
import dev.isnet.explain.Explainer;
import dev.isnet.graph.Predictor;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Backbones for small images whose batch norms have all to do. */
public final class Backbones {

  public static final ImageSize SIZE = new ImageSize(32, 32, 3);
  static final int CLASSES = 2;
  private static final int NARROWER = 8;

  private Backbones() {}

  /** A backbone without dropout, with random statistics, scales, shifts and biases. */
  public static ComputationGraph create(Architecture architecture, DataType type) {
    return initialised(configuration(architecture), type);
  }

  /**
   * The same in double precision with all its layers and vertices, but an eighth of their channels:
   * what is looked at is how they are put together. The two small ones have all of them. Weights
   * are He's, so that signals neither grow nor vanish on their way.
   */
  public static ComputationGraph narrow(Architecture architecture) {
    ComputationGraphConfiguration conf = configuration(architecture);
    if (architecture != Architecture.CONVNET && architecture != Architecture.AG_SONONET) {
      conf.getVertices().values().forEach(Backbones::narrow);
    }
    ComputationGraph net = initialised(conf, DataType.DOUBLE);
    net.paramTable()
        .forEach(
            (name, array) -> {
              if (name.endsWith("_W")) {
                long inputs = array.rank() == 2 ? array.size(0) : array.length() / array.size(0);
                array.assign(
                    Nd4j.randn(DataType.DOUBLE, array.shape()).mul(Math.sqrt(2.0 / inputs)));
              }
            });
    return net;
  }

  private static void narrow(GraphVertex vertex) {
    if (vertex instanceof LayerVertex layer
        && layer.getLayerConf().getLayer() instanceof FeedForwardLayer channels) {
      channels.setNIn(narrow(channels.getNIn()));
      channels.setNOut(narrow(channels.getNOut()));
      if (layer.getPreProcessor() instanceof CnnToFeedForwardPreProcessor flat) {
        flat.setNumChannels(narrow(flat.getNumChannels()));
      }
    }
  }

  /** Colours and classes stay. */
  private static long narrow(long channels) {
    return channels % NARROWER == 0 ? channels / NARROWER : channels;
  }

  private static ComputationGraphConfiguration configuration(Architecture architecture) {
    return architecture.builder(SIZE, CLASSES).optDropout(0).optSeed(3).build();
  }

  private static ComputationGraph initialised(
      ComputationGraphConfiguration configuration, DataType type) {
    ComputationGraph net = new ComputationGraph(configuration);
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
    assertGradientTimesInput(architecture.toString(), create(architecture, type), type);
  }

  static void assertGradientTimesInput(String architecture, ComputationGraph net, DataType type) {
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

  /**
   * Asserts that LRP-0 loses nothing where nothing is added: without biases and without what batch
   * norms shift by, the relevance of the pixels adds up to the logit.
   */
  static void assertConserved(String architecture, ComputationGraph net) {
    net.paramTable()
        .forEach(
            (name, array) -> {
              if (name.matches(".*_(b|beta|mean)")) {
                array.assign(0);
              }
            });
    INDArray images = images(DataType.DOUBLE, 2);
    try (Explainer explainer = new Explainer(net, RuleSet.textbook(0));
        Predictor predictor = new Predictor(net)) {
      INDArray logits = predictor.logits(images);
      INDArray sums = explainer.explain(images).sum(2, 3, 4);
      assertSame(architecture + ", sums", sums, logits, DataType.DOUBLE);
    }
  }

  /** Asserts that two maps differ by rounding alone. */
  public static void assertSame(String what, INDArray ours, INDArray theirs, DataType type) {
    // The greatest value passes over a cell that is not a number; a sum does not.
    assertThat(ours.sumNumber().doubleValue()).as(what).isFinite();
    assertThat(theirs.sumNumber().doubleValue()).as(what).isFinite();
    double largest = theirs.amaxNumber().doubleValue();
    assertThat(largest).as(what).isGreaterThan(0);
    assertThat(ours.sub(theirs).amaxNumber().doubleValue() / largest)
        .as(what)
        .isLessThan(type == DataType.DOUBLE ? 1e-9 : 1e-4);
  }
}
