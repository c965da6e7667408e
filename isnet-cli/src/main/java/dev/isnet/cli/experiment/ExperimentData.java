package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.cli.WrongUseException;
import dev.isnet.cli.experiment.ExperimentConfig.System;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.ImageStore;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BackgroundBias;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.Cue;
import dev.isnet.data.bias.Shape;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The images of an experiment, biased and augmented as it says. */
final class ExperimentData {
  private static final int MOST_READ_BEFOREHAND = 10_000;

  private final ExperimentConfig config;
  private final DatasetManifest manifest;
  private final Optional<BackgroundBias> bias;

  /**
   * Reads the labels file and checks that every split needed is there: for a segmenter with masks,
   * else with all classes, and with both where a U-Net learns beside a classifier.
   */
  ExperimentData(ExperimentConfig config) {
    this(config, config.data().read());
    if (config.system() == System.SEGMENTER) {
      Stream.concat(Stream.of(Split.TRAIN, Split.VAL), config.tests().stream())
          .forEach(split -> MaskedImages.withMasks(manifest, split, config.image()));
      return;
    }
    if (manifest.multiLabel() && config.explainsLeastLikelyClass()) {
      throw new WrongUseException(
          "'isnet.variant' is selective, which explains one class against all others, but in %s images have several labels or none; use original, stochastic or dual."
              .formatted(manifest.labelsFile()));
    }
    manifest.requireSplit(Split.TRAIN).requireSplit(Split.VAL);
    config.tests().forEach(manifest::requireSplit);
    if (config.trainsUNet()) {
      MaskedImages.withMasks(manifest, Split.TRAIN, config.image());
      MaskedImages.withMasks(manifest, Split.VAL, config.image());
    }
  }

  /** The images of a manifest that was checked for its purpose. */
  ExperimentData(ExperimentConfig config, DatasetManifest manifest) {
    this.config = config;
    this.manifest = manifest;
    this.bias = config.bias().map(each -> bias(each, manifest, config.image()));
  }

  DatasetManifest manifest() {
    return manifest;
  }

  List<String> classes() {
    return manifest.classes();
  }

  /** Whether an image may have several classes, or none. */
  boolean multiLabel() {
    return manifest.multiLabel();
  }

  /** The training split: shuffled, augmented, and biased if a bias is configured. */
  MaskedImages train() {
    MaskedImages.Builder builder =
        images(Split.TRAIN, BiasScenario.BIASED)
            .optShuffle(true)
            .optAugmentation(config.augmentation());
    if (config.data().balance() == DataConfig.Balance.SAMPLING) {
      builder.optBalancedSampling();
    }
    return builder.build();
  }

  /** A split as it is evaluated. */
  MaskedImages test(Split split, BiasScenario scenario) {
    return images(split, scenario).optShuffle(false).build();
  }

  /**
   * Reads every image that the experiment needs, so that a broken one is found before anything is
   * computed or written and not hours later. A data set so large that this would take minutes is
   * left to {@code isnet data check}.
   */
  void readAll(String task, PrintWriter err) {
    Set<Split> splits = new LinkedHashSet<>(List.of(Split.TRAIN, Split.VAL));
    splits.addAll(config.tests());
    int total = splits.stream().mapToInt(split -> manifest.split(split).size()).sum();
    if (total > MOST_READ_BEFOREHAND) {
      return;
    }
    int read = 0;
    try (Progress progress = Progress.of(task, total, err)) {
      for (Split split : splits) {
        try (BatchIterator batches =
            images(split, scenarios().get(0)).optShuffle(false).optCacheBytes(0).build().epoch(0)) {
          while (batches.hasNext()) {
            try (MaskedBatch batch = batches.next()) {
              read += batch.size();
              progress.at(read, "");
            }
          }
        }
      }
    }
  }

  /** The scenarios that make sense for this experiment. */
  List<BiasScenario> scenarios() {
    return config.bias().isPresent()
        ? List.of(BiasScenario.values())
        : List.of(BiasScenario.STANDARD);
  }

  /** Validation sees what training sees: nobody who has a biased data set knows it. */
  BiasScenario validationScenario() {
    return config.bias().isPresent() ? BiasScenario.BIASED : BiasScenario.STANDARD;
  }

  private MaskedImages.Builder images(Split split, BiasScenario scenario) {
    boolean segmenter = config.system() == System.SEGMENTER;
    MaskedImages.Builder builder =
        (segmenter
                ? MaskedImages.withMasks(manifest, split, config.image())
                : MaskedImages.builder(ImageStore.of(manifest, split, config.image())))
            .optBatch(config.training().batch())
            .optSeed(config.training().seed())
            .optThreads(config.data().threads());
    bias.ifPresent(cues -> builder.optBias(cues, scenario));
    config.data().cache().ifPresent(builder::optDiskCache);
    if (!segmenter && !manifest.split(Split.TRAIN).isEmpty()) {
      config.data().weights(manifest).ifPresent(builder::optClassWeights);
    }
    return builder;
  }

  /** The cues of all classes, once their names are known. */
  static BackgroundBias bias(BiasConfig bias, DatasetManifest data, ImageSize size) {
    List<String> classes = data.classes();
    bias.shapes().keySet().forEach(name -> requireClass("bias.shapes", name, classes));
    bias.cues().keySet().forEach(name -> requireClass("bias.cues", name, classes));
    List<Cue> cues = classes.stream().map(name -> cue(bias, name, data, size)).toList();
    if (bias.deceiving().isEmpty()) {
      List<Integer> next = BackgroundBias.of(cues).deceiving();
      return new BackgroundBias(cues, bias.correlation(), next);
    }
    bias.deceiving().values().forEach(name -> requireClass("bias.deceiving", name, classes));
    bias.deceiving().keySet().forEach(name -> requireClass("bias.deceiving", name, classes));
    // A class that is not named keeps its own cue.
    List<Integer> deceiving =
        classes.stream()
            .map(name -> classes.indexOf(bias.deceiving().getOrDefault(name, name)))
            .toList();
    return new BackgroundBias(cues, bias.correlation(), deceiving);
  }

  private static Cue cue(BiasConfig bias, String name, DatasetManifest data, ImageSize size) {
    if (bias.cues().containsKey(name)) {
      return bias.cues().get(name).cue(size, data.reading().masks());
    }
    Shape shape = bias.shapes().getOrDefault(name, Shape.NONE);
    return shape == Shape.NONE
        ? new Cue.Nothing()
        : new Cue.Mark(
            shape, bias.size(), bias.intensity(), bias.contrast(), bias.placement(), bias.plate());
  }

  private static void requireClass(String key, String name, List<String> classes) {
    if (!classes.contains(name)) {
      throw new WrongUseException(
          "'%s' names the class '%s', which is none of the data's classes (%s)%s"
              .formatted(
                  key,
                  name,
                  String.join(", ", classes),
                  Nearest.to(name, classes)
                      .map(near -> "; did you mean '" + near + "'?")
                      .orElse(".")));
    }
  }
}
