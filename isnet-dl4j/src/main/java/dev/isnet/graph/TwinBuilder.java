package dev.isnet.graph;

import dev.isnet.data.InputException;
import dev.isnet.graph.op.AddRow;
import dev.isnet.graph.op.AveragePooling;
import dev.isnet.graph.op.BatchNorm;
import dev.isnet.graph.op.Convolution;
import dev.isnet.graph.op.Elementwise;
import dev.isnet.graph.op.Factor;
import dev.isnet.graph.op.MatMul;
import dev.isnet.graph.op.MaxPooling;
import dev.isnet.graph.op.Relu;
import dev.isnet.graph.op.View;
import dev.isnet.graph.op.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.InputVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Translates a ComputationGraph, vertex by vertex. */
final class TwinBuilder {

  private static final String KNOWN =
      "convolution, dense, batch normalization, max, average and global pooling, activation,"
          + " dropout, output and loss layers";

  private final ComputationGraph network;
  private final Twin.Mode mode;
  private final SameDiff graph = SameDiff.create();
  private final List<TwinNode> nodes = new ArrayList<>();
  private final Map<String, TwinNode> byVertex = new HashMap<>();
  private final List<Twin.Parameter> parameters = new ArrayList<>();
  private final Map<String, INDArray> bound = new LinkedHashMap<>();
  private final List<Twin.BatchStatistics> statistics = new ArrayList<>();
  private Optional<Twin.Output> output = Optional.empty();

  TwinBuilder(ComputationGraph network, Twin.Mode mode) {
    this.network = network;
    this.mode = mode;
    if (network.getNumInputArrays() != 1 || network.getNumOutputArrays() != 1) {
      throw new InputException(
          "The network has %d inputs and %d outputs; a twin needs exactly one image input and one output."
              .formatted(network.getNumInputArrays(), network.getNumOutputArrays()));
    }
  }

  Twin build() {
    for (int index : network.topologicalSortOrder()) {
      GraphVertex vertex = network.getVertices()[index];
      byVertex.put(vertex.getVertexName(), translate(vertex));
    }
    if (output.isEmpty()) {
      throw new InputException(
          "The network's output vertex \"%s\" is not an output or loss layer; end the network with one."
              .formatted(network.getConfiguration().getNetworkOutputs().get(0)));
    }
    return new Twin(
        graph,
        network.params().dataType(),
        List.copyOf(nodes),
        output.get(),
        List.copyOf(parameters),
        bound,
        List.copyOf(statistics));
  }

  private TwinNode translate(GraphVertex vertex) {
    String name = vertex.getVertexName();
    if (vertex instanceof InputVertex) {
      SDVariable x = graph.placeHolder(name, network.params().dataType(), -1, -1, -1, -1);
      return add(new TwinNode.Input(name, x));
    }
    if (!(vertex instanceof LayerVertex layerVertex)) {
      throw unknown(name, vertex.getClass());
    }
    if (output.isPresent()) {
      throw new InputException(
          "Vertex \"%s\" comes after the output layer; the output layer must be the last."
              .formatted(name));
    }
    TwinNode input =
        byVertex.get(
            network.getVertices()[vertex.getInputVertices()[0].getVertexIndex()].getVertexName());
    if (layerVertex.getLayerPreProcessor() instanceof CnnToFeedForwardPreProcessor) {
      input = add(new TwinNode.Reshape(name, input, View.flat(input.output())));
    } else if (layerVertex.getLayerPreProcessor() != null) {
      throw unknown(name, layerVertex.getLayerPreProcessor().getClass());
    }
    Layer layer = vertex.getLayer().conf().getLayer();
    if (layer.getIDropout() != null) {
      input = dropout(name, layer, input);
    }
    return layer(name, layer, input);
  }

