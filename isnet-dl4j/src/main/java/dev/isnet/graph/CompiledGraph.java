package dev.isnet.graph;

import dev.isnet.graph.op.TwinOp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A SameDiff graph of {@link TwinOp}s, made ready for given input shapes: a fixed order, every
 * array at its place in one arena that is reused as soon as its last reader has run, every native
 * call prepared. SameDiff's own session allocates every array of every step anew, which costs as
 * much as the arithmetic.
 *
 * <p>It owns the arena; {@link #close()} frees it. Not thread-safe.
 */
public final class CompiledGraph implements AutoCloseable {

  private record Step(TwinOp op, Runnable kernel) {}

  private final Map<String, INDArray> arrays = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<INDArray> owned = new ArrayList<>();
  private final long bytes;
  private final long floorBytes;

  /**
   * Plans and allocates.
   *
   * @param graph the graph
   * @param type FLOAT or DOUBLE
   * @param bound arrays that live elsewhere, by variable: parameters, constants, seeds
   * @param inputs shapes of the inputs that are copied in before each run, by name
   * @param outputs names of the variables that are read after each run
   */
  public CompiledGraph(
      SameDiff graph,
      DataType type,
      Map<String, INDArray> bound,
      Map<String, long[]> inputs,
      Collection<String> outputs) {
    GraphPlan plan = new GraphPlan(graph, type, bound, inputs, outputs);
    bytes = plan.bytes();
    floorBytes = plan.floorElements() * type.width();
    arrays.putAll(bound);
    INDArray arena = Nd4j.create(type, Math.max(1, plan.arenaElements()));
    owned.add(arena);
    plan.offsets()
        .forEach((name, offset) -> arrays.put(name, part(arena.data(), offset, plan.shape(name))));
    plan.others()
        .forEach(
            (name, other) -> {
              INDArray array = Nd4j.create(other, plan.shape(name));
              owned.add(array);
              arrays.put(name, array);
            });
    for (TwinOp op : plan.order()) {
      if (op.isView()) {
        String name = op.out(0).name();
        arrays.put(name, arrays.get(op.arg(0).name()).reshape('c', plan.shape(name)));
      } else {
        INDArray[] in = new INDArray[op.args().length];
        for (int i = 0; i < in.length; i++) {
          in[i] = arrays.get(op.arg(i).name());
        }
        INDArray[] out = new INDArray[op.getNumOutputs()];
        for (int o = 0; o < out.length; o++) {
          out[o] = arrays.get(op.out(o).name());
        }
        steps.add(new Step(op, op.kernel(in, out)));
      }
    }
  }

  /**
   * The array of an input or output: contents of an output are valid until the next run.
   *
   * @param name the variable's name
   * @return the array itself, not a copy
   */
  public INDArray array(String name) {
    INDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalArgumentException("the compiled graph has no variable " + name);
    }
    return array;
  }

  /** Runs all operations once. */
  public void run() {
    for (Step step : steps) {
      step.kernel().run();
    }
  }

  /**
   * Runs all operations once and takes their times.
   *
   * @param nanoseconds by operation name, added to
   */
  public void run(Map<String, Long> nanoseconds) {
    for (Step step : steps) {
      long start = System.nanoTime();
      step.kernel().run();
      nanoseconds.merge(step.op().label(), System.nanoTime() - start, Long::sum);
    }
  }

  /**
   * What the graph has allocated: the arena and what has another type, such as a pool's winners.
   *
   * @return bytes
   */
  public long bytes() {
    return bytes;
  }

  /**
   * Bytes of the arena's arrays that are alive at once at the fullest moment: no plan can do with
   * less.
   *
   * @return bytes
   */
  public long floorBytes() {
    return floorBytes;
  }

  @Override
  public void close() {
    steps.clear();
    arrays.clear();
    owned.forEach(INDArray::close);
    owned.clear();
  }

  private static INDArray part(DataBuffer arena, long offset, long[] shape) {
    DataBuffer buffer = Nd4j.createBuffer(arena, offset, GraphPlan.length(shape));
    return Nd4j.create(buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c');
  }
}
