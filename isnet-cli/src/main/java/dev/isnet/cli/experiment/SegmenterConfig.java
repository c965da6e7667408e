package dev.isnet.cli.experiment;

import dev.isnet.backbone.UNet;
import dev.isnet.cli.experiment.ExperimentConfig.System;
import dev.isnet.data.ImageSize;
import java.util.Optional;

/**
 * The U-Net that learns masks.
 *
 * @param depth levels
 * @param filters of the first level; each further one has twice as many
 */
public record SegmenterConfig(int depth, int filters) {

  /** Read exactly when the system is {@link System#SEGMENTER}; elsewhere it may not be there. */
  static Optional<SegmenterConfig> of(YamlSection experiment, System system) {
    if (system != System.SEGMENTER) {
      if (experiment.has("segmenter")) {
        throw experiment.wrong(
            "segmenter",
            "given",
            "left out, because the system is %s".formatted(YamlSection.name(system)));
      }
      return Optional.empty();
    }
    YamlSection yaml = experiment.section("segmenter");
    SegmenterConfig segmenter =
        new SegmenterConfig(
            yaml.integer("depth", UNet.DEFAULT_DEPTH, 2, 8),
            yaml.integer("filters", UNet.DEFAULT_FILTERS, 1, 1024));
    yaml.done();
    return Optional.of(segmenter);
  }

  /** Each level but the last halves the image. */
  void requireFitting(YamlSection experiment, ImageSize image) {
    int step = UNet.step(depth);
    boolean height = image.height() % step != 0;
    if (height || image.width() % step != 0) {
      throw experiment
          .section("image")
          .wrong(
              height ? "height" : "width",
              height ? image.height() : image.width(),
              "a multiple of %d, because the segmenter's depth is %d".formatted(step, depth));
    }
  }
}
