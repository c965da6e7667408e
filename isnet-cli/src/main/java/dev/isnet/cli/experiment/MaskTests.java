package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import dev.isnet.segment.SegmentationResult;
import dev.isnet.segment.Segmenter;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** How well a network's masks agree with the true ones, in the images' own size. */
record MaskTests(ExperimentConfig config, String name, PrintWriter err) {

  /** The results of all tested splits that have masks. */
  Map<Split, SegmentationResult> of(
      ComputationGraph network, double threshold, ExperimentData data) {
    Map<Split, SegmentationResult> results = new EnumMap<>(Split.class);
    try (Segmenter segmenter = new Segmenter(network, config.image())) {
      for (Split split : config.tests()) {
        List<Sample> masked =
            data.manifest().split(split).stream().filter(s -> !s.masks().isEmpty()).toList();
        if (!masked.isEmpty()) {
          try (Progress progress = Progress.of(name + ", masks of " + split, masked.size(), err)) {
            results.put(
                split,
                SegmentationResult.of(
                    segmenter, data.manifest(), split, threshold, done -> progress.at(done, "")));
          }
        }
      }
    }
    return results;
  }
}
