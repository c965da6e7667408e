package dev.isnet.audit;

import java.util.Optional;

/**
 * How an audit's heatmaps are made, and why not in the usual way.
 *
 * @param method how
 * @param why why not by layer-wise relevance propagation, in a sentence or two; empty for that
 */
public record AuditHeatmaps(HeatmapMethod method, Optional<String> why) {

  static AuditHeatmaps relevance() {
    return new AuditHeatmaps(HeatmapMethod.RELEVANCE, Optional.empty());
  }

  static AuditHeatmaps of(HeatmapMethod method, String why) {
    return new AuditHeatmaps(method, Optional.of(why));
  }

  /** None after all. */
  AuditHeatmaps without(String mistake) {
    return of(HeatmapMethod.NONE, why.map(reason -> reason + " " + mistake).orElse(mistake));
  }
}
