package dev.isnet.evaluate;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.DirichletSampler;

/** Draws of the joint probabilities of true class and prediction, for two or more classes. */
final class JointDraws {
  private final DirichletSampler shares;
  private final DirichletSampler[] rows;
  private final double[][] joint;
  private final double[] predicted;
  private double[] truth;

  JointDraws(ConfusionMatrix confusion, UniformRandomProvider random) {
    int classes = confusion.classes().size();
    if (classes < 2) {
      throw new IllegalArgumentException("A posterior needs at least two classes.");
    }
    rows = new DirichletSampler[classes];
    for (int j = 0; j < classes; j++) {
      int row = j;
      rows[j] =
          DirichletSampler.of(
              random,
              IntStream.range(0, classes)
                  .mapToDouble(k -> 1.0 + confusion.count(row, k))
                  .toArray());
    }
    shares =
        DirichletSampler.of(
            random,
            IntStream.range(0, classes).mapToDouble(j -> 1.0 + confusion.support(j)).toArray());
    joint = new double[classes][];
    predicted = new double[classes];
    truth = new double[classes];
  }

  /** Draws anew. */
  void next() {
    truth = shares.sample();
    Arrays.fill(predicted, 0);
    for (int j = 0; j < joint.length; j++) {
      joint[j] = rows[j].sample();
      for (int k = 0; k < joint.length; k++) {
        joint[j][k] *= truth[j];
        predicted[k] += joint[j][k];
      }
    }
  }

  double precision(int k) {
    return joint[k][k] / predicted[k];
  }

  double recall(int k) {
    return joint[k][k] / truth[k];
  }

  double specificity(int k) {
    return 1 - (predicted[k] - joint[k][k]) / (1 - truth[k]);
  }

  double f1(int k) {
    return 2 * joint[k][k] / (truth[k] + predicted[k]);
  }

  double accuracy() {
    return IntStream.range(0, joint.length).mapToDouble(k -> joint[k][k]).sum();
  }

  double mcc() {
    return ConfusionMatrix.mcc(accuracy(), truth, predicted);
  }
}
