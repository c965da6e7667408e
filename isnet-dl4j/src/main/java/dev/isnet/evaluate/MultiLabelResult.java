package dev.isnet.evaluate;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a classifier with several labels for a sample said about N samples, and what was right. A
 * label is predicted where its probability is at least its threshold.
 *
 * <p>The arrays are kept, not copied: do not change them.
 *
 * @param classes the labels, K names
 * @param probabilities [N][K], each in [0, 1]
 * @param truth [N][K]
 * @param thresholds K, 0.5 as a rule
 * @param files the file of each sample, N names
 */
public record MultiLabelResult(
    List<String> classes,
    double[][] probabilities,
    boolean[][] truth,
    double[] thresholds,
    List<String> files) {

  /**
   * @throws IllegalArgumentException if the sizes differ, or a probability is not a number (the
   *     message names the file)
   */
  public MultiLabelResult {
    classes = List.copyOf(classes);
    files = List.copyOf(files);
    if (classes.isEmpty()
        || thresholds.length != classes.size()
        || probabilities.length != files.size()
        || truth.length != files.size()) {
      throw new IllegalArgumentException(
          "%d rows of probabilities, %d of truth, %d files, %d labels, %d thresholds do not fit."
              .formatted(
                  probabilities.length,
                  truth.length,
                  files.size(),
                  classes.size(),
                  thresholds.length));
    }
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i].length != classes.size() || truth[i].length != classes.size()) {
        throw new IllegalArgumentException(
            "%d probabilities and %d answers for %d labels at %s."
                .formatted(probabilities[i].length, truth[i].length, classes.size(), files.get(i)));
      }
      for (int k = 0; k < classes.size(); k++) {
        if (Double.isNaN(probabilities[i][k])) {
          throw new IllegalArgumentException(
              "The classifier gives no number for class " + k + " of " + files.get(i) + ".");
        }
      }
    }
  }

  /** The 2×2 counts of label k, "no" before "yes". */
  public ConfusionMatrix confusion(int k) {
    int[] right = IntStream.range(0, truth.length).map(i -> truth[i][k] ? 1 : 0).toArray();
    int[] said =
        IntStream.range(0, truth.length)
            .map(i -> probabilities[i][k] >= thresholds[k] ? 1 : 0)
            .toArray();
    return ConfusionMatrix.of(right, said, List.of("not " + classes.get(k), classes.get(k)));
  }

  /** The 2×2 counts of all labels. */
  public List<ConfusionMatrix> confusions() {
    return IntStream.range(0, classes.size()).mapToObj(this::confusion).toList();
  }
}
