package dev.isnet.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Everything that a test says about a classifier, with intervals: the posterior of what follows
 * from the confusion matrix, DeLong's intervals of the areas, and the calibration of the
 * probabilities.
 *
 * @param samples number of samples; with several labels, each counts for those labels that are
 *     known of it
 * @param counted the measures as they follow from the counts alone, for each class
 * @param posterior the same with their uncertainty
 * @param macroF1 mean F1 of the classes that have samples, as it follows from the counts alone
 * @param rankings for each class how well its probability orders the samples
 * @param macroAuc mean of the areas; empty unless every class has two positive and two negative
 *     samples
 * @param macroAveragePrecision mean over the classes that have samples; 0 if none has
 * @param bootstrap macro F1 and accuracy once more, by patient
 * @param calibration of the predicted class's probability; with several labels, of every label's
 */
public record Performance(
    long samples,
    List<ClassMetrics> counted,
    ConfusionPosterior posterior,
    double macroF1,
    List<Ranking> rankings,
    Optional<Estimate> macroAuc,
    double macroAveragePrecision,
    BootstrapCheck bootstrap,
    Calibration calibration) {

  /**
   * How well a class's probability orders the samples, that class against all others.
   *
   * @param name the class
   * @param auc area under the ROC; empty unless there are two positive and two negative samples
   * @param averagePrecision area under the precision-recall curve; empty without positive samples
   */
  public record Ranking(String name, Optional<Estimate> auc, Optional<Double> averagePrecision) {}

  /** Copies the lists. */
  public Performance {
    counted = List.copyOf(counted);
    rankings = List.copyOf(rankings);
  }

  /**
   * Sums up a test with single labels.
   *
   * @param result of the test, with at least one sample and two classes
   * @param draws of the posterior, e.g. {@link ConfusionPosterior#DEFAULT_DRAWS}
   * @param seed of the draws
   * @return the summary
   */
  public static Performance of(EvaluationResult result, int draws, long seed) {
    List<String> classes = result.confusion().classes();
    boolean[][] truth = new boolean[result.size()][classes.size()];
    double[] confidence = new double[result.size()];
    boolean[] right = new boolean[result.size()];
    for (int i = 0; i < result.size(); i++) {
      truth[i][result.truth()[i]] = true;
      int predicted = result.predicted(i);
      confidence[i] = result.probabilities()[i][predicted];
      right[i] = predicted == result.truth()[i];
    }
    return of(
        result.confusion().perClass(),
        ConfusionPosterior.of(result.confusion(), draws, seed),
        result.probabilities(),
        truth,
        Collections.nCopies(classes.size(), IntStream.range(0, result.size()).toArray()),
        BootstrapCheck.of(result, seed),
        Calibration.of(confidence, right, Calibration.DEFAULT_BINS));
  }

  /**
   * Sums up a test with several labels for a sample.
   *
   * @param result of the test, with at least one sample
   * @param draws of the posterior
   * @param seed of the draws
   * @return the summary
   */
  public static Performance of(MultiLabelResult result, int draws, long seed) {
    List<ConfusionMatrix> confusions = result.confusions();
    List<int[]> known =
        IntStream.range(0, result.classes().size()).mapToObj(result::known).toList();
    int answers = known.stream().mapToInt(samples -> samples.length).sum();
    double[] probabilities = new double[answers];
    boolean[] truth = new boolean[answers];
    int at = 0;
    for (int k = 0; k < known.size(); k++) {
      for (int i : known.get(k)) {
        probabilities[at] = result.probabilities()[i][k];
        truth[at++] = result.truth()[i][k];
      }
    }
    return of(
        result.perClass(),
        ConfusionPosterior.ofLabels(confusions, result.classes(), draws, seed),
        result.probabilities(),
        result.truth(),
        known,
        BootstrapCheck.of(result, seed),
        Calibration.of(probabilities, truth, Calibration.DEFAULT_BINS));
  }

  private static Performance of(
      List<ClassMetrics> counted,
      ConfusionPosterior posterior,
      double[][] probabilities,
      boolean[][] truth,
      List<int[]> known,
      BootstrapCheck bootstrap,
      Calibration calibration) {
    List<Ranking> rankings = new ArrayList<>();
    for (int k = 0; k < counted.size(); k++) {
      rankings.add(
          ranking(
              counted.get(k).name(),
              RocAuc.column(probabilities, known.get(k), k),
              RocAuc.column(truth, known.get(k), k)));
    }
    boolean everyArea = rankings.stream().allMatch(ranking -> ranking.auc().isPresent());
    return new Performance(
        truth.length,
        counted,
        posterior,
        counted.stream()
            .filter(ClassMetrics::present)
            .mapToDouble(ClassMetrics::f1)
            .average()
            .orElse(0),
        rankings,
        everyArea ? Optional.of(RocAuc.macro(probabilities, truth, known)) : Optional.empty(),
        rankings.stream()
            .flatMap(ranking -> ranking.averagePrecision().stream())
            .mapToDouble(Double::doubleValue)
            .average()
            .orElse(0),
        bootstrap,
        calibration);
  }

  private static Ranking ranking(String name, double[] scores, boolean[] positive) {
    long positives = IntStream.range(0, positive.length).filter(i -> positive[i]).count();
    return new Ranking(
        name,
        positives >= 2 && positive.length - positives >= 2
            ? Optional.of(RocAuc.of(scores, positive))
            : Optional.empty(),
        positives > 0 ? Optional.of(AveragePrecision.of(scores, positive)) : Optional.empty());
  }
}
