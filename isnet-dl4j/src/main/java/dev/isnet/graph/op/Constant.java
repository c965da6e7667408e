package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One value everywhere, in the shape of another array or of one example of it. */
public final class Constant extends TwinOp {

  private final double value;
  private final boolean oneExample;

  /**
   * As many numbers as another array.
   *
   * @param like for its shape
   * @param value the value
   */
  public Constant(SDVariable like, double value) {
    this(like, value, false);
  }

  private Constant(SDVariable like, double value, boolean oneExample) {
    super(1, like);
    this.value = value;
    this.oneExample = oneExample;
  }

  /**
   * One example of a batch.
   *
   * @param batch [B, …], for its shape
   * @param value the value
   * @return [1, …]
   */
  public static SDVariable example(SDVariable batch, double value) {
    return new Constant(batch, value, true).out(0);
  }

  @Override
  public boolean readsShapeOnly(int input) {
    return true;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] shape = in[0].clone();
    shape[0] = oneExample ? 1 : shape[0];
    return new long[][] {shape};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    return () -> out[0].assign(value);
  }
}
