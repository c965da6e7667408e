package dev.isnet.graph.op;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** a ⊙ b of equal shapes. */
public final class Product extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param a any shape
   * @param b the same shape
   */
  public Product(SDVariable a, SDVariable b) {
    super(1, a, b);
  }

  @Override
  public boolean worksInPlace(int input) {
    return true;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    if (!Arrays.equals(in[0], in[1])) {
      throw refused(
          "multiplies arrays of the shapes %s and %s; a twin multiplies equal shapes"
              .formatted(Arrays.toString(in[0]), Arrays.toString(in[1])));
    }
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    return NativeCall.of("multiply", in, out);
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    if (sink.wants(0)) {
      sink.add(0, new Product(upstream, arg(1)).out(0));
    }
    if (sink.wants(1)) {
      sink.add(1, new Product(upstream, arg(0)).out(0));
    }
  }
}
