package dev.isnet.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds everything that is wrong with a data set, not just the first thing, in one pass. */
public final class DatasetCheck {
  private static final int MOST_THUMBNAILS = 6000;

  private DatasetCheck() {}

  /** Is told how far a check is. */
  public interface Progress {
    /**
     * An image was read.
     *
     * @param done images read so far
     * @param total all images
     */
    void at(int done, int total);
  }

  /**
   * Reads every image and mask of a data set.
   *
   * @param manifest the data set
   * @param size what images are to be brought to; its channels are compared with the files'
   * @return one sentence for each problem, with file and line; empty when all is well
   */
  public static List<String> problems(DatasetManifest manifest, ImageSize size) {
    return report(manifest, size).problems();
  }

  /**
   * Checks a folder whose labels file may itself be wrong: everything that is wrong in it is
   * listed, then the problems of the files that it names.
   *
   * @param folder the data set's folder
   * @param labelsFileName the labels file, relative to the folder
   * @param size what images are to be brought to; its channels are compared with the files'
   * @return one sentence for each problem, with file and line; empty when all is well
   */
  public static List<String> problems(Path folder, String labelsFileName, ImageSize size) {
    return report(folder, labelsFileName, size, Reading.standard(), (done, total) -> {}).problems();
  }

  /**
   * Checks a folder whose labels file may itself be wrong.
   *
   * @param folder the data set's folder
   * @param labelsFileName the labels file, relative to the folder
   * @param size what images are to be brought to; its channels are compared with the files'
   * @param reading how files and labels are read
   * @param progress is told how far it is
   * @return all findings
   */
  public static DatasetReport report(
      Path folder, String labelsFileName, ImageSize size, Reading reading, Progress progress) {
    return report(
        folder,
        labelsFileName,
        size,
        reading,
        LabelsFile.Splits.IF_ANY,
        Optional.empty(),
        progress);
  }

  /**
   * Checks a folder whose labels file may itself be wrong, for a training.
   *
   * @param folder the data set's folder
   * @param labelsFileName the labels file, relative to the folder
   * @param size what images are to be brought to; its channels are compared with the files'
   * @param reading how files and labels are read
   * @param plan how splits are made; empty where those of the data are taken, which it must have
   * @param progress is told how far it is
   * @return all findings
   */
  public static DatasetReport report(
      Path folder,
      String labelsFileName,
      ImageSize size,
      Reading reading,
      Optional<SplitPlan> plan,
      Progress progress) {
    LabelsFile.Splits splits = plan.isEmpty() ? LabelsFile.Splits.NEEDED : LabelsFile.Splits.MADE;
    return report(folder, labelsFileName, size, reading, splits, plan, progress);
  }

  private static DatasetReport report(
      Path folder,
      String labelsFileName,
      ImageSize size,
      Reading reading,
      LabelsFile.Splits splits,
      Optional<SplitPlan> plan,
      Progress progress) {
    List<String> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    Optional<DatasetManifest> read =
        attempt(
            () ->
                DatasetManifest.parse(folder, labelsFileName, splits, problems::add).with(reading),
            problems);
    if (read.isEmpty()) {
      return new DatasetReport(problems, warnings, Map.of(), 0, Map.of(), Optional.empty());
    }
    DatasetManifest manifest = read.get();
    boolean onlyTraining =
        manifest.samples().stream().allMatch(sample -> sample.split() == Split.TRAIN);
    if (plan.isPresent() && !manifest.samples().isEmpty()) {
      manifest = attempt(() -> plan.get().apply(read.get()), problems).orElse(manifest);
    } else if (onlyTraining && !manifest.samples().isEmpty()) {
      warnings.add(
          "%s: all images are training images; an experiment makes the other splits with data.splits."
              .formatted(manifest.labelsFile()));
    }
    return report(manifest, size, problems, warnings, progress);
  }

  /**
   * Reads every image and mask of a data set once, and looks at sizes, channels, masks, class
   * balance, foreground shares, duplicates and near-duplicates, patients and sources that cross
   * splits, and what a linear model sees in the background.
   *
   * @param manifest the data set
   * @param size what images are to be brought to; its channels are compared with the files'
   * @return all findings
   */
  public static DatasetReport report(DatasetManifest manifest, ImageSize size) {
    return report(manifest, size, (done, total) -> {});
  }

  /**
   * The same for a long check.
   *
   * @param manifest the data set
   * @param size what images are to be brought to; its channels are compared with the files'
   * @param progress is told how far it is
   * @return all findings
   */
  public static DatasetReport report(DatasetManifest manifest, ImageSize size, Progress progress) {
    return report(manifest, size, new ArrayList<>(), new ArrayList<>(), progress);
  }

