package dev.isnet.cli.experiment;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The images that a finished model is tested on.
 *
 * @param manifest the data set
 * @param split which of its images
 */
public record TestedImages(DatasetManifest manifest, Split split) {

  /**
   * Reads a data set.
   *
   * @param command the command, for what is told
   * @param data the folder
   * @param labels the labels file in it
   * @param split which images; if none is asked for the test split, or, of a data set that tells no
   *     splits apart, all images
   * @param err is told when all images are taken
   * @return the images
   * @throws dev.isnet.data.InputException if the data cannot be read
   */
  public static TestedImages read(
      String command, Path data, String labels, Optional<Split> split, PrintWriter err) {
    if (split.isPresent()) {
      return new TestedImages(DatasetManifest.read(data, labels), split.get());
    }
    DatasetManifest manifest = DatasetManifest.readSplitIfAny(data, labels);
    List<Sample> all = manifest.samples();
    if (all.stream().anyMatch(sample -> sample.split() != Split.TRAIN)) {
      return new TestedImages(manifest, Split.TEST);
    }
    err.printf(
        "%s: %s tells no splits apart, so all its images are taken: %d.%n",
        command, manifest.labelsFile(), all.size());
    err.flush();
    return new TestedImages(
        manifest.withSamples(all.stream().map(sample -> sample.with(Split.TEST)).toList()),
        Split.TEST);
  }
}
