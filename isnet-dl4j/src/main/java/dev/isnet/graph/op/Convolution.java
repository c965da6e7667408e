package dev.isnet.graph.op;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Two-dimensional convolution, ordinary or depthwise: x [B, C, h, w], weights [O, C, kH, kW] or in
 * the window's depthwise layout, optional bias [O] → [B, O, h', w'].
 */
public final class Convolution extends TwinOp {

  private final Window window;

  /**
   * Without a bias.
   *
   * @param x input
   * @param weights weights
   * @param window the window
   */
  public Convolution(SDVariable x, SDVariable weights, Window window) {
    super(1, x, weights);
    this.window = window;
  }

  /**
   * With a bias.
   *
   * @param x input
   * @param weights weights
   * @param bias bias
   * @param window the window
   */
  public Convolution(SDVariable x, SDVariable weights, SDVariable bias, Window window) {
    super(1, x, weights, bias);
    this.window = window;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] x = in[0];
    return new long[][] {
      {x[0], window.outputChannels(in[1]), window.outH(x[2]), window.outW(x[3])}
    };
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    return NativeCall.convolution(in, out, window);
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    SDVariable[] inputs = Arrays.copyOf(args(), args().length + 1);
    inputs[args().length] = upstream;
    Gradient gradient = new Gradient(window, inputs);
    for (int i = 0; i < args().length; i++) {
      sink.add(i, gradient.out(i));
    }
  }

  /**
   * The gradients of a convolution, all in one native call: (x, weights[, bias], dy) → (dx,
   * dWeights[, dBias]).
   */
  private static final class Gradient extends TwinOp {

    private final Window window;

    Gradient(Window window, SDVariable... inputs) {
      super(inputs.length - 1, inputs);
      this.window = window;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return Arrays.copyOf(in, in.length - 1);
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      return NativeCall.convolutionGradient(in, out, window);
    }
  }
}
