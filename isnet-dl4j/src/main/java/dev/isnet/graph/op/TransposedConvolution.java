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

  /**
   * Adds the operation.
   *
   * @param signal what arrives at the convolution's outputs
   * @param weights the convolution's weights
   * @param input the convolution's input
   * @param window the convolution's window
   */
  public TransposedConvolution(
      SDVariable signal, SDVariable weights, SDVariable input, Window window) {
    super(2, signal, weights, input);
    this.window = window;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] w = in[1];
    return new long[][] {{in[0][0], w[1], in[2][2], in[2][3]}, scratch(w)};
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
      return NativeCall.convolution(
          "conv2d_bp", arrays(out[0], weights, signal), arrays(out[0], scratch), window);
    }
    Runnable flip = flip(weights, scratch);
    Runnable convolve =
        NativeCall.convolution("conv2d", arrays(signal, scratch), arrays(out[0]), window.flipped());
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
            NativeCall.convolution(
                "conv2d_bp",
                arrays(signal, out[2], upstream),
                arrays(out[0], out[3]),
                window.flipped());
        Runnable flipBack = flip(out[3], out[1]);
        return () -> {
          flip.run();
          gradients.run();
          flipBack.run();
        };
      }
      Runnable forSignal =
          NativeCall.convolution("conv2d", arrays(upstream, weights), arrays(out[0]), window);
      Runnable forWeights =
          NativeCall.convolution(
              "conv2d_bp", arrays(upstream, weights, signal), arrays(out[2], out[1]), window);
      return () -> {
        forSignal.run();
        forWeights.run();
      };
    }
  }
}
