package dev.isnet.graph;

import dev.isnet.data.InputException;
import dev.isnet.graph.op.AddRow;
import dev.isnet.graph.op.Attention;
import dev.isnet.graph.op.BatchNorm;
import dev.isnet.graph.op.Concat;
import dev.isnet.graph.op.Convolution;
import dev.isnet.graph.op.Elementwise;
import dev.isnet.graph.op.Factor;
import dev.isnet.graph.op.MatMul;
import dev.isnet.graph.op.MaxPooling;
import dev.isnet.graph.op.Product;
import dev.isnet.graph.op.Relu;
import dev.isnet.graph.op.Stack;
import dev.isnet.graph.op.TransposedConvolution;
import dev.isnet.graph.op.TwinOp;
import dev.isnet.graph.op.WeightedSum;
import dev.isnet.graph.op.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The twin in the making, as translators of layers see it: where parameters are and nodes go. */
public final class Translation {

  private final ComputationGraph network;
  private final Twin.Mode mode;
  private final SameDiff graph;
  private final List<TwinNode> nodes = new ArrayList<>();
  private final List<Twin.Parameter> parameters = new ArrayList<>();
  private final Map<String, INDArray> bound;
  private final List<Twin.BatchStatistics> statistics = new ArrayList<>();
  private final Optional<SDVariable> images; // where they are not the network's input
  private final int drawn; // what draws at random differs by its number
  private String vertex = "";
  private int operations; // those of earlier vertices
  private final NetworkEnds ends;

  Translation(ComputationGraph network, Twin.Mode mode) {
    this.network = network;
    this.mode = mode;
    graph = SameDiff.create();
    bound = new LinkedHashMap<>();
    images = Optional.empty();
    drawn = 0;
    ends = new NetworkEnds(network, this);
    graph.placeHolder(Twin.SEED, DataType.LONG, 1);
    bound.put(Twin.SEED, Nd4j.createFromArray(0L));
  }

  private Translation(Translation first, SDVariable images) {
    network = first.network;
    mode = first.mode;
    graph = first.graph;
    bound = first.bound;
    this.images = Optional.of(images);
    drawn = first.drawn + first.nodes.size();
    ends = new NetworkEnds(network, this);
    operations = graph.ops().length;
  }

  /** The same network once more in the same graph, of the same parameters, for other images. */
  Translation again(SDVariable otherImages) {
    return new Translation(this, otherImages);
  }

  void at(String name) {
    vertex = name;
  }

  /** Ends the current vertex: what was added since the last one is part of it. */
  void done() {
    DifferentialFunction[] all = graph.ops();
    for (; operations < all.length; operations++) {
      ((TwinOp) all[operations]).belongsTo(vertex);
    }
  }

  /** Where the network ends. */
  NetworkEnds ends() {
    return ends;
  }

  Twin twin(UnaryOperator<SDVariable> again) {
    return new Twin(
        graph,
        type(),
        List.copyOf(nodes),
        ends.logits(),
        ends.planes(),
        ends.anomaly(),
        ends.output(),
        List.copyOf(parameters),
        bound,
        List.copyOf(statistics),
        again);
  }

  /**
   * The vertex that is being translated.
   *
   * @return its name
   */
  public String vertex() {
    return vertex;
  }

  /**
   * Training or evaluation.
   *
   * @return the twin's mode
   */
  public Twin.Mode mode() {
    return mode;
  }

  private DataType type() {
    return network.params().dataType();
  }

  /**
   * The network's input. Its variable does not take the vertex's name: that could be one of ours.
   * Parameters' names have a slash, ours have none.
   */
  TwinNode input() {
    SDVariable input =
        images.orElseGet(() -> graph.placeHolder(Twin.IMAGES, type(), -1, -1, -1, -1));
    return add(new TwinNode.Input(vertex, input));
  }

  /**
   * A trainable parameter of the current vertex, shared with the network.
   *
   * @param key its key in the layer's parameter table, such as W or b
   * @param shape its shape in c order in the network's flat parameter vector
   * @return the variable
   */
  public SDVariable parameter(String key, long... shape) {
    ParameterSlot slot = slot(key);
    INDArray shared = slot.in(network.params()).reshape('c', shape);
    SDVariable variable = share(key, shared);
    parameters.add(new Twin.Parameter(variable, shared, slot));
    return variable;
  }

