package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Erases from images where attention lies (GAIN): (images I [B, C, H, W], attention A [B, 1, H, W])
 * → I* = I − I·σ(ω(A − σ₀)). Differentiable in the attention; the images are constants.
 */
public final class Erasure extends TwinOp {

  private final double omega;
  private final double threshold;

  /**
   * Adds the operation.
   *
   * @param images I
   * @param attention A, in [0, 1]
   * @param omega ω, steepness of the soft mask
   * @param threshold σ₀, where the soft mask is ½
   */
  public Erasure(SDVariable images, SDVariable attention, double omega, double threshold) {
    super(1, images, attention);
    this.omega = omega;
    this.threshold = threshold;
  }

  private double erased(double attention) {
    return 1 / (1 + Math.exp(-omega * (attention - threshold)));
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells images = Cells.of(in[0]);
    Cells attention = Cells.of(in[1]);
    Cells rest = Cells.of(out[0]);
    int channels = (int) in[0].size(1);
    int pixels = (int) (in[0].size(2) * in[0].size(3));
    return () ->
        Parallel.each(
            in[0].size(0),
            (first, last) -> {
              double[] kept = new double[pixels];
              double[] x = new double[pixels];
              for (long b = first; b < last; b++) {
                attention.read(b * pixels, kept, pixels);
                for (int i = 0; i < pixels; i++) {
                  kept[i] = 1 - erased(kept[i]);
                }
                for (int c = 0; c < channels; c++) {
                  images.read((b * channels + c) * pixels, x, pixels);
                  for (int i = 0; i < pixels; i++) {
                    x[i] *= kept[i];
                  }
                  rest.write((b * channels + c) * pixels, x, pixels);
                }
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    if (sink.wants(1)) {
      sink.add(1, new Gradient(arg(0), arg(1), upstream).out(0));
    }
  }

  /** (I, A, upstream u) → −ω·σ·(1 − σ)·Σ over the channels of u·I. */
  private final class Gradient extends TwinOp {
    Gradient(SDVariable images, SDVariable attention, SDVariable upstream) {
      super(1, images, attention, upstream);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[1]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells images = Cells.of(in[0]);
      Cells attention = Cells.of(in[1]);
      Cells upstream = Cells.of(in[2]);
      Cells gradient = Cells.of(out[0]);
      int channels = (int) in[0].size(1);
      int pixels = (int) (in[0].size(2) * in[0].size(3));
      return () ->
          Parallel.each(
              in[0].size(0),
              (first, last) -> {
                double[] slope = new double[pixels];
                double[] sum = new double[pixels];
                double[] x = new double[pixels];
                double[] u = new double[pixels];
                for (long b = first; b < last; b++) {
                  java.util.Arrays.fill(sum, 0);
                  for (int c = 0; c < channels; c++) {
                    images.read((b * channels + c) * pixels, x, pixels);
                    upstream.read((b * channels + c) * pixels, u, pixels);
                    for (int i = 0; i < pixels; i++) {
                      sum[i] += u[i] * x[i];
                    }
                  }
                  attention.read(b * pixels, slope, pixels);
                  for (int i = 0; i < pixels; i++) {
                    double erased = erased(slope[i]);
                    sum[i] *= -omega * erased * (1 - erased);
                  }
                  gradient.write(b * pixels, sum, pixels);
                }
              });
    }
  }
}
