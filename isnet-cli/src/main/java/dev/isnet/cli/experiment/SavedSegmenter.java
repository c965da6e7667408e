package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskMaker;
import dev.isnet.data.Split;
import dev.isnet.model.ModelBundle;
import dev.isnet.segment.SegmentationResult;
import dev.isnet.segment.Segmenter;
import java.io.PrintWriter;
import java.nio.file.Path;

/** A segmenter that {@code train} wrote, with the experiment it came from. */
public final class SavedSegmenter {
  private final ModelBundle bundle;
  private final ExperimentConfig config;

  private SavedSegmenter(ModelBundle bundle, ExperimentConfig config) {
    this.bundle = bundle;
    this.config = config;
  }

  /**
   * Takes a model into use.
   *
   * @param bundle a model that ends with a mask
   * @param file what it was read from, for messages
   * @return the segmenter
   * @throws InputException if it was not written by this program
   */
  public static SavedSegmenter of(ModelBundle bundle, Path file) {
    return new SavedSegmenter(bundle, SavedModel.experiment(bundle, file));
  }

  /**
   * Compares its masks with those of a data set.
   *
   * @param tested the images, of which those without a mask are left out
   * @param err where progress is shown
   * @return how well they agree, in the images' own size
   * @throws InputException if no image has a mask, or a file cannot be read
   */
  public SegmentationResult evaluate(TestedImages tested, PrintWriter err) {
    Split split = tested.split();
    DatasetManifest manifest = tested.manifest().with(config.data().reading());
    try (Segmenter segmenter = new Segmenter(bundle.net(), bundle.info().imageSize());
        Progress progress = Progress.of("evaluate", manifest.split(split).size(), err)) {
      return SegmentationResult.of(
          segmenter, manifest, split, MaskMaker.DEFAULT_THRESHOLD, done -> progress.at(done, ""));
    }
  }
}