  private static DatasetReport report(
      DatasetManifest manifest,
      ImageSize size,
      List<String> problems,
      List<String> warnings,
      Progress progress) {
    for (Split split : Split.values()) {
      if (!manifest.split(split).isEmpty()) {
        manifest.checkSplit(split, problems::add);
      }
    }
    SampleReader reader = new SampleReader(manifest, size);
    List<SampleFacts> facts = new ArrayList<>();
    int total = manifest.samples().size();
    int done = 0;
    for (Sample sample : manifest.samples()) {
      // Of a large data set the thumbnails of a random part are kept.
      boolean sampled = Math.floorMod(Seeds.derive(0, done), 1 + total / MOST_THUMBNAILS) == 0;
      progress.at(++done, total);
      Optional<DecodedImage> image =
          attempt(() -> reader.withinMemory(sample, () -> reader.decodeImage(sample)), problems);
      if (image.isEmpty()) {
        reader.maskProblems(sample, Optional.empty(), problems::add);
        continue;
      }
      attempt(() -> reader.image(sample, image.get()), problems);
      try {
        facts.add(
            reader.withinMemory(
                sample,
                () ->
                    SampleFacts.of(
                        sample,
                        image.get(),
                        reader,
                        reader.mask(sample, image.get()),
                        size,
                        sampled)));
      } catch (InputException e) {
        if (!reader.maskProblems(sample, image, problems::add)) {
          problems.add(e.getMessage());
        }
      }
    }
    Duplicates.find(manifest, facts, problems, warnings);
    Leakage.find(manifest, problems, warnings);
    Map<String, Map<Split, Integer>> counts = Balance.counts(manifest);
    Balance.find(manifest, counts, facts, warnings);
    Optional<DatasetReport.Probe> probe = NaturalBias.probe(manifest, facts);
    probe.flatMap(NaturalBias::warning).ifPresent(warnings::add);
    return new DatasetReport(
        problems,
        warnings,
        counts,
        (int) facts.stream().filter(each -> each.share().isPresent()).count(),
        Balance.foreground(manifest, facts),
        probe);
  }

  /** What is looked up. */
  private interface Lookup<T> {
    T get();
  }

  private static <T> Optional<T> attempt(Lookup<T> check, List<String> problems) {
    try {
      return Optional.of(check.get());
    } catch (InputException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  /** Class balance and foreground shares. */
  private static final class Balance {
    private static final int MOST_UNBALANCED = 10;
    private static final double LEAST_SHARE = 0.005;
    private static final double MOST_SHARE = 0.95;

    static Map<String, Map<Split, Integer>> counts(DatasetManifest manifest) {
      Map<String, Map<Split, Integer>> counts = new LinkedHashMap<>();
      manifest.classes().forEach(name -> counts.put(name, new LinkedHashMap<>()));
      for (Sample sample : manifest.samples()) {
        for (String label : sample.labels()) {
          counts
              .computeIfAbsent(label, name -> new LinkedHashMap<>())
              .merge(sample.split(), 1, Integer::sum);
        }
      }
      return counts;
    }

    static void find(
        DatasetManifest manifest,
        Map<String, Map<Split, Integer>> counts,
        List<SampleFacts> facts,
        List<String> warnings) {
      String rarest = "";
      String commonest = "";
      int least = Integer.MAX_VALUE;
      int most = 0;
      for (String name : manifest.classes()) {
        int count = counts.get(name).getOrDefault(Split.TRAIN, 0);
        if (count < least) {
          least = count;
          rarest = name;
        }
        if (count > most) {
          most = count;
          commonest = name;
        }
      }
      if (least > 0 && most > (long) MOST_UNBALANCED * least) {
        warnings.add(
            "The training split has %d images of '%s', but %d of '%s'; use class weights or balanced"
                    .formatted(most, commonest, least, rarest)
                + " sampling.");
      }
      for (SampleFacts each : facts) {
        if (each.share().isPresent()
            && !(each.share().get() >= LEAST_SHARE && each.share().get() <= MOST_SHARE)) {
          warnings.add(
              "%s: the mask marks %.1f %% of the image; is that the object?"
                  .formatted(each.where(manifest), 100 * each.share().get()));
        }
      }
    }

    static Map<String, Double> foreground(DatasetManifest manifest, List<SampleFacts> facts) {
      Map<String, Double> shares = new LinkedHashMap<>();
      for (String name : manifest.classes()) {
        facts.stream()
            .filter(each -> each.share().isPresent())
            .filter(each -> each.sample().labels().contains(name))
            .mapToDouble(each -> each.share().get())
            .average()
            .ifPresent(mean -> shares.put(name, mean));
      }
      return shares;
    }
  }
}
