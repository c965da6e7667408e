package dev.isnet.graph.op;

import static dev.isnet.graph.op.NativeCall.arrays;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The transpose of a convolution: signal [mB, O, h', w'], the convolution's weights [O, C, kH, kW]
 * and its input [B, C, h, w], of which only the shape counts → [mB, C, h, w].
 *
 * <p>ND4J's deconv2d has no oneDNN kernel in this release and takes 20 to 30 times as long as an
 * ordinary convolution with the same arithmetic, so this is a convolution with flipped weights
 * where the stride is 1, and the input gradient that conv2d_bp computes where it is not.
 */
public final class TransposedConvolution extends TwinOp {

  private final Window window;
  private final boolean grown;

  private TransposedConvolution(Window window, boolean grown, SDVariable... inputs) {
    super(2, inputs);
    this.window = window;
    this.grown = grown;
  }

  /**
   * Back to a convolution's input.
   *
   * @param signal what arrives at the convolution's outputs
   * @param weights the convolution's weights
   * @param input the convolution's input, for its size
   * @param window the convolution's window
   * @return the operation
   */
  public static TransposedConvolution to(
      SDVariable signal, SDVariable weights, SDVariable input, Window window) {
    return new TransposedConvolution(window, false, signal, weights, input);
  }

  /**
   * A deconvolution: the result is as large as the smallest image that the window makes the signal
   * of, or stride times as large where the window is in the mode Same.
   *
   * @param signal the deconvolution's input
   * @param weights its weights, [O, C, kH, kW], O being the signal's channels
   * @param window the window
   * @return the operation
   */
  public static TransposedConvolution grown(SDVariable signal, SDVariable weights, Window window) {
    return new TransposedConvolution(window, true, signal, weights);
  }

  @Override
  public boolean readsShapeOnly(int input) {
    return input == 2;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] w = in[1];
    long h = grown ? window.grownH(in[0][2]) : in[2][2];
    long v = grown ? window.grownW(in[0][3]) : in[2][3];
    return new long[][] {{in[0][0], window.inputChannels(w), h, v}, scratch(w)};
  }

  private long[] scratch(long[] w) {
    return window.flips() ? new long[] {w[1], w[0], w[2], w[3]} : w;
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    INDArray signal = in[0];
    INDArray weights = in[1];
    INDArray scratch = out[1];
    if (!window.flips()) {
      // The first argument matters to the weights' gradient only, which nobody reads.
      return NativeCall.convolutionGradient(
          arrays(out[0], weights, signal), arrays(out[0], scratch), window);
    }
    Runnable flip = flip(weights, scratch);
    Runnable convolve =
        NativeCall.convolution(arrays(signal, scratch), arrays(out[0]), window.flipped());
    return () -> {
      flip.run();
      convolve.run();
    };
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    Gradient gradient = new Gradient(window, arg(0), arg(1), upstream);
    sink.add(0, gradient.out(0));
    sink.add(1, gradient.out(1));
  }

  /** Swaps the channel axes and turns every kernel by half a turn. */
  static Runnable flip(INDArray from, INDArray to) {
    Cells source = Cells.of(from);
    Cells target = Cells.of(to);
    long outer = from.size(0);
    long inner = from.size(1);
    long kernel = from.size(2) * from.size(3);
    return () ->
        Parallel.cells(
            outer * inner,
            (first, last) -> {
              for (long oi = first; oi < last; oi++) {
                long o = oi / inner;
                long i = oi % inner;
                long base = (i * outer + o + 1) * kernel - 1;
                for (long k = 0; k < kernel; k++) {
                  target.set(base - k, source.get(oi * kernel + k));
                }
              }
            });
  }

  /** (signal, weights, upstream [mB, C, h, w]) → (dSignal, dWeights, scratch, scratch). */
  private static final class Gradient extends TwinOp {

    private final Window window;

    Gradient(Window window, SDVariable signal, SDVariable weights, SDVariable upstream) {
      super(4, signal, weights, upstream);
      this.window = window;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      long[] w = in[1];
      long[] flipped = {w[1], w[0], w[2], w[3]};
      return window.flips()
          ? new long[][] {in[0], w, flipped, flipped}
          : new long[][] {in[0], w, in[2], {1}};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      INDArray signal = in[0];
      INDArray weights = in[1];
      INDArray upstream = in[2];
      if (window.flips()) {
        Runnable flip = flip(weights, out[2]);
        Runnable gradients =
            NativeCall.convolutionGradient(
                arrays(signal, out[2], upstream), arrays(out[0], out[3]), window.flipped());
        Runnable flipBack = flip(out[3], out[1]);
        return () -> {
          flip.run();
          gradients.run();
          flipBack.run();
        };
      }
      Runnable forSignal =
          NativeCall.convolution(arrays(upstream, weights), arrays(out[0]), window);
      Runnable forWeights =
          NativeCall.convolutionGradient(
              arrays(upstream, weights, signal), arrays(out[2], out[1]), window);
      return () -> {
        forSignal.run();
        forWeights.run();
      };
    }
  }
}