  private TwinNode layer(String name, Layer layer, TwinNode input) {
    if (layer.getClass() == ConvolutionLayer.class && !(layer instanceof Convolution1DLayer)) {
      ConvolutionLayer conv = (ConvolutionLayer) layer;
      Window window = window(conv);
      SDVariable weights = parameter(name, "W");
      Optional<SDVariable> bias =
          conv.hasBias() ? Optional.of(parameter(name, "b")) : Optional.empty();
      SDVariable y =
          bias.map(b -> new Convolution(input.output(), weights, b, window))
              .orElseGet(() -> new Convolution(input.output(), weights, window))
              .out(0);
      return activation(
          name,
          conv.getActivationFn(),
          add(new TwinNode.Conv(name, input, y, weights, bias, window)));
    }
    if (layer.getClass() == DenseLayer.class || layer.getClass() == OutputLayer.class) {
      boolean hasBias = network.getLayer(name).paramTable().containsKey("b");
      TwinNode dense = dense(name, hasBias, input);
      IActivation activation = ((BaseLayer) layer).getActivationFn();
      return layer instanceof OutputLayer
          ? output(name, activation, dense)
          : activation(name, activation, dense);
    }
    if (layer.getClass() == LossLayer.class) {
      return output(name, ((LossLayer) layer).getActivationFn(), input);
    }
    if (layer.getClass() == BatchNormalization.class) {
      // DL4J ignores the activation function of a batch norm.
      return norm(name, (BatchNormalization) layer, input);
    }
    if (layer.getClass() == ActivationLayer.class) {
      return activation(name, ((ActivationLayer) layer).getActivationFn(), input);
    }
    if (layer.getClass() == SubsamplingLayer.class) {
      SubsamplingLayer pool = (SubsamplingLayer) layer;
      return pool(
          name,
          pool.getPoolingType(),
          window(pool),
          pool.isAvgPoolIncludePadInDivisor(),
          input,
          layer);
    }
    if (layer.getClass() == GlobalPoolingLayer.class) {
      GlobalPoolingLayer pool = (GlobalPoolingLayer) layer;
      TwinNode pooled = pool(name, pool.getPoolingType(), Window.WHOLE, false, input, layer);
      return pool.isCollapseDimensions()
          ? add(new TwinNode.Reshape(name, pooled, View.flat(pooled.output())))
          : pooled;
    }
    if (layer.getClass() == DropoutLayer.class) {
      return input; // its dropout has been applied to its input, like any layer's
    }
    throw unknown(name, layer.getClass());
  }

  private TwinNode add(TwinNode node) {
    nodes.add(node);
    return node;
  }

  private TwinNode dense(String name, boolean hasBias, TwinNode input) {
    SDVariable weights = parameter(name, "W");
    Optional<SDVariable> bias = hasBias ? Optional.of(parameter(name, "b")) : Optional.empty();
    SDVariable product = new MatMul(input.output(), false, weights, true).out(0);
    SDVariable y = bias.map(b -> new AddRow(product, b).out(0)).orElse(product);
    return add(new TwinNode.Dense(name, input, y, weights, bias));
  }

  private TwinNode activation(String name, IActivation function, TwinNode input) {
    if (function instanceof ActivationIdentity) {
      return input;
    }
    if (function instanceof ActivationReLU) {
      return add(new TwinNode.Rectifier(name, input, new Relu(input.output()).out(0)));
    }
    throw new InputException(
        "Vertex \"%s\" has the activation function %s; a twin knows relu and identity, and softmax or sigmoid in the output layer."
            .formatted(name, function));
  }

  private TwinNode output(String name, IActivation function, TwinNode logits) {
    if (function instanceof ActivationSoftmax) {
      output = Optional.of(Twin.Output.SOFTMAX);
    } else if (function instanceof ActivationSigmoid) {
      output = Optional.of(Twin.Output.SIGMOID);
    } else if (function instanceof ActivationIdentity) {
      output = Optional.of(Twin.Output.IDENTITY);
    } else {
      throw new InputException(
          "The output layer \"%s\" has the activation function %s; a twin knows softmax, sigmoid and identity there."
              .formatted(name, function));
    }
    return logits;
  }

  private TwinNode norm(String name, BatchNormalization layer, TwinNode input) {
    SDVariable gamma =
        layer.isLockGammaBeta()
            ? filled(name, "gamma", layer.getNOut(), layer.getGamma())
            : parameter(name, "gamma");
    SDVariable beta =
        layer.isLockGammaBeta()
            ? filled(name, "beta", layer.getNOut(), layer.getBeta())
            : parameter(name, "beta");
    INDArray runningMean = slot(name, "mean").in(network.params());
    INDArray runningVariance =
        slot(name, layer.isUseLogStd() ? "log10stdev" : "var").in(network.params());
    BatchNorm op;
    if (mode == Twin.Mode.TRAINING) {
      op = new BatchNorm(input.output(), gamma, beta, layer.getEps());
      statistics.add(
          new Twin.BatchStatistics(
              op.out(1),
              op.out(2),
              runningMean,
              runningVariance,
              layer.isUseLogStd(),
              layer.getDecay()));
    } else {
      SDVariable mean = share(name, "mean", runningMean);
      SDVariable stored = share(name, "variance", runningVariance);
      SDVariable variance =
          layer.isUseLogStd() ? new Elementwise(stored, new Factor.VarianceOfLog()).out(0) : stored;
      op = new BatchNorm(input.output(), gamma, beta, mean, variance, layer.getEps());
    }
    Optional<TwinNode.Linear> fused =
        input instanceof TwinNode.Linear linear && consumers(linear) == 1
            ? Optional.of(linear)
            : Optional.empty();
    return add(
        new TwinNode.Norm(
            name, input, op.out(0), gamma, beta, op.out(1), op.out(2), layer.getEps(), fused));
  }

