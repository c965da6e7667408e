package dev.isnet.graph.op;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/** One call of a native ND4J operation, its context made once and run many times. */
final class NativeCall {

  private NativeCall() {}

  static Runnable of(String name, INDArray[] in, INDArray[] out, long... integers) {
    return of(name, in, out, new double[0], integers);
  }

  static Runnable of(String name, INDArray[] in, INDArray[] out, double[] reals, long... integers) {
    return of(name, in, out, reals, true, integers);
  }

  private static Runnable of(
      String name,
      INDArray[] in,
      INDArray[] out,
      double[] reals,
      boolean helpers,
      long... integers) {
    DynamicCustomOp op = DynamicCustomOp.builder(name).build();
    OpContext context = Nd4j.getExecutioner().buildContext();
    for (int i = 0; i < in.length; i++) {
      context.setInputArray(i, in[i]);
    }
    for (int i = 0; i < out.length; i++) {
      context.setOutputArray(i, out[i]);
    }
    context.setIArguments(integers);
    context.setTArguments(reals);
    context.allowHelpers(helpers);
    return () -> Nd4j.getExecutioner().exec(op, context);
  }

  /**
   * A convolution: x, weights and maybe bias. oneDNN refuses some dilated windows, so those take
   * ND4J's own kernel.
   */
  static Runnable convolution(INDArray[] in, INDArray[] out, Window window) {
    return convolution(window.depthwise() ? "depthwise_conv2d" : "conv2d", in, out, window);
  }

  /** The gradients of a convolution: x, weights, maybe bias, and dy. */
  static Runnable convolutionGradient(INDArray[] in, INDArray[] out, Window window) {
    return convolution(window.depthwise() ? "depthwise_conv2d_bp" : "conv2d_bp", in, out, window);
  }

  private static Runnable convolution(String name, INDArray[] in, INDArray[] out, Window window) {
    boolean dilated = window.dilationH() > 1 || window.dilationW() > 1;
    return of(name, in, out, new double[0], !dilated, window.convolutionArguments());
  }

  static INDArray[] arrays(INDArray... arrays) {
    return arrays;
  }
}
