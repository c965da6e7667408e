package dev.isnet.evaluate;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * What a confusion matrix says about the classifier behind it, with the uncertainty that comes from
 * the number of samples: the posterior distribution of every measure.
 *
 * <p>The model is that of Zhang, Wang and Zhao (SIGIR 2015): the classes' shares follow a
 * multinomial distribution, and so do the predictions within each true class; all of them have
 * uniform Dirichlet priors. The posterior of the classes' shares is Dirichlet(1 + samples of the
 * class), that of the predictions of true class j is Dirichlet(1 + counts of row j). Each draw of
 * them is a matrix of joint probabilities, from which every measure follows as it does from counts.
 * Values are posterior means, intervals the shortest that hold 95 % of the draws. A class without
 * samples has the prior's wide intervals instead of a measure of 0, and no part in macro values.
 *
 * @param perClass the measures of every class, in the order of the classes
 * @param accuracy share of samples whose class is found; with several labels, of all known answers
 *     that are right, so that a label counts by how many of its answers are known
 * @param macroPrecision mean precision over the classes that have samples
 * @param macroRecall mean recall over them: the balanced accuracy of single labels
 * @param macroSpecificity mean specificity over them
 * @param macroF1 mean F1 over them
 * @param mcc Matthews' correlation coefficient, in [−1, 1]; with several labels its mean
 */
public record ConfusionPosterior(
    List<ClassPosterior> perClass,
    Estimate accuracy,
    Estimate macroPrecision,
    Estimate macroRecall,
    Estimate macroSpecificity,
    Estimate macroF1,
    Estimate mcc) {

  /** Draws enough for three digits of means and intervals. */
  public static final int DEFAULT_DRAWS = 100_000;

  /**
   * The posterior of one class's measures.
   *
   * @param name the class
   * @param precision true positives / predicted positives
   * @param recall true positives / samples of the class
   * @param specificity true negatives / samples of the other classes
   * @param f1 harmonic mean of precision and recall
   */
  public record ClassPosterior(
      String name, Estimate precision, Estimate recall, Estimate specificity, Estimate f1) {}

  /** Copies the list. */
  public ConfusionPosterior {
    perClass = List.copyOf(perClass);
  }

  /**
   * The posterior of a single-label classifier.
   *
   * @param confusion the counts of the test, of two or more classes
   * @param draws number of draws, at least 1
   * @param seed of the draws
   * @return the posterior
   * @throws IllegalArgumentException if there are fewer than two classes, or no draws
   */
  public static ConfusionPosterior of(ConfusionMatrix confusion, int draws, long seed) {
    JointDraws joint = new JointDraws(confusion, random(seed));
    int classes = confusion.classes().size();
    Draws all = new Draws(classes, draws);
    for (int draw = 0; draw < draws; draw++) {
      joint.next();
      for (int k = 0; k < classes; k++) {
        all.add(k, draw, joint, k);
      }
      all.accuracy[draw] = joint.accuracy();
      all.mcc[draw] = joint.mcc();
    }
    return all.summary(
        confusion.classes(),
        IntStream.range(0, classes).filter(k -> confusion.support(k) > 0).toArray());
  }

  /**
   * The posterior of a classifier with several labels for a sample: each label is a yes-or-no
   * question of its own, independent of the others.
   *
   * @param labels for each label the 2×2 counts, "no" before "yes"
   * @param names the labels' names
   * @param draws number of draws, at least 1
   * @param seed of the draws
   * @return the posterior
   * @throws IllegalArgumentException if a matrix is not 2×2, names and matrices differ in number,
   *     or there are no draws
   */
  public static ConfusionPosterior ofLabels(
      List<ConfusionMatrix> labels, List<String> names, int draws, long seed) {
    if (labels.isEmpty() || labels.size() != names.size()) {
      throw new IllegalArgumentException(
          labels.size() + " matrices for " + names.size() + " labels.");
    }
    for (ConfusionMatrix label : labels) {
      if (label.classes().size() != 2) {
        throw new IllegalArgumentException(
            "A label has two answers, but a matrix has " + label.classes().size() + " classes.");
      }
    }
    UniformRandomProvider random = random(seed);
    List<JointDraws> joints = labels.stream().map(label -> new JointDraws(label, random)).toList();
    double[] known = shares(labels);
    Draws all = new Draws(labels.size(), draws);
    for (int draw = 0; draw < draws; draw++) {
      for (int k = 0; k < joints.size(); k++) {
        joints.get(k).next();
        all.add(k, draw, joints.get(k), 1);
        all.accuracy[draw] += joints.get(k).accuracy() * known[k];
        all.mcc[draw] += joints.get(k).mcc() / joints.size();
      }
    }
    return all.summary(
        names,
        IntStream.range(0, names.size()).filter(k -> labels.get(k).support(1) > 0).toArray());
  }

  /** Of all known answers those about each label; equal shares if none is known. */
  private static double[] shares(List<ConfusionMatrix> labels) {
    long all = labels.stream().mapToLong(ConfusionMatrix::total).sum();
    return labels.stream()
        .mapToDouble(label -> all == 0 ? 1.0 / labels.size() : (double) label.total() / all)
        .toArray();
  }

  private static UniformRandomProvider random(long seed) {
    return RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  /** The measures of all draws. */
  private static final class Draws {
    final double[][] precision;
    final double[][] recall;
    final double[][] specificity;
    final double[][] f1;
    final double[] accuracy;
    final double[] mcc;

    Draws(int classes, int draws) {
      if (draws < 1) {
        throw new IllegalArgumentException(
            "A posterior needs at least one draw, not " + draws + ".");
      }
      precision = new double[classes][draws];
      recall = new double[classes][draws];
      specificity = new double[classes][draws];
      f1 = new double[classes][draws];
      accuracy = new double[draws];
      mcc = new double[draws];
    }

    void add(int k, int draw, JointDraws joint, int positive) {
      precision[k][draw] = joint.precision(positive);
      recall[k][draw] = joint.recall(positive);
      specificity[k][draw] = joint.specificity(positive);
      f1[k][draw] = joint.f1(positive);
    }

    ConfusionPosterior summary(List<String> classes, int[] present) {
      // The macro values come first: summing up a measure sorts its draws.
      Estimate macroPrecision = macro(precision, present);
      Estimate macroRecall = macro(recall, present);
      Estimate macroSpecificity = macro(specificity, present);
      Estimate macroF1 = macro(f1, present);
      List<ClassPosterior> perClass =
          IntStream.range(0, classes.size())
              .mapToObj(
                  k ->
                      new ClassPosterior(
                          classes.get(k),
                          Estimate.ofPosterior(precision[k]),
                          Estimate.ofPosterior(recall[k]),
                          Estimate.ofPosterior(specificity[k]),
                          Estimate.ofPosterior(f1[k])))
              .toList();
      return new ConfusionPosterior(
          perClass,
          Estimate.ofPosterior(accuracy),
          macroPrecision,
          macroRecall,
          macroSpecificity,
          macroF1,
          Estimate.ofPosterior(mcc));
    }

    private static Estimate macro(double[][] measure, int[] classes) {
      double[] mean = new double[measure[0].length];
      for (int k : classes) {
        for (int draw = 0; draw < mean.length; draw++) {
          mean[draw] += measure[k][draw] / classes.length;
        }
      }
      return Estimate.ofPosterior(mean);
    }
  }
}
