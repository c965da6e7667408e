package dev.isnet.tuning.arbiter;

import dev.isnet.train.Objective;
import dev.isnet.train.TrainingPlan;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What a candidate means.
 *
 * @param network with fresh parameters; trained in place
 * @param objective what is minimised
 * @param plan how
 */
public record Training(ComputationGraph network, Objective objective, TrainingPlan plan) {}
