package dev.isnet.train;

import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.LogProbabilitySlope;
import dev.isnet.loss.RightReasonsLossOp;
import dev.isnet.relevance.RelevanceGraph;
import dev.isnet.relevance.RuleSet;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The penalty of RRR: the input gradient of Σ ln p is a walk of the gradient rule from the slope of
 * Σ ln p at the logits, made of forward operations, so it is differentiated like everything else.
 */
final class InputGradientPenalty implements Penalty {

  private final RightReasonsLossOp loss;

  InputGradientPenalty(StepGraph step, Objective.RightReasons objective) {
    Twin twin = step.twin();
    SDVariable slope = new LogProbabilitySlope(twin.output(), twin.logits()).out(0);
    SDVariable gradients = RelevanceGraph.of(twin, RuleSet.gradient(), slope, List.of()).pixels();
    loss =
        new RightReasonsLossOp(
            objective.lambda(), gradients, step.inputs().masks(), step.inputs().counted());
    if (step.training()) {
      step.backward().seed(gradients, loss.out(0));
      step.backward().differentiate(step.forwardEnd(), step.backward().mark());
    }
  }

  @Override
  public List<String> outputs() {
    return List.of(loss.out(1).name());
  }

  @Override
  public LossGraph.Terms terms(double classification, CompiledGraph graph) {
    return new LossGraph.Terms(classification, graph.array(loss.out(1).name()).getDouble(0), 0);
  }
}