  /**
   * A trainable vector of the current vertex.
   *
   * @param key its key
   * @return the variable, [n]
   */
  public SDVariable vector(String key) {
    return parameter(key, slot(key).length());
  }

  /**
   * A trainable array of the current vertex whose memory is in c order in DL4J.
   *
   * @param key its key
   * @return the variable, of DL4J's shape
   */
  public SDVariable array(String key) {
    return parameter(key, network.getLayer(vertex).getParam(key).shape());
  }

  /**
   * The weights of a dense layer: DL4J keeps them as f-ordered [in, out], which is c-ordered [out,
   * in].
   *
   * @param key their key
   * @return the variable, [out, in]
   */
  public SDVariable matrix(String key) {
    INDArray weights = network.getLayer(vertex).getParam(key);
    return parameter(key, weights.size(1), weights.size(0));
  }

  /**
   * Whether the current vertex has a parameter.
   *
   * @param key its key
   * @return true when it is in the layer's parameter table
   */
  public boolean has(String key) {
    return network.getLayer(vertex).paramTable().containsKey(key);
  }

  private ParameterSlot slot(String key) {
    return ParameterSlot.of(network.getLayer(vertex).getParam(key), network.params());
  }

  private SDVariable share(String key, INDArray array) {
    String name = vertex + "/" + key;
    if (bound.putIfAbsent(name, array) != null) {
      return graph.getVariable(name);
    }
    return graph.placeHolder(name, array.dataType(), array.shape());
  }

  /**
   * A convolution, to which the user's rule for the current vertex applies.
   *
   * @param input its input, [B, C, h, w]
   * @param weights of the shape that the window's layout says
   * @param bias [O]
   * @param window kernel, stride, padding, dilation
   * @return the node, [B, O, h′, w′]
   */
  public TwinNode.Linear convolution(
      TwinNode input, SDVariable weights, Optional<SDVariable> bias, Window window) {
    SDVariable y =
        bias.map(b -> new Convolution(input.output(), weights, b, window))
            .orElseGet(() -> new Convolution(input.output(), weights, window))
            .out(0);
    return add(new TwinNode.Conv(vertex, input, y, weights, bias, window));
  }

  /**
   * A deconvolution, to which the user's rule for the current vertex applies.
   *
   * @param input its input, [B, C, h, w]
   * @param weights [C, O, kH, kW]
   * @param bias [O]
   * @param window that of the convolution which it is the transpose of
   * @return the node, [B, O, h′, w′]
   */
  public TwinNode.Linear deconvolution(
      TwinNode input, SDVariable weights, Optional<SDVariable> bias, Window window) {
    SDVariable product = TransposedConvolution.grown(input.output(), weights, window);
    SDVariable y = bias.map(b -> new AddRow(product, b).out(0)).orElse(product);
    return add(new TwinNode.Deconv(vertex, input, y, weights, bias, window));
  }

  /**
   * A dense layer, to which the user's rule for the current vertex applies.
   *
   * @param input its input, [B, C]
   * @param weights [O, C]
   * @param bias [O]
   * @return the node, [B, O]
   */
  public TwinNode.Linear dense(TwinNode input, SDVariable weights, Optional<SDVariable> bias) {
    SDVariable product = new MatMul(input.output(), false, weights, true).out(0);
    SDVariable y = bias.map(b -> new AddRow(product, b).out(0)).orElse(product);
    return add(new TwinNode.Dense(vertex, input, y, weights, bias));
  }

  /** What batch norm needs beside its input. */
  record NormSettings(
      long channels,
      boolean locked,
      double gamma,
      double beta,
      double epsilon,
      double decay,
      boolean logarithmic) {}

