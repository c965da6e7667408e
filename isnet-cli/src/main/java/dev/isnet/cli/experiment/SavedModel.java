package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.cli.WrongUseException;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.data.Pixels;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.Evaluation;
import dev.isnet.explain.Explainer;
import dev.isnet.explain.Heatmap;
import dev.isnet.explain.Method;
import dev.isnet.explain.Pictures;
import dev.isnet.graph.Predictor;
import dev.isnet.model.ModelBundle;
import dev.isnet.relevance.RuleSet;
import dev.isnet.segment.Segmenter;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A model that {@code train} wrote, with the experiment it came from. */
public final class SavedModel {
  /** About how wide the picture of an explanation becomes, in pixels. */
  private static final int PICTURE_WIDTH = 512;

  private final ModelBundle bundle;
  private final ExperimentConfig config;

  private SavedModel(ModelBundle bundle, ExperimentConfig config) {
    this.bundle = bundle;
    this.config = config;
  }

  /**
   * What a model makes of one image.
   *
   * @param classes the class names
   * @param probabilities of each class
   * @param logits of each class
   * @param severalLabels whether the model says yes or no of each class by itself
   * @param predicted the most likely class; with several labels those of probability ½ and more
   * @param explained the class that the picture is about
   * @param picture its heatmap over the image
   */
  public record Explained(
      List<String> classes,
      List<Float> probabilities,
      List<Float> logits,
      boolean severalLabels,
      List<String> predicted,
      String explained,
      BufferedImage picture) {}

  /**
   * Reads a model.
   *
   * @param file the zip file
   * @return the model
   * @throws InputException if it is not a model of this program
   */
  public static SavedModel read(Path file) {
    return of(ModelBundle.read(file), file);
  }

  /**
   * Takes a model into use.
   *
   * @param bundle the model
   * @param file what it was read from, for messages
   * @return the model
   * @throws InputException if it is no classifier of this program
   */
  public static SavedModel of(ModelBundle bundle, Path file) {
    if (Segmenter.segments(bundle.net())) {
      throw new InputException(
          "The model %s is a segmenter, but a classifier is needed here; use it with isnet evaluate or isnet data masks --segmenter."
              .formatted(file));
    }
    return new SavedModel(bundle, experiment(bundle, file));
  }

  /** The experiment that a model was trained in. */
  static ExperimentConfig experiment(ModelBundle bundle, Path file) {
    Object experiment = bundle.info().provenance().get("configuration");
    if (!(experiment instanceof Map<?, ?> map)) {
      throw new InputException(
          "The model %s does not record the experiment it was trained in; it was not written by isnet."
              .formatted(file));
    }
    return ExperimentYaml.fromMap(map, "the configuration within " + file);
  }

  ComputationGraph network() {
    return bundle.net();
  }

  List<String> classes() {
    return bundle.info().classes();
  }

  ImageSize imageSize() {
    return bundle.info().imageSize();
  }

  ExperimentConfig config() {
    return config;
  }

  /**
   * Evaluates on a data set.
   *
   * @param tested the images, of which not every class need have any
   * @param scenario the shapes drawn into their backgrounds
   * @param err where progress is shown
   * @return what the model says about each image, and what follows
   * @throws InputException if the data has other classes, or several labels where the model gives
   *     one
   * @throws WrongUseException if shapes are wanted, but the model was trained without
   */
  public TestResult evaluate(TestedImages tested, BiasScenario scenario, PrintWriter err) {
    if (scenario != BiasScenario.STANDARD && config.bias().isEmpty()) {
      throw new WrongUseException(
          "--bias "
              + scenario
              + " needs a model that was trained with 'bias' in its experiment; this one was not.");
    }
    Split split = tested.split();
    DatasetManifest manifest =
        tested
            .manifest()
            .with(config.data().reading())
            .withClasses(bundle.info().classes())
            .requireTest(split);
    try (Predictor predictor = new Predictor(bundle.net());
        Progress progress = Progress.of("evaluate", manifest.split(split).size(), err)) {
      if (manifest.multiLabel() && !predictor.severalLabels()) {
        throw new InputException(
            "%s has images with several labels or none, but the model gives exactly one label for each image."
                .formatted(manifest.labelsFile()));
      }
      MaskedImageSource images =
          new CountedImages(new ExperimentData(config, manifest).test(split, scenario), progress);
      return TestResult.of(
          split,
          scenario,
          predictor.severalLabels()
              ? Evaluation.evaluateLabels(predictor, images)
              : Evaluation.evaluate(predictor, images),
          manifest,
          config.training().seed());
    }
  }

