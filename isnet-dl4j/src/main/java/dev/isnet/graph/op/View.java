package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The same memory in another shape, or seen as a constant. */
public final class View extends TwinOp {

  private enum Kind {
    FLAT,
    SHAPED,
    EXAMPLE,
    LAST_TWO,
    FIRST_TWO,
    CONSTANT,
    VALUED
  }

  private final Kind kind;
  private final long[] example;

  private View(Kind kind, SDVariable... inputs) {
    this(kind, new long[0], inputs);
  }

  private View(Kind kind, long[] example, SDVariable... inputs) {
    super(1, inputs);
    this.kind = kind;
    this.example = example;
  }

  /**
   * [B, …] → [B, n].
   *
   * @param x at least one dimension
   * @return the flat variable
   */
  public static SDVariable flat(SDVariable x) {
    return new View(Kind.FLAT, x).out(0);
  }

  /**
   * [B′, …] → [B′, the reference's dimensions after the first].
   *
   * @param x any shape with as many numbers an example as the reference
   * @param reference gives the shape
   * @return the shaped variable
   */
  public static SDVariable shaped(SDVariable x, SDVariable reference) {
    return new View(Kind.SHAPED, x, reference).out(0);
  }

  /**
   * [B, …] → [B, the given dimensions].
   *
   * @param x any shape with as many numbers an example
   * @param example the dimensions after the first; one of them may be −1
   * @return the shaped variable
   */
  public static SDVariable shaped(SDVariable x, long... example) {
    return new View(Kind.EXAMPLE, example, x).out(0);
  }

  /**
   * [O, C, 1, 1] → [1, 1, O, C].
   *
   * @param weights of a 1×1 convolution
   * @return the shaped variable
   */
  public static SDVariable pointwise(SDVariable weights) {
    return new View(Kind.LAST_TWO, weights).out(0);
  }

  /**
   * The same numbers, through which no gradient flows.
   *
   * @param x any shape
   * @return the constant
   */
  public static SDVariable constant(SDVariable x) {
    return new View(Kind.CONSTANT, x).out(0);
  }

  /**
   * The numbers of one variable with the gradient of another: all of the gradient goes to the other
   * one.
   *
   * @param value gives the numbers
   * @param differentiated takes the gradient; of the same shape, and not computed for this
   * @return the variable
   */
  public static SDVariable valued(SDVariable value, SDVariable differentiated) {
    return new View(Kind.VALUED, value, differentiated).out(0);
  }

  @Override
  public boolean needs(int input) {
    return input == 0 || kind != Kind.VALUED;
  }

  @Override
  public boolean readsShapeOnly(int input) {
    return input > 0;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] x = in[0];
    return switch (kind) {
      case CONSTANT, VALUED -> new long[][] {x};
      case LAST_TWO -> new long[][] {{1, 1, x[0], x[1]}};
      case FIRST_TWO -> new long[][] {{x[2], x[3], 1, 1}};
      case FLAT -> new long[][] {{x[0], length(x) / x[0]}};
      case EXAMPLE -> {
        long numbers = length(x) / x[0];
        long[] shape = new long[example.length + 1];
        shape[0] = x[0];
        for (int d = 0; d < example.length; d++) {
          shape[d + 1] = example[d] >= 0 ? example[d] : -numbers / length(example);
        }
        if (length(shape) != length(x)) {
          throw refused(
              "makes %s of examples of %d numbers, which changes the number of examples; the shape must hold %d numbers after its first dimension"
                  .formatted(java.util.Arrays.toString(example), numbers, numbers));
        }
        yield new long[][] {shape};
      }
      case SHAPED -> {
        long[] shape = in[1].clone();
        shape[0] = x[0];
        yield new long[][] {shape};
      }
    };
  }

  private static long length(long[] shape) {
    return java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    throw new IllegalStateException("a view has no kernel");
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    switch (kind) {
      case FLAT, SHAPED, EXAMPLE -> sink.add(0, shaped(upstream, arg(0)));
      case LAST_TWO -> sink.add(0, new View(Kind.FIRST_TWO, upstream).out(0));
      case VALUED -> sink.add(1, upstream);
      case CONSTANT, FIRST_TWO -> {}
    }
  }
}
