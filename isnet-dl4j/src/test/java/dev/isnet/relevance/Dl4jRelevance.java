package dev.isnet.relevance;

import dev.isnet.data.ImageSize;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Gradient×Input at every vertex of a network, by DL4J's own layers and their own backward passes.
 *
 * <p>DL4J's batch norm can only be differentiated through the batch's statistics, so each one is
 * replaced by the depthwise 1×1 convolution that it is in evaluation; the output layer becomes a
 * dense layer, whose outputs are the logits.
 */
public final class Dl4jRelevance {

  private final ComputationGraph net;

  /**
   * Copies the network.
   *
   * @param original a network with batch norms behind convolutions or concatenations only
   * @param size its input
   */
  public Dl4jRelevance(ComputationGraph original, ImageSize size) {
    this(original, InputType.convolutional(size.height(), size.width(), size.channels()));
  }

  /**
   * Copies the network.
   *
   * @param original a network with batch norms behind convolutions or concatenations only
   * @param input its input
   */
  public Dl4jRelevance(ComputationGraph original, InputType input) {
    ComputationGraphConfiguration conf = original.getConfiguration();
    DataType type = original.params().dataType();
    ComputationGraphConfiguration.GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .dataType(type)
            .activation(Activation.IDENTITY)
            .weightInit(WeightInit.ZERO)
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .graphBuilder()
            .addInputs(conf.getNetworkInputs())
            .setInputTypes(input);
    conf.getVertices()
        .forEach(
            (name, vertex) -> {
              String[] inputs = conf.getVertexInputs().get(name).toArray(new String[0]);
              if (vertex instanceof LayerVertex layer) {
                graph.addLayer(name, linear(layer.getLayerConf().getLayer()), inputs);
              } else {
                graph.addVertex(name, vertex.clone(), inputs);
              }
            });
    net = new ComputationGraph(graph.setOutputs(conf.getNetworkOutputs().get(0)).build());
    net.init();
    net.initGradientsView();
    for (org.deeplearning4j.nn.api.Layer layer : original.getLayers()) {
      String name = layer.conf().getLayer().getLayerName();
      if (layer.conf().getLayer() instanceof BatchNormalization norm) {
        INDArray deviation = Transforms.sqrt(layer.getParam("var").add(norm.getEps()));
        INDArray scale = layer.getParam("gamma").div(deviation);
        INDArray shift = layer.getParam("beta").sub(layer.getParam("mean").mul(scale));
        INDArray weights = net.getParam(name + "_W");
        weights.assign(scale.reshape(weights.shape()));
        net.getParam(name + "_b").assign(shift);
      } else {
        layer.paramTable().forEach((key, value) -> net.getParam(name + "_" + key).assign(value));
      }
    }
  }

  private static Layer linear(Layer layer) {
    if (layer instanceof BatchNormalization) {
      return new DepthwiseConvolution2D.Builder(1, 1).depthMultiplier(1).build();
    }
    if (layer instanceof OutputLayer output) {
      return new DenseLayer.Builder().nOut(output.getNOut()).hasBias(output.hasBias()).build();
    }
    return layer.clone();
  }

  /**
   * Activation times gradient.
   *
   * @param images [B, C, h, w], at least two: ND4J's depthwise convolution refuses one image of one
   *     cell
   * @param logit position of the logit
   * @return for each vertex, the input included, an array of the shape of its output
   */
  public Map<String, INDArray> of(INDArray images, int logit) {
    Map<String, INDArray> activations = activations(images);
    Map<String, INDArray> relevance = gradients(images, logit);
    relevance.replaceAll((vertex, gradient) -> activations.get(vertex).mul(gradient));
    return relevance;
  }

  /**
   * What every vertex makes of the images.
   *
   * @param images [B, C, h, w]
   * @return for each vertex, the input included, its output
   */
  public Map<String, INDArray> activations(INDArray images) {
    // As in training, because activation layers overwrite their inputs otherwise.
    Map<String, INDArray> activations =
        new HashMap<>(net.feedForward(new INDArray[] {images}, true, false));
    activations.put(net.getConfiguration().getNetworkInputs().get(0), images);
    return activations;
  }

  /**
   * The gradient of a logit.
   *
   * @param images [B, C, h, w], at least two
   * @param logit position of the logit
   * @return for each vertex, the input included, an array of the shape of its output
   */
  public Map<String, INDArray> gradients(INDArray images, int logit) {
    INDArray logits = activations(images).get(net.getConfiguration().getNetworkOutputs().get(0));
    INDArray start = Nd4j.zerosLike(logits);
    for (long b = 0; b < start.size(0); b++) {
      start.putScalar(b, logit, 1);
    }
    int[] order = net.topologicalSortOrder();
    Map<Integer, INDArray> arriving = new HashMap<>();
    arriving.put(order[order.length - 1], start);
    Map<String, INDArray> gradients = new HashMap<>();
    for (int i = order.length - 1; i >= 0; i--) {
      GraphVertex vertex = net.getVertices()[order[i]];
      INDArray gradient = arriving.remove(order[i]);
      gradients.put(vertex.getVertexName(), gradient);
      if (!vertex.isInputVertex()) {
        vertex.setEpsilon(gradient.dup('c'));
        INDArray[] sent = vertex.doBackward(false, LayerWorkspaceMgr.noWorkspaces()).getSecond();
        for (int input = 0; input < sent.length; input++) {
          arriving.merge(
              vertex.getInputVertices()[input].getVertexIndex(),
              sent[input].dup('c'),
              (first, second) -> first.add(second));
        }
      }
    }
    return gradients;
  }
}
