package dev.isnet.graph;

import dev.isnet.graph.op.AddRow;
import dev.isnet.graph.op.Attention;
import dev.isnet.graph.op.Concat;
import dev.isnet.graph.op.Convolution;
import dev.isnet.graph.op.Factor;
import dev.isnet.graph.op.MatMul;
import dev.isnet.graph.op.MaxPooling;
import dev.isnet.graph.op.TransposedConvolution;
import dev.isnet.graph.op.Window;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * One step of a twin's forward pass, as relevance sees it: what it does, where it takes its inputs
 * and what it made of them. A DL4J layer with an activation function becomes two.
 *
 * <p>The kinds are closed because each has its own rule. A layer that is not known becomes one or
 * several of them: see {@link Translators}.
 */
public sealed interface TwinNode {

  /**
   * The DL4J vertex that the node comes from.
   *
   * @return the vertex's name
   */
  String vertex();

  /**
   * What the node makes.
   *
   * @return [B, …]
   */
  SDVariable output();

  /**
   * The nodes that it takes its inputs from.
   *
   * @return nodes earlier in the order; none for the network's input
   */
  List<TwinNode> inputs();

  /** A node with one input. */
  sealed interface Unary extends TwinNode {

    /**
     * The node that it takes its input from.
     *
     * @return a node earlier in the order
     */
    TwinNode input();

    @Override
    default List<TwinNode> inputs() {
      return List.of(input());
    }
  }

  /** The network's input. */
  record Input(String vertex, SDVariable output) implements TwinNode {
    @Override
    public List<TwinNode> inputs() {
      return List.of();
    }
  }

  /** A layer with weights that is linear up to its bias. */
  sealed interface Linear extends Unary {

    /**
     * The weights.
     *
     * @return [O, C, kH, kW], [C, O, kH, kW] for deconvolutions, [O, C] for dense layers
     */
    SDVariable weights();

    /**
     * The bias, when there is one.
     *
     * @return [O]
     */
    Optional<SDVariable> bias();

    /**
     * The axis of the output channels in the weights.
     *
     * @return 0 or 1; empty where the channels are no axis (depthwise)
     */
    Optional<Integer> outputAxis();

    /**
     * The linear map with other weights or another input.
     *
     * @param x an input
     * @param weights weights of the layer's shape
     * @return W·x
     */
    SDVariable apply(SDVariable x, SDVariable weights);

    /**
     * The linear map with a bias.
     *
     * @param x an input
     * @param weights weights of the layer's shape
     * @param bias [O]
     * @return W·x + b
     */
    SDVariable apply(SDVariable x, SDVariable weights, SDVariable bias);

    /**
     * The transposed map.
     *
     * @param signal what arrives at the outputs, [mB, O, …]
     * @param weights weights of the layer's shape
     * @return Wᵀ·signal, of the spatial size of the layer's input
     */
    SDVariable transpose(SDVariable signal, SDVariable weights);

    /**
     * The transposed maps of two sets of weights.
     *
     * @param signal what arrives at the outputs, [mB, O, …]
     * @param left weights of the layer's shape
     * @param right weights of the layer's shape
     * @return Wₗᵀ·signal and Wᵣᵀ·signal side by side, [mB, 2C, …]
     */
    default SDVariable transposeBoth(SDVariable signal, SDVariable left, SDVariable right) {
      return new Concat(transpose(signal, left), transpose(signal, right)).out(0);
    }
  }

  /** Convolution without its activation function. */
  record Conv(
      String vertex,
      TwinNode input,
      SDVariable output,
      SDVariable weights,
      Optional<SDVariable> bias,
      Window window)
      implements Linear {

    @Override
    public Optional<Integer> outputAxis() {
      return window.depthwise() ? Optional.empty() : Optional.of(0);
    }

    @Override
    public SDVariable apply(SDVariable x, SDVariable w) {
      return new Convolution(x, w, window).out(0);
    }

    @Override
    public SDVariable apply(SDVariable x, SDVariable w, SDVariable b) {
      return new Convolution(x, w, b, window).out(0);
    }

    @Override
    public SDVariable transpose(SDVariable signal, SDVariable w) {
      return TransposedConvolution.to(signal, w, input.output(), window);
    }

    @Override
    public SDVariable transposeBoth(SDVariable signal, SDVariable left, SDVariable right) {
      return window.depthwise()
          ? Linear.super.transposeBoth(signal, left, right)
          : transpose(signal, new Concat(left, right).out(0));
    }
  }

  /** Deconvolution, the transpose of a convolution, without its activation function. */
  record Deconv(
      String vertex,
      TwinNode input,
      SDVariable output,
      SDVariable weights,
      Optional<SDVariable> bias,
      Window window)
      implements Linear {

    @Override
    public Optional<Integer> outputAxis() {
      return Optional.of(1);
    }

    @Override
    public SDVariable apply(SDVariable x, SDVariable w) {
      return TransposedConvolution.grown(x, w, window);
    }

    @Override
    public SDVariable apply(SDVariable x, SDVariable w, SDVariable b) {
      return new AddRow(apply(x, w), b).out(0);
    }

    @Override
    public SDVariable transpose(SDVariable signal, SDVariable w) {
      return new Convolution(signal, w, window).out(0);
    }
  }

