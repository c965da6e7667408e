package dev.isnet.cli.experiment;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.ClassifierResult;
import dev.isnet.evaluate.ConfusionPosterior;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.GroupResults;
import dev.isnet.evaluate.MultiLabelResult;
import dev.isnet.evaluate.Patients;
import dev.isnet.evaluate.Performance;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a classifier did on one split in one scenario.
 *
 * @param split the images
 * @param scenario the shapes in their backgrounds
 * @param result what the classifier said about each image
 * @param sources the same for the images of each source; nothing where no source is known
 * @param performance what follows from that
 */
public record TestResult(
    Split split,
    BiasScenario scenario,
    ClassifierResult result,
    Optional<GroupResults> sources,
    Performance performance) {

  /** The group of images whose source is not known, beside others. */
  private static final String UNKNOWN = "(unknown)";

  /** Draws times squared classes: with more, a posterior takes minutes and gigabytes. */
  private static final int MOST_NUMBERS = 10_000_000;

  /** Enough for two digits of an interval. */
  private static final int LEAST_DRAWS = 5_000;

  /**
   * Works out what follows from a result.
   *
   * @param manifest says whom its images show, and where they come from
   * @param seed of all draws
   */
  static TestResult of(
      Split split,
      BiasScenario scenario,
      ClassifierResult result,
      DatasetManifest manifest,
      long seed) {
    Map<String, Sample> samples = new HashMap<>();
    manifest.split(split).forEach(sample -> samples.put(manifest.nameOf(sample), sample));
    List<Sample> own = result.files().stream().map(samples::get).toList();
    return of(
        split,
        scenario,
        result.withPatients(Patients.of(own.stream().map(Sample::patient).toList())),
        own.stream().map(Sample::source).toList(),
        seed);
  }

  private static TestResult of(
      Split split,
      BiasScenario scenario,
      ClassifierResult result,
      List<Optional<String>> sources,
      long seed) {
    int classes = result.classes().size();
    int draws =
        Math.min(
            ConfusionPosterior.DEFAULT_DRAWS,
            Math.max(LEAST_DRAWS, MOST_NUMBERS / (classes * classes)));
    return new TestResult(
        split,
        scenario,
        result,
        bySource(result, sources),
        result instanceof MultiLabelResult several
            ? Performance.of(several, draws, seed)
            : Performance.of((EvaluationResult) result, draws, seed));
  }

  private static Optional<GroupResults> bySource(
      ClassifierResult result, List<Optional<String>> sources) {
    if (sources.stream().allMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    List<String> names = sources.stream().map(source -> source.orElse(UNKNOWN)).toList();
    if (result instanceof EvaluationResult single) {
      int[] said = new int[single.size()];
      Arrays.setAll(said, single::predicted);
      return Optional.of(
          GroupResults.of(single.truth(), said, names, single.patients(), single.classes()));
    }
    MultiLabelResult several = (MultiLabelResult) result;
    boolean[] right = new boolean[several.size()];
    for (int i = 0; i < right.length; i++) {
      right[i] = several.right(i);
    }
    return Optional.of(GroupResults.of(right, names, several.patients()));
  }
}
