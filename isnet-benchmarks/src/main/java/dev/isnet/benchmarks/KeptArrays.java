package dev.isnet.benchmarks;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * The arrays that an ISNet step's gradients are computed from, counted from the network's vertices
 * and the shapes of their outputs: no arithmetic can do without them, unless it does some of it
 * twice.
 *
 * <p>Of the forward pass these are the inputs of all layers with weights and of all batch norms,
 * the outputs of all rectifiers, and the winners of max pools. Of the relevance pass, for every
 * map: what arrives at every layer with weights, and at every rectifier, whose gate depends on the
 * activation; and the heatmap itself.
 */
final class KeptArrays {

  private static final int FLOAT = 4;

  private final Map<String, InputType> outputs;
  private final Set<String> forward = new LinkedHashSet<>();
  private long winners; // of an image
  private long relevance; // of a map

  private KeptArrays(ComputationGraphConfiguration network, InputType input) {
    outputs = network.getLayerActivationTypes(input);
    network
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex layer) {
                add(
                    name,
                    layer.getLayerConf().getLayer(),
                    network.getVertexInputs().get(name).get(0));
              }
            });
    network.getNetworkOutputs().forEach(forward::add);
    relevance += input.arrayElementsPerExample();
  }

  /**
   * What an ISNet step must keep.
   *
   * @param network the network
   * @param input its input
   * @param images B
   * @param maps maps an image
   * @return bytes, of 32-bit numbers
   */
  static long bytes(ComputationGraphConfiguration network, InputType input, long images, int maps) {
    KeptArrays kept = new KeptArrays(network, input);
    long ofImage = kept.winners;
    for (String vertex : kept.forward) {
      ofImage += kept.elements(vertex, input);
    }
    return FLOAT * images * (ofImage + maps * kept.relevance);
  }

  private long elements(String vertex, InputType input) {
    return outputs.getOrDefault(vertex, input).arrayElementsPerExample();
  }

  private void add(String name, Layer layer, String input) {
    long size = outputs.get(name).arrayElementsPerExample();
    if (layer instanceof BatchNormalization) {
      forward.add(input);
    } else if (layer instanceof FeedForwardLayer) {
      forward.add(input);
      relevance += size;
    } else if (layer instanceof SubsamplingLayer pool && pool.getPoolingType() == PoolingType.MAX) {
      winners += size;
    }
    boolean rectified =
        layer instanceof ActivationLayer
            || layer instanceof BaseLayer base
                && !(layer instanceof BatchNormalization || layer instanceof OutputLayer)
                && !(base.getActivationFn() instanceof ActivationIdentity);
    if (rectified) {
      forward.add(name);
      relevance += size;
    }
  }
}