  /** Dense layer without its activation function. */
  record Dense(
      String vertex,
      TwinNode input,
      SDVariable output,
      SDVariable weights,
      Optional<SDVariable> bias)
      implements Linear {

    @Override
    public Optional<Integer> outputAxis() {
      return Optional.of(0);
    }

    @Override
    public SDVariable apply(SDVariable x, SDVariable w) {
      return new MatMul(x, false, w, true).out(0);
    }

    @Override
    public SDVariable apply(SDVariable x, SDVariable w, SDVariable b) {
      return new AddRow(apply(x, w), b).out(0);
    }

    @Override
    public SDVariable transpose(SDVariable signal, SDVariable w) {
      return new MatMul(signal, false, w, false).out(0);
    }

    @Override
    public SDVariable transposeBoth(SDVariable signal, SDVariable left, SDVariable right) {
      return transpose(signal, new Concat(left, right).out(0));
    }
  }

  /**
   * Batch norm.
   *
   * @param fused the layer before it, when nothing else reads that layer: then both are one linear
   *     layer to relevance
   */
  record Norm(
      String vertex,
      TwinNode input,
      SDVariable output,
      SDVariable gamma,
      SDVariable beta,
      SDVariable mean,
      SDVariable variance,
      double epsilon,
      Optional<Linear> fused)
      implements Unary {}

  /**
   * An activation function that passes relevance on: ReLU, ReLU6, LeakyReLU.
   *
   * @param function which one
   * @param from the vertex of the rectifier, when it stands behind the max pool that followed it:
   *     the two may change places, and behind the pool there is less to do
   */
  record Rectifier(
      String vertex,
      TwinNode input,
      SDVariable output,
      Factor.RectifierFunction function,
      Optional<String> from)
      implements Unary {}

  /**
   * Any other activation function: its ordinary derivative multiplies the coefficient.
   *
   * @param slope f′ with its own derivative
   */
  record Smooth(String vertex, TwinNode input, SDVariable output, Factor slope) implements Unary {}

  /**
   * Max pooling.
   *
   * @param rectified whether the rectifier that preceded it stands behind it now
   */
  record MaxPool(String vertex, TwinNode input, MaxPooling operation, boolean rectified)
      implements Unary {
    @Override
    public SDVariable output() {
      return operation.out(0);
    }
  }

  /**
   * A linear map without weights of its own, to which the rule of a convolution applies: average
   * pooling, scaling, layer norm with its statistics as constants.
   *
   * @param transpose adds the transposed map: [mB, the output's shape] → [mB, the input's shape]
   */
  record Fixed(
      String vertex, TwinNode input, SDVariable output, UnaryOperator<SDVariable> transpose)
      implements Unary {}

  /**
   * Cells that are moved, copied or left out but not mixed: reshaping, padding, cropping,
   * upsampling. Relevance moves back as any other signal does.
   *
   * @param transpose adds the transposed map: [mB, the output's shape] → [mB, the input's shape]
   * @param again adds the map for one example by itself: [1, the input's shape] → [1, …]
   */
  record Moved(
      String vertex,
      TwinNode input,
      SDVariable output,
      UnaryOperator<SDVariable> transpose,
      UnaryOperator<SDVariable> again)
      implements Unary {}

  /**
   * Dropout and its relatives in training: y = x ⊙ factor + summand.
   *
   * @param factor what the noise multiplies each cell by
   * @param adds whether the noise has a summand
   */
  record Drop(String vertex, TwinNode input, SDVariable output, SDVariable factor, boolean adds)
      implements Unary {}

  /**
   * Weighted sum of its inputs.
   *
   * @param factors one for each input
   */
  record Add(String vertex, List<TwinNode> inputs, SDVariable output, List<Double> factors)
      implements TwinNode {}

  /**
   * A product with a gate: attention, or a mask. The gate's cells are constants to relevance, which
   * goes to the input alone (Arras et al. 2017: the signal takes it all).
   *
   * @param input what is let through
   * @param gate what decides how much, of the same shape
   */
  record Gate(String vertex, TwinNode input, TwinNode gate, SDVariable output) implements TwinNode {
    @Override
    public List<TwinNode> inputs() {
      return List.of(input, gate);
    }
  }

  /** Multi-head self-attention. Relevance does not pass; attention rollout follows it instead. */
  record SelfAttention(String vertex, TwinNode input, Attention operation) implements Unary {
    @Override
    public SDVariable output() {
      return operation.out(0);
    }

    /**
     * How much every token looks at every other.
     *
     * @return [B·heads, T, T], rows for the tokens that look, each adding up to 1
     */
    public SDVariable attention() {
      return operation.out(1);
    }
  }

  /** What has a forward pass and a gradient but no relevance rule. */
  record Opaque(String vertex, TwinNode input, SDVariable output) implements Unary {}

  /** Its inputs side by side along the channels. */
  record Merge(String vertex, List<TwinNode> inputs, Concat operation) implements TwinNode {
    @Override
    public SDVariable output() {
      return operation.out(0);
    }
  }

  /** Its inputs one behind the other along the batch. */
  record Stack(String vertex, List<TwinNode> inputs, dev.isnet.graph.op.Stack operation)
      implements TwinNode {
    @Override
    public SDVariable output() {
      return operation.out(0);
    }
  }
}
