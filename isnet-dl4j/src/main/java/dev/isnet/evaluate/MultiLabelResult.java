package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;

/**
 * What a classifier with several labels for a sample said about N samples, and what was right. A
 * label is predicted where its probability is at least its threshold.
 *
 * <p>The arrays are kept, not copied: do not change them.
 *
 * @param classes the labels, K names
 * @param probabilities [N][K], each in [0, 1]
 * @param truth [N][K]; of no account where nobody knows
 * @param known [N][K]: whether the answer is known; what is not counts nowhere
 * @param thresholds K, 0.5 as a rule
 * @param files the file of each sample, N names
 * @param patients whom each sample shows, N names: samples of one patient are not independent of
 *     each other, and bootstraps draw them together
 */
public record MultiLabelResult(
    List<String> classes,
    double[][] probabilities,
    boolean[][] truth,
    boolean[][] known,
    double[] thresholds,
    List<String> files,
    List<String> patients)
    implements ClassifierResult {

  /**
   * @throws IllegalArgumentException if the sizes differ, or a probability is not a number (the
   *     message names the file)
   */
  public MultiLabelResult {
    classes = List.copyOf(classes);
    files = List.copyOf(files);
    patients = List.copyOf(patients);
    if (classes.isEmpty()
        || thresholds.length != classes.size()
        || probabilities.length != files.size()
        || patients.size() != files.size()
        || truth.length != files.size()
        || known.length != files.size()) {
      throw new IllegalArgumentException(
          "%d rows of probabilities, %d of truth, %d of what is known, %d files, %d patients, %d labels, %d thresholds do not fit."
              .formatted(
                  probabilities.length,
                  truth.length,
                  known.length,
                  files.size(),
                  patients.size(),
                  classes.size(),
                  thresholds.length));
    }
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i].length != classes.size()
          || truth[i].length != classes.size()
          || known[i].length != classes.size()) {
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

  /**
   * The result of a test with the threshold ½ for every label. Nothing is known of patients.
   *
   * @param probabilities N rows of K
   * @param answers N rows of K: 1 yes, 0 no, below 0 unknown
   * @param files N names
   * @param classes K names
   * @return the result
   * @throws IllegalArgumentException if the sizes differ, or a probability is not a number
   */
  public static MultiLabelResult of(
      List<double[]> probabilities,
      List<double[]> answers,
      List<String> files,
      List<String> classes) {
    double[] halves = new double[classes.size()];
    Arrays.fill(halves, 0.5);
    return new MultiLabelResult(
        classes,
        probabilities.toArray(new double[0][]),
        rows(answers, answer -> answer > 0),
        rows(answers, answer -> answer >= 0),
        halves,
        files,
        Patients.unknown(files.size()));
  }

  @Override
  public MultiLabelResult withPatients(List<String> names) {
    return new MultiLabelResult(classes, probabilities, truth, known, thresholds, files, names);
  }

  private static boolean[][] rows(List<double[]> answers, DoublePredicate which) {
    boolean[][] rows = new boolean[answers.size()][];
    for (int i = 0; i < rows.length; i++) {
      double[] row = answers.get(i);
      rows[i] = new boolean[row.length];
      for (int k = 0; k < row.length; k++) {
        rows[i][k] = which.test(row[k]);
      }
    }
    return rows;
  }

  /** Number of samples, N. */
  @Override
  public int size() {
    return files.size();
  }

  /** For each label what is achieved on those samples that have it. */
  @Override
  public List<ClassMetrics> perClass() {
    return confusions().stream().map(confusion -> confusion.perClass().get(1)).toList();
  }

  @Override
  public double accuracy() {
    List<ConfusionMatrix> all = confusions();
    long known = all.stream().mapToLong(ConfusionMatrix::total).sum();
    long right = all.stream().mapToLong(each -> each.count(0, 0) + each.count(1, 1)).sum();
    return known == 0 ? 0 : (double) right / known;
  }

  /** Whether all known answers about sample i are right. */
  public boolean right(int i) {
    return IntStream.range(0, classes.size())
        .allMatch(k -> !known[i][k] || truth[i][k] == (probabilities[i][k] >= thresholds[k]));
  }

  /** The samples whose answer for label k is known. */
  int[] known(int k) {
    return IntStream.range(0, known.length).filter(i -> known[i][k]).toArray();
  }

  /** The 2×2 counts of label k, "no" before "yes", over the samples whose answer is known. */
  public ConfusionMatrix confusion(int k) {
    int[] samples = known(k);
    int[] right = Arrays.stream(samples).map(i -> truth[i][k] ? 1 : 0).toArray();
    int[] said =
        Arrays.stream(samples).map(i -> probabilities[i][k] >= thresholds[k] ? 1 : 0).toArray();
    return ConfusionMatrix.of(right, said, List.of("not " + classes.get(k), classes.get(k)));
  }

  /** The area under label k's ROC; empty unless two known samples have it and two do not. */
  public Optional<Estimate> auc(int k) {
    int[] samples = known(k);
    boolean[] positive = RocAuc.column(truth, samples, k);
    long positives = confusion(k).support(1);
    return positives < 2 || samples.length - positives < 2
        ? Optional.empty()
        : Optional.of(RocAuc.of(RocAuc.column(probabilities, samples, k), positive));
  }

  @Override
  public List<RocCurve> rocs() {
    return IntStream.range(0, classes.size())
        .filter(k -> auc(k).isPresent())
        .mapToObj(
            k ->
                RocCurve.of(
                    classes.get(k),
                    RocAuc.column(probabilities, known(k), k),
                    RocAuc.column(truth, known(k), k)))
        .toList();
  }

  /** The mean of all areas; empty unless every label has one. */
  public Optional<Estimate> macroAuc() {
    List<int[]> samples = IntStream.range(0, classes.size()).mapToObj(this::known).toList();
    return IntStream.range(0, classes.size()).allMatch(k -> auc(k).isPresent())
        ? Optional.of(RocAuc.macro(probabilities, truth, samples))
        : Optional.empty();
  }

  /** The 2×2 counts of all labels. */
  public List<ConfusionMatrix> confusions() {
    return IntStream.range(0, classes.size()).mapToObj(this::confusion).toList();
  }
}
