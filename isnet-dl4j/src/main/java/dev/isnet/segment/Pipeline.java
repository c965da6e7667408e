package dev.isnet.segment;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/**
 * A segmenter and a classifier as one network: the segmenter finds the foreground, what is not
 * foreground becomes 0 in the image, and the classifier sees the rest.
 *
 * <p>It is made of Deeplearning4j's own layers and vertices, so any program can load it. With the
 * segmenter's logits z and the threshold t on its probability, the mask is min(1, max(0, 10⁶·(z −
 * ln(t/(1 − t))))): 1 above the threshold and 0 below, but for logits within a millionth of it.
 *
 * <p>Input "image"; vertices: those of the segmenter but its output, with "segmenter." before their
 * names; foreground, the mask [batch, 1, height, width]; segmented, the image without background;
 * then the classifier's own.
 */
public final class Pipeline {

  private static final double STEEPNESS = 1e6;
  private static final String IMAGE = "image";
  private static final String MASK = "foreground";
  private static final String SEGMENTED = "segmented";

  private Pipeline() {}

  /**
   * Joins the two. Parameters are copied.
   *
   * @param segmenter ends with a CnnLossLayer with sigmoid and one plane, as {@link
   *     dev.isnet.backbone.UNet} does
   * @param threshold the probability above which a pixel is foreground, between 0 and 1
   * @param classifier its input has the segmenter's size
   * @param size of that input
   * @return the network, initialised
   * @throws InputException when the first network is no segmenter
   * @throws IllegalArgumentException when the threshold is out of range
   */
  public static ComputationGraph join(
      ComputationGraph segmenter, double threshold, ComputationGraph classifier, ImageSize size) {
    if (!Segmenter.segments(segmenter)) {
      throw new InputException(
          "The network does not end with a mask (a CnnLossLayer with sigmoid); train one with system: segmenter.");
    }
    double shift = -logit(threshold);
    ComputationGraphConfiguration.GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .dataType(classifier.params().dataType())
            .graphBuilder()
            .addInputs(IMAGE);
    String output = segmenter.getConfiguration().getNetworkOutputs().get(0);
    String logits = segmenter.getConfiguration().getVertexInputs().get(output).get(0);
    UnaryOperator<String> ofSegmenter =
        name ->
            segmenter.getConfiguration().getNetworkInputs().contains(name) ? IMAGE : prefixed(name);
    UnaryOperator<String> ofClassifier =
        name -> classifier.getConfiguration().getNetworkInputs().contains(name) ? SEGMENTED : name;
    segmenter
        .getConfiguration()
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (!name.equals(output)) {
                add(graph, segmenter, name, vertex, ofSegmenter);
              }
            });
    // The mask once for every channel: as a row, which is repeated.
    int area = size.area();
    graph
        .addVertex(MASK + ".shifted", new ShiftVertex(shift), prefixed(logits))
        .addVertex(MASK + ".steep", new ScaleVertex(STEEPNESS), MASK + ".shifted")
        .addLayer(MASK, new ActivationLayer(new ActivationReLU(1.0, 0.0, 0.0)), MASK + ".steep")
        .addVertex(MASK + ".row", new ReshapeVertex(-1, 1, 1, area), MASK)
        .addLayer(
            MASK + ".rows",
            new Upsampling2D.Builder().size(new int[] {size.channels(), 1}).build(),
            MASK + ".row")
        .addVertex(
            MASK + ".all",
            new ReshapeVertex(-1, size.channels(), size.height(), size.width()),
            MASK + ".rows")
        .addVertex(
            SEGMENTED, new ElementWiseVertex(ElementWiseVertex.Op.Product), IMAGE, MASK + ".all");
    classifier
        .getConfiguration()
        .getVertices()
        .forEach((name, vertex) -> add(graph, classifier, name, vertex, ofClassifier));
    graph.setOutputs(classifier.getConfiguration().getNetworkOutputs().toArray(String[]::new));
    ComputationGraph joined = new ComputationGraph(graph.build());
    joined.init();
    copy(segmenter, joined, ofSegmenter);
    copy(classifier, joined, ofClassifier);
    return joined;
  }

  /** ln(t/(1 − t)): what a logit is compared with. */
  static double logit(double threshold) {
    if (!(threshold > 0 && threshold < 1)) {
      throw new IllegalArgumentException(
          "the threshold is " + threshold + ", but must be between 0 and 1");
    }
    return Math.log(threshold / (1 - threshold));
  }

  private static String prefixed(String name) {
    return "segmenter." + name;
  }

  private static void add(
      ComputationGraphConfiguration.GraphBuilder graph,
      ComputationGraph from,
      String name,
      GraphVertex vertex,
      UnaryOperator<String> names) {
    List<String> inputs = from.getConfiguration().getVertexInputs().get(name);
    GraphVertex own = vertex.clone();
    if (own instanceof LayerVertex layer) {
      layer.getLayerConf().getLayer().setLayerName(names.apply(name));
    }
    graph.addVertex(names.apply(name), own, inputs.stream().map(names).toArray(String[]::new));
  }

  private static void copy(
      ComputationGraph from, ComputationGraph to, UnaryOperator<String> names) {
    for (Layer layer : from.getLayers()) {
      String name = names.apply(layer.conf().getLayer().getLayerName());
      layer.paramTable().forEach((key, values) -> to.getLayer(name).getParam(key).assign(values));
    }
  }
}
