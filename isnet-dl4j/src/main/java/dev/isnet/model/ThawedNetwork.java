package dev.isnet.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A network without frozen layers. That a layer is frozen says what training leaves alone, and
 * nothing of what the network computes; so whoever only looks at a network need not know of it.
 */
public final class ThawedNetwork {

  private ThawedNetwork() {}

  /**
   * The same network with frozen layers and vertices unwrapped, for looking at it. Training it
   * would change what was frozen.
   *
   * @param network initialised; not changed
   * @return a network that shares the parameters, or the network itself if nothing in it is frozen
   */
  public static ComputationGraph of(ComputationGraph network) {
    ComputationGraphConfiguration configuration = network.getConfiguration();
    if (configuration.getVertices().values().stream().noneMatch(ThawedNetwork::frozen)) {
      return network;
    }
    ComputationGraphConfiguration thawed = configuration.clone();
    thawed.getVertices().replaceAll(ThawedNetwork::thaw);
    ComputationGraph graph = new ComputationGraph(thawed);
    graph.init(network.params(), false);
    return graph;
  }

  private static boolean frozen(GraphVertex vertex) {
    return vertex instanceof FrozenVertex
        || vertex instanceof LayerVertex layer && frozen(layer.getLayerConf().getLayer());
  }

  private static boolean frozen(Layer layer) {
    return layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
  }

  private static GraphVertex thaw(String name, GraphVertex vertex) {
    if (vertex instanceof FrozenVertex frozen) {
      return thaw(name, frozen.getUnderlying());
    }
    if (!frozen(vertex)) {
      return vertex;
    }
    LayerVertex outer = (LayerVertex) vertex;
    Layer inner = outer.getLayerConf().getLayer();
    while (frozen(inner)) {
      inner =
          inner instanceof FrozenLayer frozen
              ? frozen.getLayer()
              : ((FrozenLayerWithBackprop) inner).getUnderlying();
    }
    inner.setLayerName(name);
    NeuralNetConfiguration conf = outer.getLayerConf();
    conf.setLayer(inner);
    return new LayerVertex(conf, outer.getPreProcessor());
  }
}
