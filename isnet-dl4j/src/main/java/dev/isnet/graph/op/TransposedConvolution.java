package dev.isnet.graph.op;

import static dev.isnet.graph.op.NativeCall.arrays;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The transpose of a convolution: signal [mB, O, h', w'] and the convolution's weights → [mB, C, h,
 * w].
 *
 * <p>ND4J's deconv2d has no oneDNN kernel in this release and takes 20 to 30 times as long as an
 * ordinary convolution with the same arithmetic. Where the stride is 1 the transpose is a
 * convolution with flipped weights; elsewhere it is the input gradient that conv2d_bp computes, and
 * this operation.
 */
public final class TransposedConvolution extends TwinOp {

  private final Window window;

  private TransposedConvolution(Window window, SDVariable... inputs) {
    super(2, inputs);
    this.window = window;
  }

  /**
   * Back to a convolution's input.
   *
   * @param signal what arrives at the convolution's outputs, [mB, O, h', w']
   * @param weights the convolution's weights
   * @param input the convolution's input, for its size
   * @param window the convolution's window
   * @return [mB, C, h, w]
   */
  public static SDVariable to(
      SDVariable signal, SDVariable weights, SDVariable input, Window window) {
    return window.flips()
        ? flipped(signal, weights, window)
        : new TransposedConvolution(window, signal, weights, input).out(0);
  }

  /**
   * A deconvolution: the result is as large as the smallest image that the window makes the signal
   * of, or stride times as large where the window is in the mode Same.
   *
   * @param signal the deconvolution's input
   * @param weights its weights, [O, C, kH, kW], O being the signal's channels
   * @param window the window
   * @return [mB, C, h, w]
   */
  public static SDVariable grown(SDVariable signal, SDVariable weights, Window window) {
    return window.flips()
        ? flipped(signal, weights, window)
        : new TransposedConvolution(window, signal, weights).out(0);
  }

  private static SDVariable flipped(SDVariable signal, SDVariable weights, Window window) {
    if (window.kernelH() == 1 && window.kernelW() == 1) {
      // [O, C, 1, 1] seen as [1, 1, O, C] has its inputs and outputs exchanged already.
      return new Convolution(
              signal,
              View.pointwise(weights),
              window.flipped().with(Window.WeightLayout.OUTPUTS_LAST))
          .out(0);
    }
    return new Convolution(signal, new Flip(weights).out(0), window.flipped()).out(0);
  }

  @Override
  public boolean readsShapeOnly(int input) {
    return input == 2;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    boolean grown = in.length == 2;
    long h = grown ? window.grownH(in[0][2]) : in[2][2];
    long w = grown ? window.grownW(in[0][3]) : in[2][3];
    return new long[][] {{in[0][0], window.inputChannels(in[1]), h, w}, in[1]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    // The first argument matters to the weights' gradient only, which nobody reads.
    return NativeCall.convolutionGradient(arrays(out[0], in[1], in[0]), out, window);
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new Convolution(upstream, arg(1), window).out(0));
    if (sink.wants(1)) {
      sink.add(1, new WeightGradient(window, upstream, arg(1), arg(0)).out(0));
    }
  }

  /** (upstream [mB, C, h, w], weights, signal) → dWeights, scratch. */
  private static final class WeightGradient extends TwinOp {

    private final Window window;

    WeightGradient(Window window, SDVariable... inputs) {
      super(2, inputs);
      this.window = window;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[1], in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      return NativeCall.convolutionGradient(Arrays.copyOf(in, 3), arrays(out[1], out[0]), window);
    }
  }
}
