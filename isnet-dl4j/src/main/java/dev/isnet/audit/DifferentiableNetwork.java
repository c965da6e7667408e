package dev.isnet.audit;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.graph.Twin;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.api.FwdPassType;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A network's evaluation mode in a form whose logits Deeplearning4j differentiates rightly. Its
 * backpropagation is made for training: it starts at a loss, takes the batch's statistics for those
 * of batch norms, and wants to know what dropout dropped. So here the output layer gives logits,
 * batch norms are the affine maps that their running statistics make of them, nothing drops, and
 * PReLUs have a slope for each cell.
 */
final class DifferentiableNetwork extends ComputationGraph {
  private final transient String input;
  private final transient DataType type;
  private final transient boolean channelsLast;

  private DifferentiableNetwork(ComputationGraphConfiguration configuration) {
    super(configuration);
    this.input = configuration.getNetworkInputs().get(0);
    this.type = configuration.getDataType();
    this.channelsLast = channelsLast(configuration);
  }

  /** Whether the network takes images as [B, h, w, C], as those that come from Keras do. */
  private static boolean channelsLast(ComputationGraphConfiguration configuration) {
    return configuration.getVertices().values().stream()
        .anyMatch(
            vertex ->
                vertex instanceof LayerVertex own
                    && own.getLayerConf().getLayer() instanceof ConvolutionLayer convolution
                    && convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC);
  }

  /**
   * What stands behind the logits.
   *
   * @throws InputException if the network has several outputs, or does not end with class scores
   */
  static Twin.Output output(ComputationGraph network) {
    ComputationGraphConfiguration configuration = network.getConfiguration();
    if (configuration.getNetworkOutputs().size() != 1) {
      throw new InputException(
          "The network has %d outputs (%s), but must have one, the scores of its classes."
              .formatted(
                  configuration.getNetworkOutputs().size(),
                  String.join(", ", configuration.getNetworkOutputs())));
    }
    String name = configuration.getNetworkOutputs().get(0);
    if (!(configuration.getVertices().get(name) instanceof LayerVertex vertex)) {
      return Twin.Output.IDENTITY;
    }
    IActivation activation = activation(name, vertex.getLayerConf().getLayer());
    if (activation instanceof ActivationSoftmax) {
      return Twin.Output.SOFTMAX;
    }
    if (activation instanceof ActivationSigmoid) {
      return Twin.Output.SIGMOID;
    }
    if (activation instanceof ActivationIdentity) {
      return Twin.Output.IDENTITY;
    }
    throw new InputException(
        "The network's output \"%s\" has the activation function %s, but must have softmax, sigmoid or identity."
            .formatted(name, activation));
  }

  private static IActivation activation(String name, Layer layer) {
    if (layer instanceof BaseLayer with) {
      return with.getActivationFn();
    }
    if (layer instanceof ActivationLayer only) {
      return only.getActivationFn();
    }
    throw new InputException(
        "The network ends with the %s \"%s\", but an audit needs scores of classes."
            .formatted(layer.getClass().getSimpleName(), name));
  }

  /**
   * Copies a network.
   *
   * @param network initialised, not frozen; not changed
   * @param size of its images
   */
  static DifferentiableNetwork of(ComputationGraph network, ImageSize size) {
    ComputationGraphConfiguration configuration = network.getConfiguration().clone();
    configuration.setTrainingWorkspaceMode(WorkspaceMode.NONE);
    configuration.setInferenceWorkspaceMode(WorkspaceMode.NONE);
    DataType type = configuration.getDataType();
    INDArray black = Nd4j.zeros(type, 1, size.channels(), size.height(), size.width());
    Map<String, INDArray> activations =
        network.feedForward(
            channelsLast(configuration) ? black.permute(0, 2, 3, 1).dup('c') : black, false);
    String output = configuration.getNetworkOutputs().get(0);
    configuration
        .getVertices()
        .replaceAll(
            (name, vertex) -> {
              if (!(vertex instanceof LayerVertex old)) {
                return vertex;
              }
              Layer layer = old.getLayerConf().getLayer();
              layer.setIDropout(null);
              Layer other = inEvaluation(layer, activations.get(name).shape());
              other = name.equals(output) ? logits(other) : other;
              return other == layer ? vertex : replaced(old, other, name);
            });
    DifferentiableNetwork copy = new DifferentiableNetwork(configuration);
    copy.init();
    for (org.deeplearning4j.nn.graph.vertex.GraphVertex vertex : network.getVertices()) {
      Map<String, INDArray> parameters = copy.getVertex(vertex.getVertexName()).paramTable(false);
      if (vertex.hasLayer()
          && vertex.getLayer().conf().getLayer() instanceof BatchNormalization norm) {
        affine(norm, vertex.getLayer().paramTable(), parameters);
      } else if (parameters != null) {
        Map<String, INDArray> own = vertex.paramTable(false);
        parameters.forEach((key, array) -> array.assign(own.get(key).broadcast(array.shape())));
      }
    }
    return copy;
  }

  private static GraphVertex replaced(LayerVertex old, Layer layer, String name) {
    NeuralNetConfiguration conf = old.getLayerConf();
    layer.setLayerName(name);
    conf.setLayer(layer);
    conf.clearVariables();
    return new LayerVertex(conf, old.getPreProcessor());
  }

