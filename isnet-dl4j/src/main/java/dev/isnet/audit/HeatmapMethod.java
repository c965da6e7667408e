package dev.isnet.audit;

/** How an audit's heatmaps are made. */
public enum HeatmapMethod {
  /** By layer-wise relevance propagation on the network's twin. */
  RELEVANCE,
  /**
   * By attention rollout on the network's twin, for transformers, which relevance does not pass: at
   * least 0, and the same for every class.
   */
  ATTENTION_ROLLOUT,
  /** As Gradient×Input by Deeplearning4j's own backpropagation. */
  GRADIENT_INPUT,
  /** Not at all: nothing gives a gradient that is right. */
  NONE;

  /** What a map shows, in a word. */
  public String quantity() {
    return this == ATTENTION_ROLLOUT ? "attention" : "relevance";
  }
}
