package dev.isnet.evaluate;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.InputException;
import dev.isnet.data.Sample;
import dev.isnet.data.SplitPlan;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The test that a bias of the sources cannot pass: each source in turn is kept out of training and
 * tested on, so that nothing which only its images have in common can be learnt.
 */
public final class LeaveOneSourceOut {

  private LeaveOneSourceOut() {}

  /**
   * Trains and tests once for each source.
   *
   * @param manifest the data set; images of unknown source are always among those to train with
   * @param plan shares out the images of the other sources between training and validation
   * @param trainAndTest trains with a manifest's training split and evaluates its test split
   * @return the result on each source, in the order of their names
   * @throws InputException if the images come from fewer than two sources
   */
  public static Map<String, EvaluationResult> evaluate(
      DatasetManifest manifest,
      SplitPlan plan,
      Function<DatasetManifest, EvaluationResult> trainAndTest) {
    List<String> sources =
        manifest.samples().stream()
            .map(Sample::source)
            .flatMap(source -> source.stream())
            .distinct()
            .sorted()
            .toList();
    if (sources.size() < 2) {
      throw new InputException(
          "%s names the sources %s, but leaving one out takes at least two; fill the column source."
              .formatted(manifest.labelsFile(), sources));
    }
    Map<String, EvaluationResult> results = new TreeMap<>();
    for (String source : sources) {
      results.put(source, trainAndTest.apply(plan.leaving(source).apply(manifest)));
    }
    return results;
  }
}
