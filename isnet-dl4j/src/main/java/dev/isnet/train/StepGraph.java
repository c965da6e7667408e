package dev.isnet.train;

import dev.isnet.graph.Backpropagation;
import dev.isnet.graph.Twin;

/**
 * The graph of a step in the making, as the losses see it that add themselves to it.
 *
 * @param twin the forward pass
 * @param inputs what else is read
 * @param backward takes the losses' gradients
 * @param forwardEnd where the forward pass ends; what comes before it is differentiated last
 * @param training whether there is a backward pass at all
 */
record StepGraph(
    Twin twin, StepInputs inputs, Backpropagation backward, int forwardEnd, boolean training) {

  StepGraph(Twin twin, Twin.Mode mode, int classes) {
    this(
        twin,
        new StepInputs(twin, classes),
        twin.backpropagation(),
        twin.graph().ops().length,
        mode == Twin.Mode.TRAINING);
  }
}