  /** Batch norm: the batch's statistics in training, the running ones in evaluation. */
  TwinNode norm(TwinNode input, NormSettings settings) {
    SDVariable gamma = settings.locked() ? filled("gamma", settings) : vector("gamma");
    SDVariable beta = settings.locked() ? filled("beta", settings) : vector("beta");
    INDArray runningMean = slot("mean").in(network.params());
    INDArray runningVariance =
        slot(settings.logarithmic() ? "log10stdev" : "var").in(network.params());
    BatchNorm op;
    if (mode == Twin.Mode.TRAINING) {
      op = new BatchNorm(input.output(), gamma, beta, settings.epsilon());
      statistics.add(
          new Twin.BatchStatistics(
              op.out(1),
              op.out(2),
              runningMean,
              runningVariance,
              settings.logarithmic(),
              settings.decay()));
    } else {
      SDVariable mean = share("mean", runningMean);
      SDVariable stored = share("variance", runningVariance);
      SDVariable variance =
          settings.logarithmic()
              ? new Elementwise(stored, new Factor.VarianceOfLog()).out(0)
              : stored;
      op = new BatchNorm(input.output(), gamma, beta, mean, variance, settings.epsilon());
    }
    Optional<TwinNode.Linear> fused =
        input instanceof TwinNode.Linear linear
                && linear.outputAxis().isPresent()
                && (input.vertex().equals(vertex) || onlyReaderOf(linear))
            ? Optional.of(linear)
            : Optional.empty();
    return add(
        new TwinNode.Norm(
            vertex,
            input,
            op.out(0),
            gamma,
            beta,
            op.out(1),
            op.out(2),
            settings.epsilon(),
            fused));
  }

  private SDVariable filled(String key, NormSettings settings) {
    double value = key.equals("gamma") ? settings.gamma() : settings.beta();
    return share(key, Nd4j.valueArrayOf(new long[] {settings.channels()}, value, type()));
  }

  /**
   * Whether the current vertex alone reads a node. One that comes through a vertex that hands on
   * its input unchanged may have readers behind that, so it does not count.
   */
  private boolean onlyReaderOf(TwinNode node) {
    GraphVertex[] vertices = network.getVertices();
    boolean direct = false;
    for (VertexIndices index : network.getVertex(vertex).getInputVertices()) {
      direct |= vertices[index.getVertexIndex()].getVertexName().equals(node.vertex());
    }
    VertexIndices[] readers = network.getVertex(node.vertex()).getOutputVertices();
    return direct && readers != null && readers.length == 1;
  }

  /**
   * ReLU, ReLU6 or LeakyReLU: relevance passes on.
   *
   * @param input its input
   * @param function which one
   * @return the node
   */
  public TwinNode rectifier(TwinNode input, Factor.RectifierFunction function) {
    return rectifier(input, function, Optional.empty());
  }

  private TwinNode rectifier(
      TwinNode input, Factor.RectifierFunction function, Optional<String> from) {
    SDVariable y =
        function.isRelu()
            ? new Relu(input.output()).out(0)
            : new Elementwise(input.output(), function).out(0);
    return add(new TwinNode.Rectifier(vertex, input, y, function, from));
  }

  /**
   * An activation function with its ordinary derivative.
   *
   * @param input its input
   * @param function f with f′ and f″
   * @return the node
   */
  public TwinNode activation(TwinNode input, Factor.Function function) {
    SDVariable y = new Elementwise(input.output(), function).out(0);
    return add(new TwinNode.Smooth(vertex, input, y, function.slope()));
  }

  /**
   * Max pool. A rectifier that only the pool reads changes places with it: both orders give the
   * same numbers, gradients and relevances, because the rectifier never falls, and the second has
   * less to do.
   *
   * @param input its input, [B, C, h, w]
   * @param window the window; {@link Window#WHOLE} for global pooling
   * @return the node, [B, C, h′, w′]
   */
  public TwinNode maxPool(TwinNode input, Window window) {
    if (input instanceof TwinNode.Rectifier rectifier
        && rectifier == nodes.get(nodes.size() - 1)
        && rectifier.from().isEmpty()
        && rectifier.function().max() == Double.POSITIVE_INFINITY // else winners could be others
        && rectifier.function().negativeSlope() >= 0
        && onlyReaderOf(rectifier)) {
      nodes.remove(rectifier);
      return rectifier(
          pooled(rectifier.input(), window, true),
          rectifier.function(),
          Optional.of(rectifier.vertex()));
    }
    return pooled(input, window, false);
  }

  private TwinNode pooled(TwinNode input, Window window, boolean rectified) {
    return add(
        new TwinNode.MaxPool(vertex, input, new MaxPooling(input.output(), window), rectified));
  }

