package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How often each true class was taken for each class, and the measures that follow.
 *
 * <p>A ratio of nothing to nothing is 0: the precision of a class that is never predicted, the
 * recall of a class without samples, the accuracy of an empty matrix, as in scikit-learn with
 * {@code zero_division=0}. Macro values are unweighted means over the classes that have samples:
 * nothing is known of the others.
 *
 * @param classes class names, K of them
 * @param counts [truth][predicted], K×K, none negative; copied, as is what the accessor returns
 */
public record ConfusionMatrix(List<String> classes, long[][] counts) {

  /**
   * @throws IllegalArgumentException if there is no class, if the counts are not K×K, or if one is
   *     negative
   */
  public ConfusionMatrix {
    classes = List.copyOf(classes);
    counts = copy(counts);
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("A confusion matrix needs at least one class.");
    }
    if (counts.length != classes.size()) {
      throw new IllegalArgumentException(
          "Confusion matrix of " + counts.length + " rows for " + classes.size() + " classes.");
    }
    for (int truth = 0; truth < counts.length; truth++) {
      if (counts[truth].length != classes.size()) {
        throw new IllegalArgumentException(
            "Row %d of the confusion matrix has %d columns for %d classes."
                .formatted(truth, counts[truth].length, classes.size()));
      }
      if (Arrays.stream(counts[truth]).anyMatch(n -> n < 0)) {
        throw new IllegalArgumentException(
            "Row %d of the confusion matrix has a negative count: %s."
                .formatted(truth, Arrays.toString(counts[truth])));
      }
    }
  }

  /**
   * Counts pairs of true and predicted class.
   *
   * @param truth class indices in [0, K)
   * @param predicted class indices in [0, K), as many
   * @throws IllegalArgumentException if the lengths differ or an index is out of range
   */
  public static ConfusionMatrix of(int[] truth, int[] predicted, List<String> classes) {
    if (truth.length != predicted.length) {
      throw new IllegalArgumentException(
          truth.length + " true classes but " + predicted.length + " predicted ones.");
    }
    int k = classes.size();
    long[][] counts = new long[k][k];
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] < 0 || truth[i] >= k || predicted[i] < 0 || predicted[i] >= k) {
        throw new IllegalArgumentException(
            "Sample %d has true class %d and predicted class %d; there are %d classes."
                .formatted(i, truth[i], predicted[i], k));
      }
      counts[truth[i]][predicted[i]]++;
    }
    return new ConfusionMatrix(classes, counts);
  }

  @Override
  public long[][] counts() {
    return copy(counts);
  }

  /** How often class {@code truth} was taken for class {@code predicted}. */
  public long count(int truth, int predicted) {
    return counts[truth][predicted];
  }

  /** Number of samples. */
  public long total() {
    return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
  }

  /** Number of samples of class k. */
  public long support(int k) {
    return Arrays.stream(counts[k]).sum();
  }

  /** Share of samples whose class was found. */
  public double accuracy() {
    return ratio(IntStream.range(0, counts.length).mapToLong(k -> counts[k][k]).sum(), total());
  }

  /** Share of class k among what was predicted to be class k. */
  public double precision(int k) {
    return ratio(counts[k][k], predictions(k));
  }

  /** Share of the samples of class k that were found; also called sensitivity. */
  public double recall(int k) {
    return ratio(counts[k][k], support(k));
  }

  /** Share of the samples of all other classes that were not taken for class k. */
  public double specificity(int k) {
    long others = total() - support(k);
    long falsePositives = predictions(k) - counts[k][k];
    return ratio(others - falsePositives, others);
  }

  /** Harmonic mean of precision and recall of class k: 2·TP / (2·TP + FP + FN). */
  public double f1(int k) {
    return ratio(2 * counts[k][k], support(k) + predictions(k));
  }

  /** Mean precision over the classes that have samples. */
  public double macroPrecision() {
    return macro(this::precision);
  }

  /** Mean recall over the classes that have samples; also called balanced accuracy. */
  public double macroRecall() {
    return macro(this::recall);
  }

  /** Mean specificity over the classes that have samples. */
  public double macroSpecificity() {
    return macro(this::specificity);
  }

  /** Mean F1 over the classes that have samples: the headline measure of the paper (maF1). */
  public double macroF1() {
    return macro(this::f1);
  }

  /**
   * Matthews' correlation coefficient of K classes (Gorodkin 2004): 1 when every class is found, 0
   * for chance, and 0 when all samples have one class or all predictions are the same.
   *
   * @return in [−1, 1]
   */
  public double mcc() {
    double n = Math.max(1, total());
    return mcc(
        accuracy(),
        IntStream.range(0, counts.length).mapToDouble(k -> support(k) / n).toArray(),
        IntStream.range(0, counts.length).mapToDouble(k -> predictions(k) / n).toArray());
  }

  /** The same from shares: of what is right, of each true class, and of each predicted one. */
  static double mcc(double accuracy, double[] truth, double[] predicted) {
    double chance = 0;
    double truthSquares = 0;
    double predictedSquares = 0;
    for (int k = 0; k < truth.length; k++) {
      chance += truth[k] * predicted[k];
      truthSquares += truth[k] * truth[k];
      predictedSquares += predicted[k] * predicted[k];
    }
    double norm = Math.sqrt((1 - truthSquares) * (1 - predictedSquares));
    // Rounding may bring it a little beyond ±1.
    return norm > 0 ? Math.max(-1, Math.min(1, (accuracy - chance) / norm)) : 0;
  }

  /** The measures of every class, in the order of the classes. */
  public List<ClassMetrics> perClass() {
    return IntStream.range(0, classes.size())
        .mapToObj(
            k ->
                new ClassMetrics(
                    classes.get(k), support(k), precision(k), recall(k), specificity(k), f1(k)))
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionMatrix that
        && classes.equals(that.classes)
        && Arrays.deepEquals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * classes.hashCode() + Arrays.deepHashCode(counts);
  }

  @Override
  public String toString() {
    return "ConfusionMatrix[classes=" + classes + ", counts=" + Arrays.deepToString(counts) + "]";
  }

  private long predictions(int k) {
    return Arrays.stream(counts).mapToLong(row -> row[k]).sum();
  }

  private double macro(IntToDoubleFunction measure) {
    return IntStream.range(0, classes.size())
        .filter(k -> support(k) > 0)
        .mapToDouble(measure)
        .average()
        .orElse(0);
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  private static long[][] copy(long[][] rows) {
    return Arrays.stream(rows).map(long[]::clone).toArray(long[][]::new);
  }
}
