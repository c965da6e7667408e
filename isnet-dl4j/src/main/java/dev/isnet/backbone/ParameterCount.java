package dev.isnet.backbone;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/**
 * How many numbers a network keeps. DL4J counts a batch norm's running mean and variance among its
 * parameters; publications count only what is trained.
 *
 * @param trainable weights, biases, and batch norms' γ and β: the number that publications give
 * @param statistics batch norms' running means and variances, two for each of their channels
 */
public record ParameterCount(long trainable, long statistics) {

  /**
   * Counts without making a network.
   *
   * @param configuration with all sizes known, as after {@code setInputTypes}
   * @return the counts
   */
  public static ParameterCount of(ComputationGraphConfiguration configuration) {
    long all = 0;
    long statistics = 0;
    for (GraphVertex vertex : configuration.getVertices().values()) {
      all += vertex.numParams(true);
      if (vertex instanceof LayerVertex layer
          && layer.getLayerConf().getLayer() instanceof BatchNormalization norm) {
        statistics += 2 * norm.getNOut();
      }
    }
    return new ParameterCount(all - statistics, statistics);
  }

  /**
   * What DL4J's {@code numParams} says.
   *
   * @return trainable numbers and statistics
   */
  public long all() {
    return trainable + statistics;
  }
}