  /**
   * How the heatmaps of the training were made; where it had none, by LRP, or attention rollout for
   * a transformer.
   *
   * @return the method
   */
  public Method method() {
    return Recipe.method(config);
  }

  /**
   * The experiment's rules of LRP.
   *
   * @return the rules
   */
  public RuleSet relevanceRules() {
    return Recipe.relevanceRules(config.isnet());
  }

  /**
   * Explains one image.
   *
   * @param image the image file
   * @param wanted the class to explain, by name or number; empty for the most likely one
   * @param method how the heatmap is made
   * @return what the model makes of it
   * @throws InputException if the image cannot be read or the class does not exist
   */
  public Explained explain(Path image, Optional<String> wanted, Method method) {
    List<String> classes = bundle.info().classes();
    Optional<Integer> index = wanted.map(name -> index(name, classes));
    ImageSize size = bundle.info().imageSize();
    Pixels photo = Pixels.read(image, size, config.data().reading());
    try (INDArray pixels =
            photo.imageArray().reshape(1, size.channels(), size.height(), size.width());
        Predictor predictor = new Predictor(bundle.net());
        Explainer explainer = new Explainer(bundle.net(), method)) {
      List<Float> probabilities = list(predictor.probabilities(pixels).toFloatVector());
      int best = probabilities.indexOf(probabilities.stream().max(Float::compare).orElseThrow());
      int explained = index.orElse(best);
      List<Float> logits = list(predictor.logits(pixels).toFloatVector());
      Heatmap heatmap =
          heatmap(
              explainer.explainEach(pixels, new int[] {explained}),
              classes.get(explained),
              logits.get(explained));
      return new Explained(
          classes,
          probabilities,
          logits,
          predictor.severalLabels(),
          predictor.severalLabels()
              ? classes.stream()
                  .filter(name -> probabilities.get(classes.indexOf(name)) >= 0.5)
                  .toList()
              : List.of(classes.get(best)),
          heatmap.className(),
          picture(photo, heatmap));
    }
  }

  private static Heatmap heatmap(INDArray map, String name, double logit) {
    return new Heatmap(
        map.data().asFloat(), (int) map.size(1), (int) map.size(2), (int) map.size(3), name, logit);
  }

  private static BufferedImage picture(Pixels pixels, Heatmap heatmap) {
    BufferedImage photo =
        Pictures.of(
            pixels.image(),
            pixels.size().channels(),
            pixels.size().height(),
            pixels.size().width());
    int factor = Math.max(1, Math.round((float) PICTURE_WIDTH / photo.getWidth()));
    double scale = Math.max(heatmap.maxAbs(), Double.MIN_NORMAL);
    return heatmap.overlay(Pictures.enlarge(photo, factor), Heatmap.COVER, scale);
  }

  private static int index(String name, List<String> classes) {
    if (classes.contains(name)) {
      return classes.indexOf(name);
    }
    try {
      int index = Integer.parseInt(name);
      if (index >= 0 && index < classes.size()) {
        return index;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw new WrongUseException(
        "--class is '%s', but must be one of %s, or a number from 0 to %d."
            .formatted(name, String.join(", ", classes), classes.size() - 1));
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }
}
