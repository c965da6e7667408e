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
 * between the seeds and the wanted variables is visited. SameDiff's own cannot be used because it
 * copies operations by serialising them, which ours do not survive, and because several of its
 * operations ignore what comes from above.
 */
public final class Backpropagation {

  private final Map<String, SDVariable> gradients = new HashMap<>();
  private final Set<String> dependent = new HashSet<>();

  private Backpropagation() {}

  /**
   * Adds the backward pass to the graph.
   *
   * @param graph the graph
   * @param seeds for each output its gradient, of the output's shape
   * @param wanted variables whose gradients are needed
   * @return the gradients of those wanted variables that influence an output
   */
  public static Map<String, SDVariable> of(
      SameDiff graph, Map<SDVariable, SDVariable> seeds, List<SDVariable> wanted) {
    Backpropagation pass = new Backpropagation();
    wanted.forEach(v -> pass.dependent.add(v.name()));
    List<TwinOp> relevant = new ArrayList<>();
    for (DifferentialFunction function : graph.ops()) {
      TwinOp op = (TwinOp) function;
      if (List.of(op.args()).stream().anyMatch(v -> pass.dependent.contains(v.name()))) {
        for (int o = 0; o < op.differentiableOutputs(); o++) {
          pass.dependent.add(op.out(o).name());
        }
        relevant.add(op);
      }
    }
    seeds.forEach((output, seed) -> pass.accumulate(output, seed));
    for (int i = relevant.size() - 1; i >= 0; i--) {
      pass.visit(relevant.get(i));
    }
    Map<String, SDVariable> found = new HashMap<>();
    for (SDVariable v : wanted) {
      Optional.ofNullable(pass.gradients.get(v.name())).ifPresent(g -> found.put(v.name(), g));
    }
    return found;
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
              accumulate(op.arg(input), gradient);
            }
          }
        });
  }

  private void accumulate(SDVariable variable, SDVariable gradient) {
    gradients.merge(variable.name(), gradient, (a, b) -> new Sum(a, b).out(0));
  }
}
