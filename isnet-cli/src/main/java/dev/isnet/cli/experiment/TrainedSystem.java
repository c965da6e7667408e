package dev.isnet.cli.experiment;

import dev.isnet.train.EpochMetrics;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A finished run.
 *
 * @param config what was run
 * @param network the classifier
 * @param classes the names of its outputs
 * @param epochs how it learnt
 * @param tests what it achieves
 * @param background how much of the relevance lies outside the mask, where masks are known
 * @param seconds how long training took, over all attempts
 */
public record TrainedSystem(
    ExperimentConfig config,
    ComputationGraph network,
    List<String> classes,
    List<EpochMetrics> epochs,
    List<TestResult> tests,
    Optional<BackgroundShare> background,
    double seconds) {}
