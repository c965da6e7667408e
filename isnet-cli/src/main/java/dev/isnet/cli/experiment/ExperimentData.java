package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.cli.WrongUseException;
import dev.isnet.cli.experiment.ExperimentConfig.Bias;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.Shape;
import dev.isnet.data.bias.SyntheticBias;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The images of an experiment, biased and augmented as it says. */
final class ExperimentData {
  private final ExperimentConfig config;
  private final DatasetManifest manifest;

  /** Reads the labels file and checks that every split needed is there and has all classes. */
  ExperimentData(ExperimentConfig config) {
    this(config, DatasetManifest.read(config.data(), config.labels()));
    manifest.requireSplit(Split.TRAIN).requireSplit(Split.VAL);
    config.tests().forEach(manifest::requireSplit);
  }

  /** The images of a manifest that was checked for its purpose. */
  ExperimentData(ExperimentConfig config, DatasetManifest manifest) {
    this.config = config;
    this.manifest = manifest;
    config.bias().ifPresent(bias -> bias(bias, manifest.classes()));
  }

  List<String> classes() {
    return manifest.classes();
  }

  /** The training split: shuffled, augmented, and biased if a bias is configured. */
  MaskedImages train() {
    return images(Split.TRAIN, BiasScenario.BIASED)
        .optShuffle(true)
        .optAugmentation(config.augmentation())
        .build();
  }

  /** A split as it is evaluated. */
  MaskedImages test(Split split, BiasScenario scenario) {
    return images(split, scenario).optShuffle(false).build();
  }

  /**
   * Reads every image that the experiment needs, so that a broken one is found before anything is
   * computed or written and not hours later.
   */
  void readAll(String task, PrintWriter err) {
    Set<Split> splits = new LinkedHashSet<>(List.of(Split.TRAIN, Split.VAL));
    splits.addAll(config.tests());
    int total = splits.stream().mapToInt(split -> manifest.split(split).size()).sum();
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

  private MaskedImages.Builder images(Split split, BiasScenario scenario) {
    MaskedImages.Builder builder =
        MaskedImages.builder(manifest, split, config.image())
            .optBatch(config.training().batch())
            .optSeed(config.training().seed());
    config.bias().ifPresent(bias -> builder.optBias(bias(bias, manifest.classes()), scenario));
    return builder;
  }

  private static SyntheticBias bias(Bias bias, List<String> classes) {
    for (String name : bias.shapes().keySet()) {
      if (!classes.contains(name)) {
        throw new WrongUseException(
            "'bias.shapes' names the class '%s', which is none of the data's classes (%s)%s"
                .formatted(
                    name,
                    String.join(", ", classes),
                    Nearest.to(name, classes)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse(".")));
      }
    }
    return new SyntheticBias(
        classes.stream()
            .map(name -> Optional.ofNullable(bias.shapes().get(name)).orElse(Shape.NONE))
            .toList(),
        bias.size(),
        bias.intensity(),
        bias.placement(),
        bias.plate());
  }
}