  private int consumers(TwinNode node) {
    int count = 0;
    for (GraphVertex vertex : network.getVertices()) {
      if (vertex.getVertexName().equals(node.vertex()) && vertex.getOutputVertices() != null) {
        count += vertex.getOutputVertices().length;
      }
    }
    return count;
  }

  private TwinNode pool(
      String name,
      PoolingType type,
      Window window,
      boolean countPadding,
      TwinNode input,
      Layer layer) {
    return switch (type) {
      case MAX -> add(new TwinNode.MaxPool(name, input, new MaxPooling(input.output(), window)));
      case AVG ->
          add(
              new TwinNode.AveragePool(
                  name, input, new AveragePooling(input.output(), window, countPadding)));
      default ->
          throw new InputException(
              "Vertex \"%s\" (%s) pools by %s; a twin knows max and average pooling."
                  .formatted(name, layer.getClass().getSimpleName(), type));
    };
  }

  private TwinNode dropout(String name, Layer layer, TwinNode input) {
    if (!(layer.getIDropout() instanceof Dropout dropout) || dropout.getPSchedule() != null) {
      throw new InputException(
          "Vertex \"%s\" uses %s; a twin knows plain Dropout with a fixed probability."
              .formatted(name, layer.getIDropout()));
    }
    if (mode == Twin.Mode.EVALUATION) {
      return input;
    }
    if (!bound.containsKey(Twin.DROPOUT_SEED)) {
      graph.placeHolder(Twin.DROPOUT_SEED, org.nd4j.linalg.api.buffer.DataType.LONG, 1);
      bound.put(Twin.DROPOUT_SEED, Nd4j.createFromArray(0L));
    }
    var op =
        new dev.isnet.graph.op.Dropout(
            input.output(), graph.getVariable(Twin.DROPOUT_SEED), dropout.getP(), nodes.size());
    return add(new TwinNode.Drop(name, input, op.out(0), op.out(1)));
  }

  /**
   * DL4J keeps dense weights as f-ordered [in, out], which is c-ordered [out, in]; all else is
   * c-ordered.
   */
  private SDVariable parameter(String vertex, String key) {
    INDArray array = network.getLayer(vertex).getParam(key);
    ParameterSlot slot = slot(vertex, key);
    INDArray vector = slot.in(network.params());
    INDArray shared = vector;
    if (key.equals("W")) {
      boolean dense = array.rank() == 2;
      shared =
          vector.reshape('c', dense ? new long[] {array.size(1), array.size(0)} : array.shape());
    }
    SDVariable variable = share(vertex, key, shared);
    parameters.add(new Twin.Parameter(variable, shared, slot));
    return variable;
  }

  private ParameterSlot slot(String vertex, String key) {
    return ParameterSlot.of(network.getLayer(vertex).getParam(key), network.params());
  }

  private SDVariable share(String vertex, String key, INDArray array) {
    String name = vertex + "/" + key;
    bound.put(name, array);
    return graph.placeHolder(name, array.dataType(), array.shape());
  }

  private SDVariable filled(String vertex, String key, long length, double value) {
    return share(
        vertex, key, Nd4j.valueArrayOf(new long[] {length}, value, network.params().dataType()));
  }

  private static Window window(ConvolutionLayer layer) {
    return window(
        layer.getKernelSize(),
        layer.getStride(),
        layer.getPadding(),
        layer.getDilation(),
        layer.getConvolutionMode());
  }

  private static Window window(SubsamplingLayer layer) {
    return window(
        layer.getKernelSize(),
        layer.getStride(),
        layer.getPadding(),
        layer.getDilation(),
        layer.getConvolutionMode());
  }

  private static Window window(
      int[] kernel, int[] stride, int[] padding, int[] dilation, ConvolutionMode mode) {
    boolean same = mode == ConvolutionMode.Same;
    return new Window(
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        same ? 0 : padding[0],
        same ? 0 : padding[1],
        dilation[0],
        dilation[1],
        same);
  }

  private static InputException unknown(String vertex, Class<?> type) {
    return new InputException(
        "Vertex \"%s\" is a %s, which a twin does not know; known are %s."
            .formatted(vertex, type.getSimpleName(), KNOWN));
  }
}
