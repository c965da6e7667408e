package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** max(x, 0), elementwise. */
public final class Relu extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param x any shape
   */
  public Relu(SDVariable x) {
    super(1, x);
  }

  @Override
  public boolean worksInPlace(int input) {
    return true;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return in;
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    return NativeCall.of("relu", in, out, new double[] {0});
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new Gradient(out(0), upstream).out(0));
  }

  /** (y, dy) → dx; y serves as well as x, so x need not be kept. */
  private static final class Gradient extends TwinOp {

    Gradient(SDVariable y, SDVariable upstream) {
      super(1, y, upstream);
    }

    @Override
    public boolean worksInPlace(int input) {
      return input == 1;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      return NativeCall.of("relu_bp", in, out, new double[] {0});
    }
  }
}
