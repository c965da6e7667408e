package dev.isnet.graph;

import dev.isnet.graph.op.Constant;
import dev.isnet.graph.op.Sum;
import dev.isnet.graph.op.TwinOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Reverse-mode differentiation of a graph of {@link TwinOp}s, inside the same graph: only what lies
 * between the seeds and the wanted variables is visited. A graph can be differentiated piece by
 * piece, the last piece first; then each piece's backward operations come right behind it, and its
 * memory is free before the next piece runs.
 *
 * <p>SameDiff's own cannot be used because it copies operations by serialising them, which ours do
 * not survive, and because several of its operations ignore what comes from above.
 */
public final class Backpropagation {

  private final SameDiff graph;
  private final Map<String, SDVariable> gradients = new HashMap<>();
  private final Set<String> dependent = new HashSet<>();
  private int scanned;

  Backpropagation(SameDiff graph, List<SDVariable> wanted) {
    this.graph = graph;
    wanted.forEach(v -> dependent.add(v.name()));
  }

  /**
   * The end of the graph as it is now.
   *
   * @return number of operations
   */
  public int mark() {
    return graph.ops().length;
  }

  /**
   * Adds a gradient.
   *
   * @param variable a variable
   * @param gradient gradient of the loss with respect to it, of its shape
   */
  public void seed(SDVariable variable, SDVariable gradient) {
    gradients.merge(variable.name(), gradient, (a, b) -> new Sum(a, b).out(0));
  }

  /**
   * Adds the backward operations of a piece of the graph, for all gradients that have arrived at
   * it. What the piece takes from earlier operations keeps its gradient for a later call.
   *
   * @param from the piece's first operation
   * @param to the one after its last
   */
  public void differentiate(int from, int to) {
    DifferentialFunction[] ops = graph.ops();
    for (; scanned < to; scanned++) {
      TwinOp op = (TwinOp) ops[scanned];
      if (depends(op)) {
        for (int o = 0; o < op.differentiableOutputs(); o++) {
          dependent.add(op.out(o).name());
        }
      }
    }
    for (int i = to - 1; i >= from; i--) {
      TwinOp op = (TwinOp) ops[i];
      if (depends(op)) {
        visit(op);
      }
    }
  }

  /**
   * The gradient that has arrived at a variable.
   *
   * @param variable a variable
   * @return its gradient; empty when no output depends on it
   */
  public Optional<SDVariable> gradient(SDVariable variable) {
    return Optional.ofNullable(gradients.get(variable.name()));
  }

  private boolean depends(TwinOp op) {
    for (SDVariable argument : op.args()) {
      if (dependent.contains(argument.name())) {
        return true;
      }
    }
    return false;
  }

  private void visit(TwinOp op) {
    List<SDVariable> upstream = new ArrayList<>();
    boolean any = false;
    for (int o = 0; o < op.differentiableOutputs(); o++) {
      SDVariable gradient = gradients.get(op.out(o).name());
      any |= gradient != null;
      upstream.add(gradient);
    }
    if (!any) {
      return;
    }
    for (int o = 0; o < upstream.size(); o++) {
      if (upstream.get(o) == null) {
        upstream.set(o, new Constant(op.out(o), 0).out(0));
      }
    }
    op.backward(
        upstream,
        new TwinOp.GradientSink() {
          @Override
          public boolean wants(int input) {
            return dependent.contains(op.arg(input).name());
          }

          @Override
          public void add(int input, SDVariable gradient) {
            if (wants(input)) {
              seed(op.arg(input), gradient);
            }
          }
        });
  }
}
