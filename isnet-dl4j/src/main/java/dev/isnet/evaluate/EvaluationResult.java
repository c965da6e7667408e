package dev.isnet.evaluate;

import java.util.List;

/**
 * What a classifier said about N samples, and what was right.
 *
 * <p>The arrays are kept, not copied: do not change them.
 *
 * @param confusion the counts of true and predicted classes
 * @param probabilities [N][K], each in [0, 1]
 * @param truth the true class of each sample, N indices
 * @param files the file of each sample, N names
 * @param patients whom each sample shows, N names: samples of one patient are not independent of
 *     each other, and bootstraps draw them together
 */
public record EvaluationResult(
    ConfusionMatrix confusion,
    double[][] probabilities,
    int[] truth,
    List<String> files,
    List<String> patients)
    implements ClassifierResult {

  /**
   * @throws IllegalArgumentException if the number of probabilities, true classes, files and
   *     patients differ
   */
  public EvaluationResult {
    files = List.copyOf(files);
    patients = List.copyOf(patients);
    if (probabilities.length != truth.length
        || files.size() != truth.length
        || patients.size() != truth.length) {
      throw new IllegalArgumentException(
          "%d rows of probabilities, %d true classes, %d files and %d patients do not belong together."
              .formatted(probabilities.length, truth.length, files.size(), patients.size()));
    }
  }

  /**
   * Predicts the most probable class of each sample and counts. Nothing is known of patients.
   *
   * @param probabilities [N][K]
   * @param truth N class indices in [0, K)
   * @param files N names
   * @param classes K class names
   * @throws IllegalArgumentException if the sizes differ, or a probability is not a number (the
   *     message names the file)
   */
  public static EvaluationResult of(
      double[][] probabilities, int[] truth, List<String> files, List<String> classes) {
    if (probabilities.length != files.size()) {
      throw new IllegalArgumentException(
          probabilities.length + " rows of probabilities but " + files.size() + " files.");
    }
    int[] predicted = new int[probabilities.length];
    for (int i = 0; i < predicted.length; i++) {
      if (probabilities[i].length != classes.size()) {
        throw new IllegalArgumentException(
            "%d probabilities for %d classes at %s."
                .formatted(probabilities[i].length, classes.size(), files.get(i)));
      }
      predicted[i] = mostProbable(probabilities[i], files.get(i));
    }
    return new EvaluationResult(
        ConfusionMatrix.of(truth, predicted, classes),
        probabilities,
        truth,
        files,
        Patients.unknown(files.size()));
  }

  @Override
  public EvaluationResult withPatients(List<String> names) {
    return new EvaluationResult(confusion, probabilities, truth, files, names);
  }

  @Override
  public List<String> classes() {
    return confusion.classes();
  }

  /** Number of samples, N. */
  @Override
  public int size() {
    return truth.length;
  }

  @Override
  public List<ClassMetrics> perClass() {
    return confusion.perClass();
  }

  @Override
  public List<RocCurve> rocs() {
    boolean[][] positive = new boolean[size()][classes().size()];
    for (int i = 0; i < positive.length; i++) {
      positive[i][truth[i]] = true;
    }
    return RocCurve.ofClasses(classes(), probabilities, positive);
  }

  @Override
  public double accuracy() {
    return confusion.accuracy();
  }

  /** The most probable class of sample i; of equals the first. */
  public int predicted(int i) {
    return mostProbable(probabilities[i], files.get(i));
  }

  private static int mostProbable(double[] row, String file) {
    int best = 0;
    for (int k = 0; k < row.length; k++) {
      if (Double.isNaN(row[k])) {
        throw new IllegalArgumentException(
            "The classifier gives no number for class " + k + " of " + file + ".");
      }
      if (row[k] > row[best]) {
        best = k;
      }
    }
    return best;
  }
}
