package dev.isnet.graph;

import dev.isnet.graph.op.TwinOp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
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
  private final long arenaElements;
  private final long floorElements;
  private final int elementSize;

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
    elementSize = type.width();
    List<TwinOp> order = needed(graph, outputs);
    Map<String, long[]> shapes = new HashMap<>(inputs);
    bound.forEach((name, array) -> shapes.put(name, array.shape()));
    Map<String, String> roots = new HashMap<>();
    Map<String, Integer> tensors = new LinkedHashMap<>();
    Map<String, DataType> others = new LinkedHashMap<>();
    MemoryPlan plan = new MemoryPlan();
    inputs.forEach((name, shape) -> tensors.put(name, plan.add(length(shape), -1)));
    for (int step = 0; step < order.size(); step++) {
      TwinOp op = order.get(step);
      SDVariable[] in = op.args();
      long[][] inShapes = new long[in.length][];
      for (int i = 0; i < in.length; i++) {
        if (!op.needs(i)) {
          continue;
        }
        inShapes[i] = shapes.get(in[i].name());
        if (inShapes[i] == null) {
          throw new IllegalStateException(
              "no array for input " + in[i].name() + " of operation " + op.getOwnName());
        }
        if (op.readsShapeOnly(i)) {
          continue;
        }
        Integer tensor = tensors.get(roots.getOrDefault(in[i].name(), in[i].name()));
        if (tensor != null) {
          plan.use(tensor, step);
        }
      }
      long[][] outShapes = op.outputShapes(inShapes);
      DataType[] types = op.outputTypes(type);
      for (int o = 0; o < outShapes.length; o++) {
        String name = op.out(o).name();
        shapes.put(name, outShapes[o]);
        if (op.isView()) {
          roots.put(name, roots.getOrDefault(in[0].name(), in[0].name()));
        } else if (types[o] == type) {
          tensors.put(name, plan.add(length(outShapes[o]), step));
        } else {
          others.put(name, types[o]);
        }
      }
    }
    for (String kept : outputs) {
      plan.use(tensors.get(roots.getOrDefault(kept, kept)), order.size());
    }
    inputs.keySet().forEach(name -> plan.use(tensors.get(name), order.size()));
    plan.place();
    arenaElements = plan.total();
    floorElements = plan.floor();

    arrays.putAll(bound);
    INDArray arena = Nd4j.create(type, Math.max(1, arenaElements));
    owned.add(arena);
    tensors.forEach(
        (name, tensor) ->
            arrays.put(name, part(arena.data(), plan.offset(tensor), shapes.get(name))));
    others.forEach(
        (name, other) -> {
          INDArray array = Nd4j.create(other, shapes.get(name));
          owned.add(array);
          arrays.put(name, array);
        });
    for (TwinOp op : order) {
      if (op.isView()) {
        String name = op.out(0).name();
        arrays.put(name, arrays.get(op.arg(0).name()).reshape('c', shapes.get(name)));
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
   * Bytes of the arena.
   *
   * @return bytes
   */
  public long arenaBytes() {
    return arenaElements * elementSize;
  }

  /**
   * Bytes of the arrays that are alive at once at the fullest moment: the least that any plan
   * needs.
   *
   * @return bytes
   */
  public long floorBytes() {
    return floorElements * elementSize;
  }

  @Override
  public void close() {
    steps.clear();
    arrays.clear();
    owned.forEach(INDArray::close);
    owned.clear();
  }

  private static INDArray part(DataBuffer arena, long offset, long[] shape) {
    DataBuffer buffer = Nd4j.createBuffer(arena, offset, length(shape));
    return Nd4j.create(buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c');
  }

  private static long length(long[] shape) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    return length;
  }

  /** The operations that the outputs need, in the order in which they were added. */
  private static List<TwinOp> needed(SameDiff graph, Collection<String> outputs) {
    Map<String, TwinOp> producers = new HashMap<>();
    for (DifferentialFunction function : graph.ops()) {
      TwinOp op = (TwinOp) function;
      for (int o = 0; o < op.getNumOutputs(); o++) {
        producers.put(op.out(o).name(), op);
      }
    }
    Set<TwinOp> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(outputs);
    while (!open.isEmpty()) {
      TwinOp op = producers.get(open.pop());
      if (op != null && found.add(op)) {
        for (int i = 0; i < op.args().length; i++) {
          if (op.needs(i)) {
            open.push(op.arg(i).name());
          }
        }
      }
    }
    List<TwinOp> order = new ArrayList<>();
    for (DifferentialFunction function : graph.ops()) {
      if (found.contains(function)) {
        order.add((TwinOp) function);
      }
    }
    return order;
  }
}
