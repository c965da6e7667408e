package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Joins batches one behind the other: n × [B, …] → [nB, …]. The maps of a stacked batch lie at k·nB
 * + b, so parts of a signal are blocks within each map.
 */
public final class Stack extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param parts arrays of one shape
   */
  public Stack(SDVariable... parts) {
    super(1, parts);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] shape = in[0].clone();
    shape[0] = 0;
    for (long[] part : in) {
      shape[0] += part[0];
    }
    return new long[][] {shape};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells target = Cells.of(out[0]);
    Cells[] sources = new Cells[in.length];
    for (int i = 0; i < in.length; i++) {
      sources[i] = Cells.of(in[i]);
    }
    return () -> {
      long start = 0;
      for (int i = 0; i < sources.length; i++) {
        Cells.copy(sources[i], 0, target, start, in[i].length());
        start += in[i].length();
      }
    };
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    int count = args().length;
    for (int i = 0; i < count; i++) {
      if (sink.wants(i)) {
        sink.add(i, part(upstream, i, count));
      }
    }
  }

  /**
   * One of the stacked parts.
   *
   * @param x [nB, …]
   * @param index which part
   * @param count n
   * @return [B, …]
   */
  public static SDVariable part(SDVariable x, int index, int count) {
    return part(x, index, count, x);
  }

  /**
   * One of the stacked parts of every map of a signal.
   *
   * @param signal [m·nB, …]
   * @param index which part
   * @param count n
   * @param stacked [nB, …], for its shape
   * @return [mB, …]
   */
  public static SDVariable part(SDVariable signal, int index, int count, SDVariable stacked) {
    return new Block(index, count, false, signal, stacked).out(0);
  }

  /**
   * The transpose of {@link #part(SDVariable, int, int, SDVariable)}: zeros but for one part.
   *
   * @param signal [mB, …]
   * @param index which part
   * @param count n
   * @param stacked [nB, …], for its shape
   * @return [m·nB, …]
   */
  public static SDVariable placed(SDVariable signal, int index, int count, SDVariable stacked) {
    return new Block(index, count, true, signal, stacked).out(0);
  }

  /** (signal, stacked for its shape) → a part, or the part among zeros. */
  private static final class Block extends TwinOp {

    private final int index;
    private final int count;
    private final boolean placed;

    Block(int index, int count, boolean placed, SDVariable signal, SDVariable stacked) {
      super(1, signal, stacked);
      this.index = index;
      this.count = count;
      this.placed = placed;
    }

    @Override
    public boolean readsShapeOnly(int input) {
      return input == 1;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      long[] shape = in[0].clone();
      shape[0] = placed ? shape[0] * count : shape[0] / count;
      return new long[][] {shape};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells source = Cells.of(in[0]);
      Cells target = Cells.of(out[0]);
      long whole = in[1].length();
      long part = whole / count;
      long maps = (placed ? out[0] : in[0]).length() / whole;
      return () -> {
        if (placed) {
          out[0].assign(0);
        }
        for (long map = 0; map < maps; map++) {
          long inWhole = map * whole + index * part;
          Cells.copy(
              source, placed ? map * part : inWhole, target, placed ? inWhole : map * part, part);
        }
      };
    }

    @Override
    public void backward(SDVariable upstream, GradientSink sink) {
      sink.add(0, new Block(index, count, !placed, upstream, arg(1)).out(0));
    }
  }
}
