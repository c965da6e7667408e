package dev.isnet.cli.report.audit;

import dev.isnet.audit.AuditableNetwork;

/** How an audit's heatmaps were made. */
final class AuditWords {
  private AuditWords() {}

  /** The method for programs. */
  static String key(AuditableNetwork network) {
    return network.untranslated().isEmpty() ? "lrp" : "gradient-input";
  }

  /** The method in a few words. */
  static String method(AuditableNetwork network) {
    return network.untranslated().isEmpty()
        ? "layer-wise relevance propagation: LRP-ε with ε = 0.01, LRP-zB in the first layer"
        : "Gradient×Input by Deeplearning4j’s own backpropagation";
  }

  /** The method, and why it is not the usual one. */
  static String sentence(AuditableNetwork network) {
    return network
        .untranslated()
        .map(
            why ->
                "The heatmaps are made by %s, not by layer-wise relevance propagation: %s"
                    .formatted(method(network), why.replace('"', '\'')))
        .orElse("The heatmaps are made by %s.".formatted(method(network)));
  }
}
