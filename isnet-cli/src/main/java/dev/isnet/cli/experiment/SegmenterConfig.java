package dev.isnet.cli.experiment;

import dev.isnet.backbone.UNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskMaker;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The U-Net that learns masks.
 *
 * @param depth levels
 * @param filters of the first level; each further one has twice as many
 * @param epochs of a pipeline's segmenter, when not those of the classifier
 * @param model a trained segmenter for a pipeline, which is used instead of training one
 * @param threshold the probability above which a pipeline takes a pixel for foreground
 */
public record SegmenterConfig(
    int depth, int filters, Optional<Integer> epochs, Optional<Path> model, double threshold) {

  static SegmenterConfig of(YamlSection yaml, Path base) {
    SegmenterConfig segmenter =
        new SegmenterConfig(
            yaml.integer("depth", UNet.DEFAULT_DEPTH, 2, 8),
            yaml.integer("filters", UNet.DEFAULT_FILTERS, 1, 1024),
            yaml.has("epochs")
                ? Optional.of(yaml.integer("epochs", 1, 1, 100_000))
                : Optional.empty(),
            yaml.has("model")
                ? Optional.of(base.resolve(yaml.text("model")).toAbsolutePath().normalize())
                : Optional.empty(),
            yaml.number("threshold", MaskMaker.DEFAULT_THRESHOLD, 0.001, 0.999));
    yaml.done();
    return segmenter;
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
