package dev.isnet.relevance;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Which cells the windows of a convolution or pool look at; cells of the padding are left out. */
record NaiveWindows(
    int[] kernel, int[] stride, int[] padding, int[] dilation, ConvolutionMode mode) {

  /** An output cell and an input cell that its window sees. */
  @FunctionalInterface
  interface Pair {
    /**
     * Joins them.
     *
     * @param channel of both
     * @param out the output cell, within its channel
     * @param in the input cell, within the image
     */
    void join(int channel, int out, int in, int kernelRow, int kernelColumn);
  }

  static NaiveWindows of(ConvolutionLayer c) {
    return new NaiveWindows(
        c.getKernelSize(), c.getStride(), c.getPadding(), c.getDilation(), c.getConvolutionMode());
  }

  static NaiveWindows of(SubsamplingLayer s) {
    return new NaiveWindows(
        s.getKernelSize(), s.getStride(), s.getPadding(), s.getDilation(), s.getConvolutionMode());
  }

  /** One window that is the image. */
  static NaiveWindows whole(long[] shape) {
    int[] image = {(int) shape[1], (int) shape[2]};
    int[] one = {1, 1};
    return new NaiveWindows(image, one, new int[2], one, ConvolutionMode.Truncate);
  }

  /** Shape of the output, as Deeplearning4j's layer has it. */
  long[] outputs(long[] in, UnaryOperator<INDArray> layer) {
    INDArray y = layer.apply(Nd4j.zeros(DataType.DOUBLE, 1, in[0], in[1], in[2]));
    return Arrays.copyOfRange(y.shape(), 1, 4);
  }

  /** Mode Same pads what it needs, the smaller half before. */
  private int before(int axis, long in, long out) {
    if (mode != ConvolutionMode.Same) {
      return padding[axis];
    }
    long reach = (out - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
    return (int) Math.max(0, reach - in) / 2;
  }

  void each(long[] in, long[] out, Pair pair) {
    int top = before(0, in[1], out[1]);
    int left = before(1, in[2], out[2]);
    for (int c = 0; c < in[0]; c++) {
      for (int r = 0; r < out[1]; r++) {
        for (int s = 0; s < out[2]; s++) {
          for (int kr = 0; kr < kernel[0]; kr++) {
            for (int kc = 0; kc < kernel[1]; kc++) {
              int y = r * stride[0] - top + kr * dilation[0];
              int x = s * stride[1] - left + kc * dilation[1];
              if (y >= 0 && y < in[1] && x >= 0 && x < in[2]) {
                pair.join(c, (int) (r * out[2] + s), (int) ((c * in[1] + y) * in[2] + x), kr, kc);
              }
            }
          }
        }
      }
    }
  }
}
