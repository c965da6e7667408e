package dev.isnet.cli.experiment;

import dev.isnet.data.Split;
import dev.isnet.segment.SegmentationResult;
import dev.isnet.train.EpochMetrics;
import java.util.List;
import java.util.Map;
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
 * @param foreground what is known of a system that finds the foreground itself
 */
public record TrainedSystem(
    ExperimentConfig config,
    ComputationGraph network,
    List<String> classes,
    List<EpochMetrics> epochs,
    List<TestResult> tests,
    Optional<DecisionBackground> background,
    double seconds,
    Foreground foreground) {

  /**
   * How well a system finds the foreground, and how much its classes depend on that.
   *
   * @param masks how its masks agree with the true ones, for splits that have some
   * @param withoutSegmenter what a pipeline's classifier achieves on images that nobody erased
   */
  public record Foreground(
      Map<Split, SegmentationResult> masks, List<TestResult> withoutSegmenter) {
    static final Foreground NONE = new Foreground(Map.of(), List.of());
  }
}
