package dev.isnet.cli.experiment;

import dev.isnet.backbone.AgSononet;
import dev.isnet.backbone.Architecture;
import dev.isnet.backbone.BackboneBuilder;
import dev.isnet.data.ImageSize;
import dev.isnet.data.Split;
import dev.isnet.data.augment.Change;
import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.bias.Placement;
import dev.isnet.data.bias.Shape;
import dev.isnet.loss.ForegroundForm;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import dev.isnet.train.DeepSupervision;
import dev.isnet.train.TuneCut;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    Optional<Bias> bias,
    Backbone backbone,
    System system,
    Isnet isnet,
    RrrConfig rrr,
    GainConfig gain,
    SegmenterConfig segmenter,
    MultiTaskConfig multitask,
    Training training,
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
    /** A U-Net that learns the masks themselves. */
    SEGMENTER,
    /** A U-Net that erases the background, and the backbone, which sees the rest. */
    PIPELINE,
    /** A U-Net that learns masks and classes at once. */
    MULTITASK
  }

  /** How the learning rate goes over the epochs. */
  public enum Schedule {
    /** The same in every epoch. */
    CONSTANT,
    /** Down to zero along half a cosine. */
    COSINE,
    /** Divided by ten at each of the epochs named in {@code dropEpochs}. */
    STEP
  }

  /** ND4J's updaters. */
  public enum Updater {
    /** Gradient descent. */
    SGD,
    /** Gradient descent with Nesterov's momentum. */
    NESTEROVS,
    /** Adam. */
    ADAM,
    /** Adam with the larger of past second moments. */
    AMSGRAD,
    /** Adam with Nesterov's momentum. */
    NADAM,
    /** Adam with the infinity norm. */
    ADAMAX,
    /** RMSProp. */
    RMSPROP,
    /** AdaGrad. */
    ADAGRAD
  }

  /** Which parameters the final model has. */
  public enum Checkpoint {
    /** Those of the epoch with the smallest validation loss. */
    BEST,
    /** Those of the last epoch. */
    LAST
  }

  /** What kind of bias the defaults are for. */
  public enum Preset {
    /** Marks in the background: P = 0.7, E = 1. */
    STANDARD,
    /**
     * The background as a whole follows the class: P falls from 0.99 to 0.8 over 30 epochs, E =
     * 0.1.
     */
    WHOLE_BACKGROUND
  }

  /** The rule of the first layer. */
  public enum FirstLayer {
    /** LRP-zB with the pixels' bounds 0 and 1. */
    ZB,
    /** LRP-epsilon, as everywhere else. */
    EPSILON
  }

  /**
   * Cues in the background that follow the class.
   *
   * @param shapes the shape for each class; classes that are not named have none
   * @param cues cues of other kinds for classes without a shape
   * @param size height and width of the shapes: below 1 a fraction of the image's height, else
   *     pixels
   * @param intensity brightness of the shapes, 0 black to 1 white
   * @param contrast how much of the shapes covers what was there
   * @param placement where the shapes go
   * @param plate whether they stand on a plate of the opposite brightness
   * @param correlation how strongly cue and class go together in training
   * @param deceiving for each class the class whose cue it gets in the deceiving test; empty for
   *     the next one
   */
  public record Bias(
      Map<String, Shape> shapes,
      Map<String, CueConfig> cues,
      double size,
      double intensity,
      double contrast,
      Placement placement,
      boolean plate,
      double correlation,
      Map<String, String> deceiving) {
    static Bias of(YamlSection yaml, Path base) {
      YamlSection shapes = yaml.section("shapes");
      YamlSection byClass = yaml.section("cues");
      Map<String, CueConfig> cues = new LinkedHashMap<>();
      for (String name : byClass.keys()) {
        cues.put(name, CueConfig.of(byClass.section(name), base));
      }
      Bias bias =
          new Bias(
              shapes.choiceByName(Shape.class),
              cues,
              yaml.number("size", 0.2, 0.01, 4096),
              yaml.number("intensity", 1, 0, 1),
              yaml.number("contrast", 1, 0, 1),
              yaml.choice("placement", Placement.RANDOM),
              yaml.flag("plate", false),
              yaml.number("correlation", 1, 0, 1),
              yaml.section("deceiving").textsByName());
      if (bias.shapes.isEmpty() && bias.cues.isEmpty()) {
        throw yaml.wrong("shapes", "empty", "a shape for each class");
      }
      for (String name : bias.cues.keySet()) {
        if (bias.shapes.containsKey(name)) {
          throw yaml.wrong("cues", "a cue for " + name, "of other classes than shapes");
        }
      }
      yaml.done();
      return bias;
    }
  }

  /**
   * The network.
   *
   * @param name which one
   * @param filters output channels of each convolution of {@link Architecture#CONVNET}; the others
   *     have their own, and none here
   * @param batchNorm whether each convolution of {@link Architecture#CONVNET} is followed by batch
   *     normalisation; false for the others, whose names say it
   * @param dropout probability of dropping an activation before the last dense layers
   * @param featureScale what the filters of {@link Architecture#AG_SONONET} are divided by; not
   *     there for the others
   */
  public record Backbone(
      Architecture name,
      List<Integer> filters,
      boolean batchNorm,
      double dropout,
      Optional<Integer> featureScale) {
    static Backbone of(YamlSection yaml) {
      Architecture name = yaml.choice("name", Architecture.CONVNET);
      boolean convnet = name == Architecture.CONVNET;
      boolean sononet = name == Architecture.AG_SONONET;
      if (!sononet && yaml.has("featureScale")) {
        throw yaml.wrong(
            "featureScale", "given", "left out, because the backbone is %s".formatted(name));
      }
      Backbone backbone =
          new Backbone(
              name,
              yaml.integers("filters", convnet ? List.of(16, 32, 64, 64) : List.of(), 1, 4096),
              yaml.flag("batchNorm", false),
              yaml.number("dropout", name.standardDropout(), 0, 0.95),
              sononet
                  ? Optional.of(
                      yaml.integer("featureScale", AgSononet.DEFAULT_FEATURE_SCALE, 1, 64))
                  : Optional.empty());
      if (!convnet && !backbone.filters.isEmpty()) {
        throw yaml.wrong("filters", "a list", "left out, because %s has its own".formatted(name));
      }
      if (!convnet && backbone.batchNorm) {
        throw yaml.wrong(
            "batchNorm",
            true,
            "left out, because it is part of the name, which is %s here".formatted(name));
      }
      yaml.done();
      return backbone;
    }
  }

  /**
   * The settings of background relevance minimisation.
   *
   * @param preset what the defaults of {@code p}, {@code pStart}, {@code pWarmupEpochs} and {@code
   *     e} are
   * @param p weight of the heatmap loss against the classification loss
   * @param pStart weight in the first epoch, when it grows over {@code pWarmupEpochs}
   * @param pWarmupEpochs epochs over which the weight goes from {@code pStart} to {@code p}
   * @param d decay of the rank weights: 0 is the maximum, 1 the mean
   * @param e scale of the background loss ln(1 + r/e)
   * @param w1 weight of the background loss
   * @param w2 weight of the foreground loss
   * @param c1 foreground relevance below which the foreground loss acts
   * @param c2 foreground relevance above which the foreground loss acts
   * @param tuneEpochs epochs of the plain training that finds c1 and c2; read when they are auto
   * @param foreground form of the foreground loss
   * @param form form of the relevance propagation
   * @param epsilon its stabiliser
   * @param firstLayer its rule for the first layer
   * @param variant what the heatmaps explain
   * @param deepSupervision hidden layers whose relevance is supervised too
   * @param deepDecay decay of the rank weights over pixels and layers
   * @param memory largest number of megabytes of a step's arrays; 0 is no limit
   */
  public record Isnet(
      Preset preset,
      double p,
      double pStart,
      int pWarmupEpochs,
      double d,
      double e,
      double w1,
      double w2,
      Cut c1,
      Cut c2,
      int tuneEpochs,
      ForegroundForm foreground,
      RuleSet.Form form,
      double epsilon,
      FirstLayer firstLayer,
      Variant variant,
      List<String> deepSupervision,
      double deepDecay,
      int memory) {
    static Isnet of(YamlSection yaml) {
      Preset preset = yaml.choice("preset", Preset.STANDARD);
      boolean whole = preset == Preset.WHOLE_BACKGROUND;
      double p = yaml.number("p", whole ? 0.8 : 0.7, 0, 1);
      Isnet isnet =
          new Isnet(
              preset,
              p,
              yaml.number("pStart", whole ? 0.99 : p, 0, 1),
              yaml.integer("pWarmupEpochs", whole ? 30 : 0, 0, 100_000),
              yaml.number("d", 0.996, 0, 1),
              yaml.number("e", whole ? 0.1 : 1, 1e-6, 1e6),
              yaml.number("w1", 1, 0, 1e6),
              yaml.number("w2", 3, 0, 1e6),
              yaml.cut("c1", Cut.of(1)),
              yaml.cut("c2", yaml.cut("c1", Cut.of(1)).isAuto() ? Cut.AUTO : Cut.of(25)),
              yaml.integer("tuneEpochs", TuneCut.DEFAULT_EPOCHS, 1, 1000),
              yaml.choice("foreground", ForegroundForm.HYBRID),
              yaml.choice("form", RuleSet.Form.MODIFIED_GRADIENT),
              yaml.number("epsilon", RuleSet.DEFAULT_EPSILON, 0, 1),
              yaml.choice("firstLayer", FirstLayer.ZB),
              yaml.choice("variant", Variant.ORIGINAL),
              yaml.texts("deepSupervision", List.of()),
              yaml.number("deepDecay", DeepSupervision.DEFAULT_DECAY, 0, 1),
              yaml.integer("memory", 0, 0, 1_000_000));
      if (isnet.c1.isAuto() != isnet.c2.isAuto()) {
        throw yaml.wrong(
            "c2", isnet.c2.json(), "auto exactly when c1 is, which is " + isnet.c1.json());
      }
      if (!isnet.c1.isAuto() && isnet.c2.value().getAsDouble() < isnet.c1.value().getAsDouble()) {
        throw yaml.wrong("c2", isnet.c2.json(), "at least c1, which is " + isnet.c1.json());
      }
      yaml.done();
      return isnet;
    }
  }

  /**
   * How parameters are fitted.
   *
   * @param epochs passes over the training split
   * @param batch images per step
   * @param updater the update rule
   * @param learningRate its learning rate in the first epoch
   * @param momentum its momentum; read by nesterovs alone
   * @param schedule how the learning rate goes
   * @param dropEpochs the epochs, counted from 1, from which it is a tenth; read by step alone
   * @param clipNorm largest norm of the gradient; 0 is off
   * @param weightDecay factor of the weights in their own gradient; 0 is off
   * @param patience epochs without improvement after which training ends; 0 is off
   * @param seed what everything random follows from
   * @param checkpoint which parameters the final model has
   */
  public record Training(
      int epochs,
      int batch,
      Updater updater,
      double learningRate,
      double momentum,
      Schedule schedule,
      List<Integer> dropEpochs,
      double clipNorm,
      double weightDecay,
      int patience,
      long seed,
      Checkpoint checkpoint) {
    static Training of(YamlSection yaml) {
      Training training =
          new Training(
              yaml.integer("epochs", 40, 1, 100_000),
              yaml.integer("batch", 16, 1, 4096),
              yaml.choice("updater", Updater.ADAM),
              yaml.number("learningRate", 0.001, 1e-9, 10),
              yaml.number("momentum", 0.9, 0, 0.9999),
              yaml.choice("schedule", Schedule.CONSTANT),
              yaml.integers("dropEpochs", List.of(), 2, 100_000),
              yaml.number("clipNorm", 1, 0, 1e6),
              yaml.number("weightDecay", 0, 0, 1),
              yaml.integer("patience", 0, 0, 100_000),
              yaml.integer("seed", 1L, Long.MIN_VALUE, Long.MAX_VALUE),
              yaml.choice("checkpoint", Checkpoint.BEST));
      if (training.schedule == Schedule.STEP && training.dropEpochs.isEmpty()) {
        throw yaml.wrong("dropEpochs", "empty", "a list of epochs, because the schedule is step");
      }
      yaml.done();
      return training;
    }

    Training withSeed(long other) {
      return new Training(
          epochs,
          batch,
          updater,
          learningRate,
          momentum,
          schedule,
          dropEpochs,
          clipNorm,
          weightDecay,
          patience,
          other,
          checkpoint);
    }

    Training withEpochs(int other) {
      return new Training(
          other,
          batch,
          updater,
          learningRate,
          momentum,
          schedule,
          dropEpochs,
          clipNorm,
          weightDecay,
          patience,
          seed,
          checkpoint);
    }
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
    if (config.system != System.SEGMENTER && config.system != System.MULTITASK) {
      requireFittingBackbone(yaml, config);
    }
    if (config.system == System.ISNET_GRADIENT_INPUT && config.isnet.variant == Variant.DUAL) {
      throw yaml.section("isnet")
          .wrong(
              "variant",
              "dual",
              "original, selective or stochastic, because the rule z+ is not Gradient×Input");
    }
    return config;
  }

  private static void requireFittingBackbone(YamlSection yaml, ExperimentConfig config) {
    boolean needsRelevance = config.system != System.PLAIN && config.system != System.PIPELINE;
    if (needsRelevance && !config.backbone.name.hasRelevance()) {
      throw yaml.wrong(
          "system",
          YamlSection.name(config.system),
          "plain or pipeline, because relevance does not pass the attention of %s"
              .formatted(config.backbone.name));
    }
    BackboneBuilder<?> backbone = Recipe.backbone(config, 2);
    int least = backbone.leastSide();
    ImageSize image = config.image;
    int side = Math.min(image.height(), image.width());
    if (side < least && config.backbone.name == Architecture.CONVNET) {
      throw yaml.section("backbone")
          .wrong(
              "filters",
              "a list of " + config.backbone.filters.size(),
              "shorter, because each halves the image, whose shorter side is %d".formatted(side));
    }
    if (side < least) {
      throw yaml.section("image")
          .wrong(
              image.height() < least ? "height" : "width",
              image.height() < least ? image.height() : image.width(),
              "at least %d, because the backbone is %s".formatted(least, config.backbone.name));
    }
    int step = backbone.sideStep();
    boolean height = image.height() % step != 0;
    if (height || image.width() % step != 0) {
      throw yaml.section("image")
          .wrong(
              height ? "height" : "width",
              height ? image.height() : image.width(),
              "a multiple of %d, because the backbone is %s".formatted(step, config.backbone.name));
    }
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
        yaml.has("bias") ? Optional.of(Bias.of(yaml.section("bias"), base)) : Optional.empty(),
        Backbone.of(yaml.section("backbone")),
        yaml.choice("system", System.ISNET),
        Isnet.of(yaml.section("isnet")),
        RrrConfig.of(yaml.section("rrr")),
        GainConfig.of(yaml.section("gain")),
        SegmenterConfig.of(yaml.section("segmenter"), base),
        MultiTaskConfig.of(yaml.section("multitask")),
        Training.of(yaml.section("training")),
        augmentation(yaml.section("augmentation")),
        yaml.choices("tests", List.of(Split.VAL, Split.TEST), Split.class),
        resolve(base, yaml.text("out", "runs/" + name)));
  }

  private static ImageSize image(YamlSection yaml) {
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
    return system == System.ISNET && isnet.variant == Variant.SELECTIVE;
  }

  /** The same experiment with another system, written to another folder. */
  public ExperimentConfig with(System other, Path folder) {
    return new ExperimentConfig(
        data,
        image,
        bias,
        backbone,
        other,
        isnet,
        rrr,
        gain,
        segmenter,
        multitask,
        training,
        augmentation,
        tests,
        folder);
  }

  /** The same experiment with another seed, written to another folder. */
  ExperimentConfig with(long seed, Path folder) {
    return new ExperimentConfig(
        data,
        image,
        bias,
        backbone,
        system,
        isnet,
        rrr,
        gain,
        segmenter,
        multitask,
        training.withSeed(seed),
        augmentation,
        tests,
        folder);
  }

  /** The training of a pipeline's segmenter, in a folder within the pipeline's. */
  ExperimentConfig ofSegmenter() {
    return new ExperimentConfig(
        data,
        image,
        bias,
        backbone,
        System.SEGMENTER,
        isnet,
        rrr,
        gain,
        segmenter,
        multitask,
        training.withEpochs(segmenter.epochs().orElse(training.epochs)),
        augmentation,
        tests,
        out.resolve("segmenter"));
  }
}
