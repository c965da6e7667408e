package dev.isnet.tuning.arbiter;

import dev.isnet.train.EpochMetrics;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What score functions and result savers get.
 *
 * @param network the classifier, with the parameters of the smallest validation loss
 * @param epochs how it learnt
 */
public record TrainedCandidate(ComputationGraph network, List<EpochMetrics> epochs) {

  /** Copies the list. */
  public TrainedCandidate {
    epochs = List.copyOf(epochs);
  }
}
