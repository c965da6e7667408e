package dev.isnet.train;

import dev.isnet.graph.CompiledGraph;
import java.util.List;

/**
 * What an objective minimises beside the loss of the network's output. One that is made for a step
 * adds its operations to the step's graph and, in training, their backward pass down to the end of
 * the forward pass.
 */
interface Penalty {

  /** An objective without one. */
  Penalty NONE =
      new Penalty() {
        @Override
        public List<String> outputs() {
          return List.of();
        }

        @Override
        public LossGraph.Terms terms(double classification, CompiledGraph graph) {
          return new LossGraph.Terms(classification, 0, 0);
        }
      };

  /** The penalty of an objective, added to a step's graph. */
  static Penalty of(Objective objective, StepGraph step, int classes, int chunk) {
    if (objective instanceof Objective.Isnet isnet) {
      return new HeatmapPenalty(step, isnet, classes, chunk);
    }
    if (objective instanceof Objective.RightReasons reasons) {
      return new InputGradientPenalty(step, reasons);
    }
    if (objective instanceof Objective.Gain gain) {
      return new AttentionPenalty(step, gain);
    }
    if (objective instanceof Objective.MultiTask tasks) {
      return new MaskPenalty(step, tasks);
    }
    if (objective instanceof Objective.Ham ham) {
      return new HierarchicalAttentionPenalty(step, ham);
    }
    return NONE;
  }

  /** Names of the variables that {@link #terms} reads. */
  List<String> outputs();

  /** The terms of the last run, with L_C given. */
  LossGraph.Terms terms(double classification, CompiledGraph graph);
}
