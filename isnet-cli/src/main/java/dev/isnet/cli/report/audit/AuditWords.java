package dev.isnet.cli.report.audit;

import dev.isnet.audit.AuditHeatmaps;

/** How an audit's heatmaps were made. */
final class AuditWords {
  private AuditWords() {}

  /** The method for programs. */
  static String key(AuditHeatmaps heatmaps) {
    return switch (heatmaps.method()) {
      case RELEVANCE -> "lrp";
      case ATTENTION_ROLLOUT -> "attention-rollout";
      case GRADIENT_INPUT -> "gradient-input";
      case NONE -> "none";
    };
  }

  /** The method in a few words. */
  static String method(AuditHeatmaps heatmaps) {
    return switch (heatmaps.method()) {
      case RELEVANCE ->
          "layer-wise relevance propagation: LRP-ε with ε = 0.01, LRP-zB in the first layer";
      case ATTENTION_ROLLOUT ->
          "attention rollout (Abnar and Zuidema 2020), which is the same for every class";
      case GRADIENT_INPUT -> "Gradient×Input by Deeplearning4j’s own backpropagation";
      case NONE -> "none";
    };
  }

  /** The method, and why it is not the usual one. */
  static String sentence(AuditHeatmaps heatmaps) {
    String why = heatmaps.why().orElse("").replace('"', '\'');
    return switch (heatmaps.method()) {
      case RELEVANCE -> "The heatmaps are made by %s.".formatted(method(heatmaps));
      case ATTENTION_ROLLOUT, GRADIENT_INPUT ->
          "The heatmaps are made by %s, not by layer-wise relevance propagation: %s"
              .formatted(method(heatmaps), why);
      case NONE ->
          "There are no heatmaps, so the verdict rests on the flips alone: %s".formatted(why);
    };
  }
}
