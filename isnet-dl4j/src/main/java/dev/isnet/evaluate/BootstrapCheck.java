package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Macro F1 and accuracy by a bootstrap within classes and by patient: a check of their posteriors,
 * which take all images for independent. Where several images show one patient these intervals are
 * the ones to believe.
 *
 * @param patients how many patients, or images of unknown ones, were drawn from
 * @param macroF1 mean F1 of the classes that have samples
 * @param accuracy share of the answers that are right, of all those that are known
 */
public record BootstrapCheck(int patients, Estimate macroF1, Estimate accuracy) {

  /** Replicates times samples: with more, a check takes seconds. */
  private static final int MOST_NUMBERS = 50_000_000;

  private static final int FEWEST_REPLICATES = 200;

  /**
   * Checks a test with single labels.
   *
   * @param result of the test, with at least one sample
   * @param seed of the draws
   * @return the check
   */
  public static BootstrapCheck of(EvaluationResult result, long seed) {
    int[] truth = result.truth();
    int[] said = new int[truth.length];
    Arrays.setAll(said, result::predicted);
    int classes = result.classes().size();
    return of(
        result,
        Bootstrap.byPatient(truth, result.patients(), replicates(truth.length), seed),
        drawn -> counts(truth, said, classes, drawn));
  }

  /**
   * Checks a test with several labels, without strata.
   *
   * @param result of the test, with at least one sample
   * @param seed of the draws
   * @return the check
   */
  public static BootstrapCheck of(MultiLabelResult result, long seed) {
    int images = result.size();
    int labels = result.classes().size();
    return of(
        result,
        Bootstrap.byPatient(
            new int[images], result.patients(), replicates((long) images * labels), seed),
        drawn -> counts(result, drawn));
  }

  private static int replicates(long numbers) {
    return (int)
        Math.max(FEWEST_REPLICATES, Math.min(Bootstrap.DEFAULT_REPLICATES, MOST_NUMBERS / numbers));
  }

  /** What is counted: per class found, in truth, said; and the share of answers that are right. */
  private record Counts(long[] found, long[] truth, long[] said, double accuracy) {

    double macroF1(int[] classes) {
      double sum = 0;
      for (int k : classes) {
        long all = truth[k] + said[k];
        sum += all == 0 ? 0 : 2.0 * found[k] / all;
      }
      return classes.length == 0 ? 0 : sum / classes.length;
    }
  }

  @FunctionalInterface
  private interface Counting {
    Counts of(int[] drawn);
  }

  private static BootstrapCheck of(
      ClassifierResult result, Bootstrap bootstrap, Counting counting) {
    List<ClassMetrics> perClass = result.perClass();
    int[] present =
        IntStream.range(0, perClass.size()).filter(k -> perClass.get(k).present()).toArray();
    return new BootstrapCheck(
        (int) result.patients().stream().distinct().count(),
        bootstrap.interval(drawn -> counting.of(drawn).macroF1(present)),
        bootstrap.interval(drawn -> counting.of(drawn).accuracy()));
  }

  private static Counts counts(int[] truth, int[] said, int classes, int[] drawn) {
    Counts counts = new Counts(new long[classes], new long[classes], new long[classes], 0);
    long right = 0;
    for (int i : drawn) {
      counts.truth[truth[i]]++;
      counts.said[said[i]]++;
      if (truth[i] == said[i]) {
        counts.found[truth[i]]++;
        right++;
      }
    }
    return new Counts(counts.found, counts.truth, counts.said, (double) right / drawn.length);
  }

  private static Counts counts(MultiLabelResult result, int[] drawn) {
    int labels = result.classes().size();
    Counts counts = new Counts(new long[labels], new long[labels], new long[labels], 0);
    long known = 0;
    long right = 0;
    for (int i : drawn) {
      for (int k = 0; k < labels; k++) {
        if (result.known()[i][k]) {
          boolean has = result.truth()[i][k];
          boolean says = result.probabilities()[i][k] >= result.thresholds()[k];
          known++;
          right += has == says ? 1 : 0;
          counts.truth[k] += has ? 1 : 0;
          counts.said[k] += says ? 1 : 0;
          counts.found[k] += has && says ? 1 : 0;
        }
      }
    }
    return new Counts(
        counts.found, counts.truth, counts.said, known == 0 ? 0 : (double) right / known);
  }
}
