package dev.isnet.train;

import dev.isnet.data.InputException;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.Erasure;
import dev.isnet.graph.op.UnitRange;
import dev.isnet.loss.AttentionMaskLossOp;
import dev.isnet.loss.AttentionMiningLossOp;
import dev.isnet.relevance.GradCam;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The attention terms of GAIN: Grad-CAM of the true class, a second forward pass of the same
 * network on what it leaves of the images, and its distance from the masks.
 */
final class AttentionPenalty implements Penalty {

  private final AttentionMiningLossOp mining;
  private final Optional<AttentionMaskLossOp> supervision;

  AttentionPenalty(StepGraph step, Objective.Gain objective) {
    Twin twin = step.twin();
    if (twin.output() == Twin.Output.SIGMOID) {
      throw new InputException(
          "GAIN looks at the attention of an image's one class; the network has sigmoid outputs, so use plain, isnet or rrr.");
    }
    SDVariable labels = step.inputs().labels();
    SDVariable attention = new UnitRange(GradCam.maps(twin, labels, objective.layer())).out(0);
    SDVariable rest =
        new Erasure(twin.input(), attention, objective.omega(), objective.sigma()).out(0);
    SDVariable logits = twin.logitsOf(rest);
    mining = new AttentionMiningLossOp(objective.alpha(), logits, labels);
    supervision =
        objective.w() == 0
            ? Optional.empty()
            : Optional.of(
                new AttentionMaskLossOp(
                    objective.w(), attention, step.inputs().masks(), step.inputs().counted()));
    if (step.training()) {
      step.backward().seed(logits, mining.out(0));
      supervision.ifPresent(loss -> step.backward().seed(attention, loss.out(0)));
      step.backward().differentiate(step.forwardEnd(), step.backward().mark());
    }
  }

  @Override
  public List<String> outputs() {
    List<String> outputs = new ArrayList<>(List.of(mining.out(1).name()));
    supervision.ifPresent(loss -> outputs.add(loss.out(1).name()));
    return outputs;
  }

  @Override
  public LossGraph.Terms terms(double classification, CompiledGraph graph) {
    return new LossGraph.Terms(
        classification,
        supervision.map(loss -> graph.array(loss.out(1).name()).getDouble(0)).orElse(0.0),
        graph.array(mining.out(1).name()).getDouble(0));
  }
}
