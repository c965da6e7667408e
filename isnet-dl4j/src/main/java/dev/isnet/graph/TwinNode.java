package dev.isnet.graph;

import dev.isnet.graph.op.AveragePooling;
import dev.isnet.graph.op.Convolution;
import dev.isnet.graph.op.MatMul;
import dev.isnet.graph.op.MaxPooling;
import dev.isnet.graph.op.TransposedConvolution;
import dev.isnet.graph.op.Window;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * One step of a twin's forward pass, as relevance sees it: what it does, where it takes its input
 * and what it made of it. A DL4J layer with an activation function becomes two.
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
   * The node that it takes its input from.
   *
   * @return a node earlier in the order
   * @throws IllegalStateException for the input itself
   */
  TwinNode input();

  /** The network's input. */
  record Input(String vertex, SDVariable output) implements TwinNode {
    @Override
    public TwinNode input() {
      throw new IllegalStateException("the network's input has no input");
    }
  }

  /** A layer that is linear up to its bias. */
  sealed interface Linear extends TwinNode {

    /**
     * The weights, output channels first.
     *
     * @return [O, C, kH, kW] or [O, C]
     */
    SDVariable weights();

    /**
     * The bias, when there is one.
     *
     * @return [O]
     */
    Optional<SDVariable> bias();

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
     * @param weights weights, maybe with more input channels than the layer's
     * @return Wᵀ·signal, of the spatial size of the layer's input
     */
    SDVariable transpose(SDVariable signal, SDVariable weights);
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
    public SDVariable apply(SDVariable x, SDVariable w) {
      return new Convolution(x, w, window).out(0);
    }

    @Override
    public SDVariable apply(SDVariable x, SDVariable w, SDVariable b) {
      return new Convolution(x, w, b, window).out(0);
    }

    @Override
    public SDVariable transpose(SDVariable signal, SDVariable w) {
      return new TransposedConvolution(signal, w, input.output(), window).out(0);
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
    public SDVariable apply(SDVariable x, SDVariable w) {
      return new MatMul(x, false, w, true).out(0);
    }

    @Override
    public SDVariable apply(SDVariable x, SDVariable w, SDVariable b) {
      return new dev.isnet.graph.op.AddRow(apply(x, w), b).out(0);
    }

    @Override
    public SDVariable transpose(SDVariable signal, SDVariable w) {
      return new MatMul(signal, false, w, false).out(0);
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
      implements TwinNode {}

  /** max(x, 0). */
  record Rectifier(String vertex, TwinNode input, SDVariable output) implements TwinNode {}

  /** Max pooling. */
  record MaxPool(String vertex, TwinNode input, MaxPooling operation) implements TwinNode {
    @Override
    public SDVariable output() {
      return operation.out(0);
    }
  }

  /** Average pooling, global pooling included. */
  record AveragePool(String vertex, TwinNode input, AveragePooling operation) implements TwinNode {
    @Override
    public SDVariable output() {
      return operation.out(0);
    }
  }

  /** Dropout in training; {@code mask} is 1/p or 0. */
  record Drop(String vertex, TwinNode input, SDVariable output, SDVariable mask)
      implements TwinNode {}

  /** The same numbers in another shape. */
  record Reshape(String vertex, TwinNode input, SDVariable output) implements TwinNode {}
}
