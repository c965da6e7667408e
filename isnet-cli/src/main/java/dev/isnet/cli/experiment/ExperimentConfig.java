package dev.isnet.cli.experiment;

import dev.isnet.backbone.Architecture;
import dev.isnet.backbone.BackboneBuilder;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.Split;
import dev.isnet.data.augment.Change;
import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.relevance.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that determines a run, as {@code experiment.yaml} says it, defaults included.
 *
 * @param data where the images are and how they are read
 * @param image the size that images are brought to
 * @param bias the synthetic bias drawn on the images, if any
 * @param backbone the classifier's network
 * @param system what is minimised
 * @param isnet the method's settings; of effect for {@link System#ISNET} and {@link
 *     System#ISNET_GRADIENT_INPUT} alone
 * @param rrr of effect for {@link System#RRR} alone
 * @param gain of effect for {@link System#GAIN} and {@link System#GAIN_NO_MASKS} alone
 * @param ham of effect for {@link System#HAM} alone
 * @param segmenter the U-Net; of effect for {@link System#SEGMENTER}, {@link System#PIPELINE} and
 *     {@link System#MULTITASK} alone
 * @param multitask of effect for {@link System#MULTITASK} alone
 * @param training how parameters are fitted
 * @param augmentation how training images are varied, image and mask alike
 * @param tests the splits evaluated at the end
 * @param out the run folder
 */
public record ExperimentConfig(
    DataConfig data,
    ImageSize image,
    Optional<BiasConfig> bias,
    BackboneConfig backbone,
    System system,
    IsnetConfig isnet,
    RrrConfig rrr,
    GainConfig gain,
    HamConfig ham,
    SegmenterConfig segmenter,
    MultiTaskConfig multitask,
    TrainingConfig training,
    PairedAugmentation augmentation,
    List<Split> tests,
    Path out) {

  /** What is trained. */
  public enum System {
    /** The backbone with the classification loss alone. */
    PLAIN,
    /** The backbone with background relevance minimisation. */
    ISNET,
    /** The same with Gradient×Input in the place of LRP. */
    ISNET_GRADIENT_INPUT,
    /** The backbone with small input gradients outside the masks. */
    RRR,
    /** The backbone with Grad-CAM that is mined and held to the masks. */
    GAIN,
    /** The same without masks: mined alone. */
    GAIN_NO_MASKS,
    /** A ResNet whose maps of classes, anomalies and masks lie within each other. */
    HAM,
    /** A U-Net that learns the masks themselves. */
    SEGMENTER,
    /** A U-Net that erases the background, and the backbone, which sees the rest. */
    PIPELINE,
    /** A U-Net that learns masks and classes at once. */
    MULTITASK
  }

  /**
   * Reads all keys of an experiment; those of other sections are the caller's, who ends the
   * reading.
   *
   * @param yaml the outermost section
   * @param base the folder that relative paths start at
   * @param name the run's name where the file does not give its folder
   */
  static ExperimentConfig of(YamlSection yaml, Path base, String name) {
    ExperimentConfig config = read(yaml, base, name);
    if (config.system == System.SEGMENTER && config.bias.isPresent()) {
      throw yaml.wrong("bias", "given", "left out, because a segmenter learns masks, not classes");
    }
    if (config.system == System.SEGMENTER) {
      config.data.requireNoClasses(yaml);
    }
    if (config.trainsUNet()) {
      config.segmenter.requireFitting(yaml, config.image);
    }
    if (config.readsBackbone()) {
      requireFittingBackbone(yaml, config);
    }
    if (config.system == System.ISNET_GRADIENT_INPUT && config.isnet.variant() == Variant.DUAL) {
      throw yaml.section("isnet")
          .wrong(
              "variant",
              "dual",
              "original, selective or stochastic, because the rule z+ is not Gradient×Input");
    }
    return config;
  }

  /**
   * Everything that is wrong with an experiment: values and keys of all sections, and, where those
   * are right, what does not go together.
   */
  static List<String> mistakes(YamlSection file, Path base, String name) {
    List<String> mistakes = new ArrayList<>();
    YamlSection yaml = file.collecting(mistakes::add);
    List<Runnable> parts =
        List.of(
            () -> DataConfig.of(yaml, base),
            () -> image(yaml.section("image")),
            () -> bias(yaml, base),
            () -> BackboneConfig.of(yaml.section("backbone")),
            () -> yaml.choice("system", System.ISNET),
            () -> IsnetConfig.of(yaml.section("isnet")),
            () -> RrrConfig.of(yaml.section("rrr")),
            () -> GainConfig.of(yaml.section("gain")),
            () -> SegmenterConfig.of(yaml.section("segmenter"), base),
            () -> MultiTaskConfig.of(yaml.section("multitask")),
            () -> TrainingConfig.of(yaml.section("training")),
            () -> augmentation(yaml.section("augmentation")),
            () -> yaml.choices("tests", List.of(Split.TEST), Split.class),
            () -> yaml.text("out", name),
            yaml::done);
    for (Runnable part : parts) {
      attempt(part, mistakes);
    }
    if (mistakes.isEmpty()) {
      attempt(() -> of(file, base, name), mistakes);
    }
    return mistakes;
  }

  private static void attempt(Runnable part, List<String> mistakes) {
    try {
      part.run();
    } catch (InputException e) {
      mistakes.add(e.getMessage());
    }
  }

  private static Optional<BiasConfig> bias(YamlSection yaml, Path base) {
    return yaml.has("bias")
        ? Optional.of(BiasConfig.of(yaml.section("bias"), base))
        : Optional.empty();
  }

  private static void requireFittingBackbone(YamlSection yaml, ExperimentConfig config) {
    boolean needsRelevance = config.system != System.PLAIN && config.system != System.PIPELINE;
    if (needsRelevance && !config.backbone.name().hasRelevance()) {
      throw yaml.wrong(
          "system",
          YamlSection.name(config.system),
          "plain or pipeline, because relevance does not pass the attention of %s"
              .formatted(config.backbone.name()));
    }
    BackboneBuilder<?> backbone = Recipe.backbone(config, 2);
    int least = backbone.leastSide();
    ImageSize image = config.image;
    int side = Math.min(image.height(), image.width());
    if (side < least && config.backbone.name() == Architecture.CONVNET) {
      throw yaml.section("backbone")
          .wrong(
              "filters",
              "a list of " + config.backbone.filters().size(),
              "shorter, because each halves the image, whose shorter side is %d".formatted(side));
    }
    if (side < least) {
      throw yaml.section("image")
          .wrong(
              image.height() < least ? "height" : "width",
              image.height() < least ? image.height() : image.width(),
              "at least %d, because the backbone is %s".formatted(least, config.backbone.name()));
    }
    int step = backbone.sideStep();
    boolean height = image.height() % step != 0;
    if (height || image.width() % step != 0) {
      throw yaml.section("image")
          .wrong(
              height ? "height" : "width",
              height ? image.height() : image.width(),
              "a multiple of %d, because the backbone is %s"
                  .formatted(step, config.backbone.name()));
    }
  }

  /** Whether the section {@code backbone} says what is trained; other networks are their own. */
  boolean readsBackbone() {
    return switch (system) {
      case SEGMENTER, MULTITASK, HAM -> false;
      default -> true;
    };
  }

  /** Whether a U-Net is among what is trained. */
  boolean trainsUNet() {
    return switch (system) {
      case SEGMENTER, MULTITASK -> true;
      case PIPELINE -> segmenter.model().isEmpty();
      default -> false;
    };
  }

  private static ExperimentConfig read(YamlSection yaml, Path base, String name) {
    return new ExperimentConfig(
        DataConfig.of(yaml, base),
        image(yaml.section("image")),
        bias(yaml, base),
        BackboneConfig.of(yaml.section("backbone")),
        yaml.choice("system", System.ISNET),
        IsnetConfig.of(yaml.section("isnet")),
        RrrConfig.of(yaml.section("rrr")),
        GainConfig.of(yaml.section("gain")),
        HamConfig.of(yaml.section("ham")),
        SegmenterConfig.of(yaml.section("segmenter"), base),
        MultiTaskConfig.of(yaml.section("multitask")),
        TrainingConfig.of(yaml.section("training")),
        augmentation(yaml.section("augmentation")),
        yaml.choices("tests", List.of(Split.VAL, Split.TEST), Split.class),
        resolve(base, yaml.text("out", "runs/" + name)));
  }

  static ImageSize image(YamlSection yaml) {
    int height = yaml.integer("height", 64, 8, 4096);
    int width = yaml.integer("width", 64, 8, 4096);
    int channels = yaml.integer("channels", 3, 1, 3);
    if (channels == 2) {
      throw yaml.wrong("channels", channels, "1 (grey) or 3 (RGB)");
    }
    yaml.done();
    return new ImageSize(height, width, channels);
  }

  private static PairedAugmentation augmentation(YamlSection yaml) {
    PairedAugmentation augmentation =
        new PairedAugmentation(
            yaml.number("flipHorizontal", 0.5, 0, 1),
            yaml.number("flipVertical", 0, 0, 1),
            change(yaml, "rotate", 180),
            change(yaml, "translate", 1),
            change(yaml, "scale", 0.9),
            change(yaml, "shear", 1),
            change(yaml, "crop", 0.9),
            change(yaml, "elastic", 0.2),
            change(yaml, "brightness", 1),
            change(yaml, "contrast", 1),
            change(yaml, "gamma", 3),
            change(yaml, "blur", 0.1),
            change(yaml, "noise", 1),
            change(yaml, "cutout", 0.9));
    yaml.done();
    return augmentation;
  }

  /** A range alone, or a section with range and probability. */
  private static Change change(YamlSection yaml, String key, double most) {
    if (!yaml.isSection(key)) {
      return Change.of(yaml.number(key, 0, 0, most));
    }
    YamlSection section = yaml.section(key);
    Change change =
        new Change(section.number("range", 0, 0, most), section.number("probability", 1, 0, 1));
    section.done();
    return change;
  }

  private static Path resolve(Path base, String path) {
    return base.resolve(path).toAbsolutePath().normalize();
  }

  boolean explainsLeastLikelyClass() {
    return system == System.ISNET && isnet.variant() == Variant.SELECTIVE;
  }

  /** The same experiment with another system, written to another folder. */
  public ExperimentConfig with(System other, Path folder) {
    return with(other, training, folder);
  }

  /** The same experiment with another seed, written to another folder. */
  ExperimentConfig with(long seed, Path folder) {
    return with(system, training.withSeed(seed), folder);
  }

  /** The training of a pipeline's segmenter, in a folder within the pipeline's. */
  ExperimentConfig ofSegmenter() {
    return with(
        System.SEGMENTER,
        training.withEpochs(segmenter.epochs().orElse(training.epochs())),
        out.resolve("segmenter"));
  }

  private ExperimentConfig with(System otherSystem, TrainingConfig otherTraining, Path folder) {
    return new ExperimentConfig(
        data,
        image,
        bias,
        backbone,
        otherSystem,
        isnet,
        rrr,
        gain,
        ham,
        segmenter,
        multitask,
        otherTraining,
        augmentation,
        tests,
        folder);
  }
}