  /**
   * A linear map without parameters.
   *
   * @param input its input
   * @param y its output
   * @param transpose adds the transposed map: [mB, y's shape] → [mB, the input's shape]
   * @return the node
   */
  public TwinNode fixed(TwinNode input, SDVariable y, UnaryOperator<SDVariable> transpose) {
    return add(new TwinNode.Fixed(vertex, input, y, transpose));
  }

  /**
   * Cells that are moved, copied or left out.
   *
   * @param input its input
   * @param map adds the map: [B, the input's shape] → [B, …]
   * @param transpose adds the transposed map
   * @return the node
   */
  public TwinNode moved(
      TwinNode input, UnaryOperator<SDVariable> map, UnaryOperator<SDVariable> transpose) {
    return add(new TwinNode.Moved(vertex, input, map.apply(input.output()), transpose, map));
  }

  /**
   * A weighted sum.
   *
   * @param inputs at least one, all of one shape
   * @param factors one for each
   * @return the node
   */
  public TwinNode sum(List<TwinNode> inputs, List<Double> factors) {
    SDVariable[] parts = inputs.stream().map(TwinNode::output).toArray(SDVariable[]::new);
    return add(new TwinNode.Add(vertex, inputs, new WeightedSum(factors, parts).out(0), factors));
  }

  /** Multi-head self-attention. */
  TwinNode selfAttention(TwinNode input, int heads) {
    return add(new TwinNode.SelfAttention(vertex, input, new Attention(input.output(), heads)));
  }

  /**
   * Anything that has a gradient; relevance that arrives at it is refused.
   *
   * @param input its input
   * @param y its output
   * @return the node
   */
  public TwinNode opaque(TwinNode input, SDVariable y) {
    return add(new TwinNode.Opaque(vertex, input, y));
  }

  /**
   * A product with a gate, which is a constant to relevance.
   *
   * @param input what is let through
   * @param gate how much of it, of the same shape
   * @return the node
   */
  public TwinNode gate(TwinNode input, TwinNode gate) {
    SDVariable y = new Product(input.output(), gate.output()).out(0);
    return add(new TwinNode.Gate(vertex, input, gate, y));
  }

  /**
   * Inputs side by side along the channels.
   *
   * @param inputs at least one
   * @return the node
   */
  public TwinNode merge(List<TwinNode> inputs) {
    SDVariable[] parts = inputs.stream().map(TwinNode::output).toArray(SDVariable[]::new);
    return add(new TwinNode.Merge(vertex, inputs, new Concat(parts)));
  }

  /** Inputs one behind the other along the batch. */
  TwinNode stack(List<TwinNode> inputs) {
    SDVariable[] parts = inputs.stream().map(TwinNode::output).toArray(SDVariable[]::new);
    return add(new TwinNode.Stack(vertex, inputs, new Stack(parts)));
  }

  /** One of several parts of the batch. */
  TwinNode unstack(TwinNode input, int part, int count) {
    return add(
        new TwinNode.Moved(
            vertex,
            input,
            Stack.part(input.output(), part, count),
            signal -> Stack.placed(signal, part, count, input.output()),
            UnaryOperator.identity()));
  }

  /** Dropout or one of its relatives; nothing in evaluation. */
  TwinNode noise(TwinNode input, dev.isnet.graph.op.Dropout.Noise noise) {
    if (mode == Twin.Mode.EVALUATION) {
      return input;
    }
    var op =
        new dev.isnet.graph.op.Dropout(
            input.output(), graph.getVariable(Twin.SEED), noise, drawn + nodes.size());
    return add(new TwinNode.Drop(vertex, input, op.out(0), op.out(1), noise.adds()));
  }

  /**
   * Declares that a node's output is the logits; the current vertex is the network's output.
   *
   * @param input the node
   * @param kind what stands behind them
   * @return the node itself
   */
  public TwinNode logits(TwinNode input, Twin.Output kind) {
    return ends.classes(input, kind);
  }

  /**
   * A sentence about the current vertex.
   *
   * @param what what is wrong, and what to do
   * @return the exception to throw
   */
  public InputException refused(String what) {
    return new InputException("Vertex \"%s\" %s.".formatted(vertex, what));
  }

  private <N extends TwinNode> N add(N node) {
    nodes.add(node);
    return node;
  }
}
