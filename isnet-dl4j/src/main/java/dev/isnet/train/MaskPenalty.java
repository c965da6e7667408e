package dev.isnet.train;

import dev.isnet.data.InputException;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.op.WeightedSum;
import dev.isnet.loss.SegmentationLossOp;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The loss of the mask that a network gives beside its classes. */
final class MaskPenalty implements Penalty {

  private final SegmentationLossOp loss;

  MaskPenalty(StepGraph step, Objective.MultiTask objective) {
    SDVariable logits =
        step.twin()
            .maskLogits()
            .orElseThrow(
                () ->
                    new InputException(
                        "The network gives no mask beside its classes; several tasks need a second output, a CnnLossLayer with one plane."));
    loss = new SegmentationLossOp(logits, step.inputs().masks(), step.inputs().counted());
    if (step.training()) { // the forward pass is differentiated when all gradients are there
      step.backward().seed(logits, WeightedSum.scaled(loss.out(0), objective.segmentation()));
    }
  }

  @Override
  public List<String> outputs() {
    return List.of(loss.out(1).name());
  }

  @Override
  public LossGraph.Terms terms(double classification, CompiledGraph graph) {
    INDArray terms = graph.array(loss.out(1).name());
    return new LossGraph.Terms(classification, terms.getDouble(0), terms.getDouble(1));
  }
}
