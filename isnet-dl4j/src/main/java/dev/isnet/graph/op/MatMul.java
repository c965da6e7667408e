package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Product of two matrices, either transposed on request. */
public final class MatMul extends TwinOp {

  private final boolean transposeA;
  private final boolean transposeB;

  /**
   * Adds the product.
   *
   * @param a left matrix
   * @param transposeA whether the left one is transposed first
   * @param b right matrix
   * @param transposeB whether the right one is transposed first
   */
  public MatMul(SDVariable a, boolean transposeA, SDVariable b, boolean transposeB) {
    super(1, a, b);
    this.transposeA = transposeA;
    this.transposeB = transposeB;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {{in[0][transposeA ? 1 : 0], in[1][transposeB ? 0 : 1]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    return NativeCall.of("matmul", in, out, transposeA ? 1 : 0, transposeB ? 1 : 0, 0);
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    if (sink.wants(0)) {
      sink.add(
          0,
          transposeA
              ? new MatMul(arg(1), transposeB, upstream, true).out(0)
              : new MatMul(upstream, false, arg(1), !transposeB).out(0));
    }
    if (sink.wants(1)) {
      sink.add(
          1,
          transposeB
              ? new MatMul(upstream, true, arg(0), transposeA).out(0)
              : new MatMul(arg(0), !transposeA, upstream, false).out(0));
    }
  }
}
