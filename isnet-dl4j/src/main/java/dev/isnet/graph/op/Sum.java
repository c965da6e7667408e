package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** a + b of equal shapes. */
public final class Sum extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param a any shape
   * @param b the same shape
   */
  public Sum(SDVariable a, SDVariable b) {
    super(1, a, b);
  }

  @Override
  public boolean worksInPlace(int input) {
    return true;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    return NativeCall.of("add", in, out);
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, upstream);
    sink.add(1, upstream);
  }
}
