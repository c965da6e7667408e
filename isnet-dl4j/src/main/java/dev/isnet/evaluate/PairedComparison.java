package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Two systems on the same samples: first less second, so that positive numbers speak for the first.
 *
 * @param accuracy difference of the accuracies
 * @param macroF1 difference of the macro F1 values
 * @param mcNemar test of the answers
 * @param auc for each class the difference of the areas; empty where there are not two positive and
 *     two negative samples
 */
public record PairedComparison(
    Estimate accuracy, Estimate macroF1, McNemar mcNemar, List<Optional<RocAuc.Difference>> auc) {

  /** Copies the list. */
  public PairedComparison {
    auc = List.copyOf(auc);
  }

  /**
   * Compares two results by a bootstrap that resamples both alike.
   *
   * @param first one system's result
   * @param second the other's, on the same samples in the same order
   * @param bootstrap of these samples
   * @return the comparison
   * @throws IllegalArgumentException if the samples or classes differ
   */
  public static PairedComparison of(
      EvaluationResult first, EvaluationResult second, Bootstrap bootstrap) {
    List<String> classes = first.confusion().classes();
    if (!first.files().equals(second.files())
        || !Arrays.equals(first.truth(), second.truth())
        || !classes.equals(second.confusion().classes())) {
      throw new IllegalArgumentException(
          "The two systems were not tested on the same samples with the same classes.");
    }
    int[] a = predictions(first);
    int[] b = predictions(second);
    int[] truth = first.truth();
    return new PairedComparison(
        bootstrap.interval(
            at ->
                confusion(truth, a, at, classes).accuracy()
                    - confusion(truth, b, at, classes).accuracy()),
        bootstrap.interval(
            at ->
                confusion(truth, a, at, classes).macroF1()
                    - confusion(truth, b, at, classes).macroF1()),
        McNemar.of(right(truth, a), right(truth, b)),
        IntStream.range(0, classes.size()).mapToObj(k -> areas(first, second, k)).toList());
  }

  private static Optional<RocAuc.Difference> areas(
      EvaluationResult first, EvaluationResult second, int k) {
    boolean[] positive = new boolean[first.size()];
    int positives = 0;
    for (int i = 0; i < positive.length; i++) {
      positive[i] = first.truth()[i] == k;
      positives += positive[i] ? 1 : 0;
    }
    return positives < 2 || positive.length - positives < 2
        ? Optional.empty()
        : Optional.of(
            RocAuc.difference(
                RocAuc.column(first.probabilities(), k),
                RocAuc.column(second.probabilities(), k),
                positive));
  }

  private static int[] predictions(EvaluationResult result) {
    return IntStream.range(0, result.size()).map(result::predicted).toArray();
  }

  private static boolean[] right(int[] truth, int[] predicted) {
    boolean[] right = new boolean[truth.length];
    for (int i = 0; i < right.length; i++) {
      right[i] = truth[i] == predicted[i];
    }
    return right;
  }

  private static ConfusionMatrix confusion(
      int[] truth, int[] predicted, int[] at, List<String> classes) {
    return ConfusionMatrix.of(
        Arrays.stream(at).map(i -> truth[i]).toArray(),
        Arrays.stream(at).map(i -> predicted[i]).toArray(),
        classes);
  }
}