  private static Layer inEvaluation(Layer layer, long[] shape) {
    if (layer instanceof BaseLayer base) {
      base.setWeightNoise(null);
    }
    if (layer instanceof DropoutLayer) {
      return new ActivationLayer.Builder().activation(Activation.IDENTITY).build();
    }
    if (layer instanceof PReLULayer) {
      // The native operation of slopes that are shared takes no larger images than 8×8.
      return new PReLULayer.Builder()
          .inputShape(Arrays.copyOfRange(shape, 1, shape.length))
          .build();
    }
    if (!(layer instanceof BatchNormalization norm)) {
      return layer;
    }
    if (shape.length == 2) {
      return new ElementWiseMultiplicationLayer.Builder()
          .nIn(norm.getNOut())
          .nOut(norm.getNOut())
          .activation(Activation.IDENTITY)
          .weightInit(WeightInit.ZERO)
          .build();
    }
    if (shape.length == 4) {
      return new DepthwiseConvolution2D.Builder(1, 1)
          .nIn(norm.getNOut())
          .nOut(norm.getNOut())
          .depthMultiplier(1)
          .dataFormat(norm.getCnn2DFormat())
          .activation(Activation.IDENTITY)
          .weightInit(WeightInit.ZERO)
          .build();
    }
    throw new InputException(
        "The network's layer \"%s\" normalises arrays of %d dimensions, but an audit knows batch norms of rows and of images."
            .formatted(layer.getLayerName(), shape.length));
  }

  /** The output layer without its activation function and loss. */
  private static Layer logits(Layer layer) {
    if (layer.getClass() == OutputLayer.class || layer.getClass() == CenterLossOutputLayer.class) {
      BaseOutputLayer scores = (BaseOutputLayer) layer;
      return new DenseLayer.Builder()
          .nIn(scores.getNIn())
          .nOut(scores.getNOut())
          .hasBias(scores.hasBias())
          .activation(Activation.IDENTITY)
          .weightInit(WeightInit.ZERO)
          .build();
    }
    if (layer.getClass() == LossLayer.class || layer instanceof ActivationLayer) {
      return new ActivationLayer.Builder().activation(Activation.IDENTITY).build();
    }
    if (layer instanceof DenseLayer dense) {
      dense.setActivationFn(new ActivationIdentity());
      return dense;
    }
    throw new InputException(
        "The network ends with the %s \"%s\", but an audit needs one row of class scores for each image."
            .formatted(layer.getClass().getSimpleName(), layer.getLayerName()));
  }

  /** γ·(x − μ)/√(σ² + ε) + β as weight and bias of each channel. */
  private static void affine(
      BatchNormalization norm, Map<String, INDArray> of, Map<String, INDArray> to) {
    INDArray variance =
        norm.isUseLogStd()
            ? Transforms.exp(of.get("log10stdev").mul(2 * Math.log(10)), false)
            : of.get("var");
    INDArray weight = Transforms.sqrt(variance.add(norm.getEps()), false).rdiv(1);
    weight = of.containsKey("gamma") ? weight.mul(of.get("gamma")) : weight.mul(norm.getGamma());
    INDArray bias = of.get("mean").mul(weight).neg();
    bias = of.containsKey("beta") ? bias.add(of.get("beta")) : bias.add(norm.getBeta());
    INDArray weights = to.get("W");
    weights.assign(weight.reshape(weights.shape()));
    to.get("b").assign(bias.reshape(to.get("b").shape()));
  }

  /** The logits of images, [B, K]. */
  INDArray logits(INDArray images) {
    INDArray logits = output(false, copy(images))[0];
    if (logits.rank() != 2) {
      throw new InputException(
          "The network's output has %d dimensions, but an audit needs one row of class scores for each image."
              .formatted(logits.rank()));
    }
    return logits;
  }

  /** The derivative of one logit of each image by its pixels, of the images' shape. */
  INDArray gradient(INDArray images, int[] classes) {
    // In evaluation layers overwrite their inputs, which backpropagation needs; nothing here
    // differs between evaluation and training.
    INDArray logits =
        ffToLayerActivationsDetached(
                true,
                FwdPassType.STANDARD,
                false,
                vertices.length - 1,
                null,
                new INDArray[] {copy(images)},
                null,
                null,
                false)
            .get(configuration.getNetworkOutputs().get(0));
    INDArray chosen = Nd4j.zeros(type, logits.shape());
    for (int i = 0; i < classes.length; i++) {
      chosen.putScalar(i, classes[i], 1);
    }
    calcBackpropGradients(false, false, chosen);
    INDArray gradient = getVertex(input).getEpsilon();
    if (gradient == null) {
      throw new InputException(
          "Deeplearning4j's backpropagation does not reach the network's input \"%s\", so nothing can tell what it looks at."
              .formatted(input));
    }
    INDArray own = (channelsLast ? gradient.permute(0, 3, 1, 2) : gradient).dup('c');
    for (org.deeplearning4j.nn.graph.vertex.GraphVertex vertex : vertices) {
      vertex.clear();
    }
    return own;
  }

  private INDArray copy(INDArray images) {
    INDArray ordered = channelsLast ? images.permute(0, 2, 3, 1) : images;
    return ordered.castTo(type).dup('c');
  }
}
