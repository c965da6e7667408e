package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Joins arrays along axis 1, the channels. */
public final class Concat extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param parts arrays that differ in axis 1 at most
   */
  public Concat(SDVariable... parts) {
    super(1, parts);
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] shape = in[0].clone();
    shape[1] = 0;
    for (long[] part : in) {
      shape[1] += part[1];
    }
    return new long[][] {shape};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Runnable[] copies = new Runnable[in.length];
    long start = 0;
    for (int i = 0; i < in.length; i++) {
      copies[i] = copy(in[i], 0, out[0], start, in[i].size(1));
      start += in[i].size(1);
    }
    return () -> {
      for (Runnable copy : copies) {
        copy.run();
      }
    };
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    for (int i = 0; i < args().length; i++) {
      if (sink.wants(i)) {
        sink.add(i, slice(upstream, i));
      }
    }
  }

  /**
   * The slice of a signal that belongs to one of the parts.
   *
   * @param signal [mB, all channels, …]
   * @param part position of the part
   * @return [mB, the part's channels, …]
   */
  public SDVariable slice(SDVariable signal, int part) {
    SDVariable[] inputs = new SDVariable[part + 2];
    inputs[0] = signal;
    System.arraycopy(args(), 0, inputs, 1, part + 1);
    return new Slice(inputs).out(0);
  }

  /** (signal, the parts up to the wanted one, for their shapes) → the last part's slice. */
  private static final class Slice extends TwinOp {

    Slice(SDVariable... inputs) {
      super(1, inputs);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      long[] shape = in[0].clone();
      shape[1] = in[in.length - 1][1];
      return new long[][] {shape};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      long start = 0;
      for (int i = 1; i < in.length - 1; i++) {
        start += in[i].size(1);
      }
      return copy(in[0], start, out[0], 0, out[0].size(1));
    }

    @Override
    public void backward(SDVariable upstream, GradientSink sink) {
      throw new IllegalStateException("a slice is not differentiated");
    }
  }

  private static Runnable copy(
      INDArray from, long fromStart, INDArray to, long toStart, long count) {
    Cells source = Cells.of(from);
    Cells target = Cells.of(to);
    Channels sourceChannels = Channels.of(from, 1);
    Channels targetChannels = Channels.of(to, 1);
    long run = count * sourceChannels.inner();
    return () ->
        Parallel.each(
            sourceChannels.outer(),
            (first, last) -> {
              for (long o = first; o < last; o++) {
                long s = sourceChannels.start(o, fromStart);
                long t = targetChannels.start(o, toStart);
                for (long i = 0; i < run; i++) {
                  target.set(t + i, source.get(s + i));
                }
              }
            });
  }
}
