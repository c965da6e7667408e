package dev.isnet.cli.experiment;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.graph.Predictor;
import dev.isnet.model.ModelBundle;
import dev.isnet.segment.ErasedImages;
import dev.isnet.segment.Pipeline;
import dev.isnet.segment.Segmenter;
import dev.isnet.train.Objective;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The trainings of a pipeline: first the segmenter, unless there is one, on the masks of the
 * training images; then the classifier on the images that this segmenter erases, training and
 * validation alike.
 */
final class PipelineTraining {
  private final ExperimentConfig config;
  private final String name;
  private final PrintWriter err;

  /**
   * What came out.
   *
   * @param model segmenter and classifier as one network
   * @param classifier its second half
   * @param segmenter its first half
   */
  record Result(ModelBundle model, ComputationGraph classifier, ComputationGraph segmenter) {}

  PipelineTraining(ExperimentConfig config, String name, PrintWriter err) {
    this.config = config;
    this.name = name;
    this.err = err;
  }

  /** Refuses a given segmenter that does not fit, before anything is computed. */
  void requireSegmenter() {
    config.segmenter().model().ifPresent(this::read);
  }

  private ComputationGraph read(Path zip) {
    ModelBundle bundle = ModelBundle.read(zip);
    ImageSize size = bundle.info().imageSize();
    if (!Segmenter.segments(bundle.net())) {
      throw new InputException(
          "The model %s is no segmenter but a classifier; train one with system: segmenter."
              .formatted(zip));
    }
    if (!size.equals(config.image())) {
      throw new InputException(
          "The segmenter %s takes images of %s, but the experiment's are %s; both must be the same."
              .formatted(zip, text(size), text(config.image())));
    }
    return bundle.net();
  }

  private static String text(ImageSize size) {
    return "%d×%d pixels and %d channels".formatted(size.height(), size.width(), size.channels());
  }

  /**
   * Trains, or goes on.
   *
   * @param folder where the joined model goes
   * @param metrics those of the classifier
   */
  Result run(
      int classes,
      MaskedImageSource train,
      MaskedImageSource validation,
      RunFolder folder,
      MetricsCsv metrics)
      throws IOException {
    ComputationGraph segmenter =
        config.segmenter().model().isPresent()
            ? read(config.segmenter().model().get())
            : segmenter(train, validation);
    double threshold = config.segmenter().threshold();
    try (Predictor foreground = new Predictor(segmenter)) {
      ModelBundle classifier =
          new Fitting(config, name, err)
              .run(
                  Recipe.network(config, classes),
                  Objective.plain(),
                  new ErasedImages(train, foreground, threshold),
                  new ErasedImages(validation, foreground, threshold),
                  folder,
                  metrics);
      ComputationGraph whole =
          Pipeline.join(segmenter, threshold, classifier.net(), config.image());
      ModelBundle model = new ModelBundle(whole, classifier.info());
      model.write(folder.model());
      return new Result(model, classifier.net(), segmenter);
    }
  }

  private ComputationGraph segmenter(MaskedImageSource train, MaskedImageSource validation)
      throws IOException {
    ExperimentConfig own = config.ofSegmenter();
    RunFolder folder = new RunFolder(own.out());
    Files.createDirectories(folder.path());
    return new Fitting(own, name + ", segmenter", err)
        .run(
            Recipe.segmenter(own),
            Objective.segmentation(),
            train,
            validation,
            folder,
            new MetricsCsv(folder.metricsCsv()))
        .net();
  }
}
