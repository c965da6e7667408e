package dev.isnet.graph.op;

import dev.isnet.data.InputException;
import java.util.Arrays;
import java.util.List;
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
      long[] rest = part.clone();
      rest[1] = in[0][1];
      if (!Arrays.equals(rest, in[0])) {
        throw new InputException(
            "A merge has an array %s beside one %s, but they may differ in channels alone; give images of the network's own size."
                .formatted(Arrays.toString(part), Arrays.toString(in[0])));
      }
      shape[1] += part[1];
    }
    return new long[][] {shape};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    return copy(in, out[0], true);
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    SDVariable[] parts = split(upstream);
    for (int i = 0; i < parts.length; i++) {
      sink.add(i, parts[i]);
    }
  }

  /**
   * The parts of a signal.
   *
   * @param signal [mB, all channels, …]
   * @return for each joined array its channels, [mB, c, …]
   */
  public SDVariable[] split(SDVariable signal) {
    SDVariable[] inputs = new SDVariable[args().length + 1];
    inputs[0] = signal;
    System.arraycopy(args(), 0, inputs, 1, args().length);
    return new Split(inputs).outputVariables();
  }

  /** (signal, the joined arrays for their shapes) → its parts. */
  private static final class Split extends TwinOp {

    Split(SDVariable... inputs) {
      super(inputs.length - 1, inputs);
    }

    @Override
    public boolean readsShapeOnly(int input) {
      return input > 0;
    }

    @Override
    public int differentiableOutputs() {
      return getNumOutputs();
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      long[][] shapes = new long[in.length - 1][];
      for (int i = 0; i < shapes.length; i++) {
        shapes[i] = in[0].clone();
        shapes[i][1] = in[i + 1][1];
      }
      return shapes;
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      return copy(out, in[0], false);
    }

    @Override
    public void backward(List<SDVariable> upstream, GradientSink sink) {
      sink.add(0, new Concat(upstream.toArray(SDVariable[]::new)).out(0));
    }
  }

  /** Copies parts into the whole, or the whole into parts. */
  private static Runnable copy(INDArray[] parts, INDArray whole, boolean join) {
    Cells wholeCells = Cells.of(whole);
    Cells[] partCells = new Cells[parts.length];
    long[] runs = new long[parts.length];
    for (int i = 0; i < parts.length; i++) {
      partCells[i] = Cells.of(parts[i]);
      runs[i] = parts[i].length() / parts[i].size(0);
    }
    long examples = whole.size(0);
    return () ->
        Parallel.shared(
            examples,
            whole.length(),
            (first, last) -> {
              for (long example = first; example < last; example++) {
                long start = example * (whole.length() / examples);
                for (int i = 0; i < runs.length; i++) {
                  long at = example * runs[i];
                  if (join) {
                    Cells.copy(partCells[i], at, wholeCells, start, runs[i]);
                  } else {
                    Cells.copy(wholeCells, start, partCells[i], at, runs[i]);
                  }
                  start += runs[i];
                }
              }
            });
  }
}
