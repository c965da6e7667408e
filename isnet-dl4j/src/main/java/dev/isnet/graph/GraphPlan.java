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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a graph needs for given input shapes: the operations in order, the shape of every variable
 * and its place in the arena. Allocates nothing.
 */
final class GraphPlan {

  private final DataType type;
  private final List<TwinOp> order;
  private final Map<String, long[]> shapes = new HashMap<>();
  private final Map<String, String> roots = new HashMap<>();
  private final Map<String, Integer> tensors = new LinkedHashMap<>();
  private final Map<String, DataType> others = new LinkedHashMap<>();
  private final MemoryPlan memory = new MemoryPlan();
  private final Set<String> read = new HashSet<>();

  /**
   * Plans.
   *
   * @param graph the graph
   * @param type FLOAT or DOUBLE
   * @param bound arrays that live elsewhere, by variable
   * @param inputs shapes of the inputs, by name
   * @param outputs names of the variables that are read after a run
   */
  GraphPlan(
      SameDiff graph,
      DataType type,
      Map<String, INDArray> bound,
      Map<String, long[]> inputs,
      Collection<String> outputs) {
    this.type = type;
    order = needed(graph, outputs);
    shapes.putAll(inputs);
    bound.forEach((name, array) -> shapes.put(name, array.shape()));
    inputs.forEach((name, shape) -> tensors.put(name, memory.add(length(shape), -1)));
    for (int step = 0; step < order.size(); step++) {
      add(order.get(step), step);
    }
    for (String kept : outputs) {
      use(kept, order.size());
    }
    inputs.keySet().forEach(name -> use(name, order.size()));
    for (int step = 0; step < order.size(); step++) {
      reuse(order.get(step), step);
    }
    // What has another type than the arena and no reader is scratch that its kernel can do without.
    read.addAll(outputs);
    for (TwinOp op : order) {
      for (SDVariable argument : op.args()) {
        read.add(argument.name());
      }
    }
    others.keySet().retainAll(read);
    memory.place();
  }

  private void add(TwinOp op, int step) {
    SDVariable[] in = op.args();
    long[][] inShapes = new long[in.length][];
    for (int i = 0; i < in.length; i++) {
      if (op.needs(i)) {
        inShapes[i] = shapes.get(in[i].name());
        if (inShapes[i] == null) {
          throw new IllegalStateException(
              "no array for input " + in[i].name() + " of operation " + op.getOwnName());
        }
        if (!op.readsShapeOnly(i)) {
          use(in[i].name(), step);
        }
      }
    }
    long[][] outShapes = op.outputShapes(inShapes);
    DataType[] types = op.outputTypes(type);
    for (int o = 0; o < outShapes.length; o++) {
      String name = op.out(o).name();
      shapes.put(name, outShapes[o]);
      if (op.isView()) {
        roots.put(name, root(in[0].name()));
      } else if (types[o] == type) {
        tensors.put(name, memory.add(length(outShapes[o]), step));
      } else {
        others.put(name, types[o]);
      }
    }
  }

  private void use(String name, int step) {
    Integer tensor = tensors.get(root(name));
    if (tensor != null) {
      memory.use(tensor, step);
    }
  }

  /** Lets an operation write where it reads for the last time, if it can. */
  private void reuse(TwinOp op, int step) {
    Integer result = op.isView() ? null : tensors.get(op.out(0).name());
    if (result == null) {
      return;
    }
    for (int i = 0; i < op.args().length; i++) {
      if (op.worksInPlace(i)) {
        Integer tensor = tensors.get(root(op.arg(i).name()));
        if (tensor != null && memory.join(tensor, result, step)) {
          return;
        }
      }
    }
  }

  private String root(String name) {
    return roots.getOrDefault(name, name);
  }

  List<TwinOp> order() {
    return order;
  }

  long[] shape(String name) {
    return shapes.get(name);
  }

  /** Offsets in the arena, in elements, by variable. */
  Map<String, Long> offsets() {
    Map<String, Long> offsets = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> offsets.put(name, memory.offset(tensor)));
    return offsets;
  }

  /** Arrays of another type than the arena's, by variable. */
  Map<String, DataType> others() {
    return others;
  }

  /** Elements of the arena. */
  long arenaElements() {
    return memory.total();
  }

  /** The largest sum of elements that are alive at once. */
  long floorElements() {
    return memory.floor();
  }

  /** Bytes of everything. */
  long bytes() {
    long bytes = arenaElements() * type.width();
    for (Map.Entry<String, DataType> other : others.entrySet()) {
      bytes += length(shapes.get(other.getKey())) * other.getValue().width();
    }
    return bytes;
  }

  static long length(long[] shape) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    return length;
  }

  /** The operations that the outputs need, in the order in which they were added. */
  private static List<TwinOp> needed(SameDiff graph, Collection<String> outputs) {
    Map<String, TwinOp> producers = new HashMap<>();
    DifferentialFunction[] all = graph.ops();
    for (DifferentialFunction function : all) {
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
    for (DifferentialFunction function : all) {
      if (found.contains(function)) {
        order.add((TwinOp) function);
      }
    }
    return order;
  }
}
