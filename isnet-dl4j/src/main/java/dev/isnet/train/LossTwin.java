package dev.isnet.train;

import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.TwinOp;
import dev.isnet.loss.ClassificationLossOp;
import dev.isnet.loss.SegmentationLossOp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A twin with an objective and, in training, its backward pass: the graph of one step. */
final class LossTwin {

  private final StepGraph step;
  private final Penalty penalty;
  private final TwinOp outputLoss; // of what the network says: classes or masks

  /**
   * Builds the graph.
   *
   * @param twin a fresh twin
   * @param objective what is minimised
   * @param classes K
   * @param chunk largest number of maps that are made together
   */
  LossTwin(Twin twin, Twin.Mode mode, Objective objective, int classes, int chunk) {
    step = new StepGraph(twin, mode, classes);
    StepInputs in = step.inputs();
    penalty = Penalty.of(objective, step, classes, chunk);
    outputLoss =
        objective instanceof Objective.Segmentation
            ? new SegmentationLossOp(twin.logits(), in.masks(), in.counted())
            : new ClassificationLossOp(
                twin.output(), twin.logits(), in.labels(), in.weights(), in.classificationWeight());
    if (step.training()) {
      step.backward().seed(twin.logits(), outputLoss.out(0));
      step.backward().differentiate(0, step.forwardEnd());
    }
  }

  Twin twin() {
    return step.twin();
  }

  StepInputs inputs() {
    return step.inputs();
  }

  Penalty penalty() {
    return penalty;
  }

  /** The terms of the last run. */
  LossGraph.Terms terms(CompiledGraph graph) {
    INDArray ofOutput = graph.array(outputLoss.out(1).name());
    return outputLoss instanceof SegmentationLossOp
        ? new LossGraph.Terms(ofOutput.getDouble(0), 0, ofOutput.getDouble(1))
        : penalty.terms(ofOutput.getDouble(0), graph);
  }

  /** The gradients of those parameters that the objective depends on. */
  Map<Twin.Parameter, SDVariable> gradients() {
    Map<Twin.Parameter, SDVariable> gradients = new LinkedHashMap<>();
    if (step.training()) {
      for (Twin.Parameter parameter : twin().parameters()) {
        step.backward().gradient(parameter.variable()).ifPresent(g -> gradients.put(parameter, g));
      }
    }
    return gradients;
  }

  /** Names of everything that is read after a step. */
  List<String> outputs() {
    List<String> outputs =
        new ArrayList<>(List.of(twin().logits().name(), outputLoss.out(1).name()));
    outputs.addAll(penalty.outputs());
    gradients().values().forEach(gradient -> outputs.add(gradient.name()));
    if (step.training()) {
      twin()
          .statistics()
          .forEach(s -> outputs.addAll(List.of(s.mean().name(), s.variance().name())));
    }
    return outputs;
  }
}
