package dev.isnet.backbone;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;

/** Looks into configurations without making networks of them. */
final class Configurations {
  private Configurations() {}

  static Layer layer(ComputationGraphConfiguration conf, String vertex) {
    return ((LayerVertex) conf.getVertices().get(vertex)).getLayerConf().getLayer();
  }

  static ConvolutionLayer conv(ComputationGraphConfiguration conf, String vertex) {
    return (ConvolutionLayer) layer(conf, vertex);
  }

  /** Shape of a vertex's output for one image. */
  static long[] shape(ComputationGraphConfiguration conf, InputType image, String vertex) {
    return conf.getLayerActivationTypes(image).get(vertex).getShape();
  }
}
