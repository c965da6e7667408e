package dev.isnet.cli.experiment;

import dev.isnet.data.ClassWeights;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.MaskFormat;
import dev.isnet.data.Reading;
import dev.isnet.data.Split;
import dev.isnet.data.SplitPlan;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the images are and how they are read.
 *
 * @param folder the folder with the labels file
 * @param labels the labels file's name in that folder
 * @param masks how pictures become masks
 * @param convert whether grey and colour are converted to what the network takes
 * @param uncertain what labels of −1 count as
 * @param maxPixels the most pixels that an image may have
 * @param splits how splits are made, when they are not read
 * @param balance what is done about rare classes
 * @param classWeights factors of single classes in the classification loss
 * @param threads loader threads
 * @param cache a folder for decoded images, if they are to be kept
 */
public record DataConfig(
    Path folder,
    String labels,
    MaskFormat masks,
    boolean convert,
    Reading.Uncertain uncertain,
    long maxPixels,
    Optional<SplitPlan> splits,
    Balance balance,
    Map<String, Double> classWeights,
    int threads,
    Optional<Path> cache) {

  /** What is done about rare classes. */
  public enum Balance {
    /** Nothing. */
    NONE,
    /** Their images count more. */
    WEIGHTS,
    /** Their images come more often. */
    SAMPLING
  }

  /** Reads the key {@code data}: a folder, or a section with one. */
  static DataConfig of(YamlSection outermost, Path base) {
    if (!outermost.isSection("data")) {
      String folder = outermost.text("data");
      return of(YamlSection.parse("{}", "defaults"), resolve(base, folder), base, outermost);
    }
    YamlSection yaml = outermost.section("data");
    return of(yaml, resolve(base, yaml.text("folder")), base, outermost);
  }

  private static DataConfig of(YamlSection yaml, Path folder, Path base, YamlSection outermost) {
    DataConfig data =
        new DataConfig(
            folder,
            // The name may also stand beside the folder.
            yaml.text("labels", outermost.text("labels", DatasetManifest.LABELS_FILE)),
            masks(yaml.section("masks")),
            yaml.flag("convert", false),
            yaml.choice("uncertain", Reading.Uncertain.IGNORE),
            yaml.integer("maxPixels", Reading.DEFAULT_MAX_PIXELS, 1, 1L << 28),
            yaml.has("splits") ? Optional.of(splits(yaml.section("splits"))) : Optional.empty(),
            yaml.choice("balance", Balance.NONE),
            yaml.section("classWeights").numbersByName(0, 1e6),
            yaml.integer("threads", 2, 1, 64),
            yaml.has("cache") ? Optional.of(resolve(base, yaml.text("cache"))) : Optional.empty());
    if (data.balance == Balance.WEIGHTS && !data.classWeights.isEmpty()) {
      throw yaml.wrong("classWeights", "given", "left out, because the balance is weights");
    }
    yaml.has("folder");
    yaml.done();
    return data;
  }

  /** A segmenter knows no classes that could be balanced or weighed. */
  void requireNoClasses(YamlSection outermost) {
    String why = "left out, because a segmenter learns masks, not classes";
    if (balance != Balance.NONE) {
      throw outermost.section("data").wrong("balance", YamlSection.name(balance), why);
    }
    if (!classWeights.isEmpty()) {
      throw outermost.section("data").wrong("classWeights", "given", why);
    }
  }

  private static MaskFormat masks(YamlSection yaml) {
    boolean threshold = yaml.has("threshold");
    List<Integer> foreground = yaml.integers("foreground", List.of(), 0, 65535);
    if (threshold && !foreground.isEmpty()) {
      throw yaml.wrong("foreground", "given", "left out, because there is a threshold");
    }
    MaskFormat format =
        new MaskFormat(
            threshold ? Optional.of(yaml.number("threshold", 0, 0, 0.9999)) : Optional.empty(),
            new LinkedHashSet<>(foreground),
            yaml.choice("resize", MaskFormat.Resize.ANY));
    yaml.done();
    return format;
  }

  private static SplitPlan splits(YamlSection yaml) {
    double train = yaml.number("train", 0.7, 0.0001, 1e9);
    double val = yaml.number("val", 0.15, 0, 1e9);
    Optional<String> leaveOut =
        yaml.has("leaveOut") ? Optional.of(yaml.text("leaveOut")) : Optional.empty();
    double test = yaml.number("test", leaveOut.isPresent() ? 0 : 0.15, 0, 1e9);
    if (leaveOut.isPresent() && test > 0) {
      throw yaml.wrong("test", test, "0, because a source is left out as the test split");
    }
    SplitPlan plan =
        new SplitPlan(
            train,
            val,
            test,
            yaml.choice("group", SplitPlan.Group.NONE),
            leaveOut,
            yaml.integer("seed", 1L, Long.MIN_VALUE, Long.MAX_VALUE));
    yaml.done();
    return plan;
  }

  private static Path resolve(Path base, String path) {
    return base.resolve(path).toAbsolutePath().normalize();
  }

  Reading reading() {
    return new Reading(masks, convert, uncertain, maxPixels);
  }

  /**
   * Reads the labels file and makes the splits.
   *
   * @return the data set
   * @throws dev.isnet.data.InputException at the first mistake in the labels file
   */
  public DatasetManifest read() {
    DatasetManifest manifest =
        splits
            .map(plan -> plan.apply(DatasetManifest.readUnsplit(folder, labels)))
            .orElseGet(() -> DatasetManifest.read(folder, labels));
    return manifest.with(reading());
  }

  /** The class weights, where there are any. */
  Optional<ClassWeights> weights(DatasetManifest manifest) {
    if (balance == Balance.WEIGHTS) {
      return Optional.of(ClassWeights.balanced(manifest, Split.TRAIN));
    }
    return classWeights.isEmpty()
        ? Optional.empty()
        : Optional.of(ClassWeights.of(manifest.classes(), classWeights));
  }
}
