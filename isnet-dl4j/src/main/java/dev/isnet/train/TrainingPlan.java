package dev.isnet.train;

import java.util.Optional;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * How training goes.
 *
 * @param epochs passes over the training data, at least 1
 * @param updater ND4J's updater, its learning rate and schedule included
 * @param clipNorm greatest norm of the gradient of all parameters together; 0 for no limit
 * @param weightDecay share of every weight (not of biases and batch norms) that each step takes
 *     away, times the learning rate; 0 for none
 * @param p schedule of P by epoch, instead of the objective's constant; validation always uses the
 *     objective's
 * @param patience epochs without a smaller validation loss after which training stops; 0 for never
 * @param seed decides what dropout drops
 */
public record TrainingPlan(
    int epochs,
    IUpdater updater,
    double clipNorm,
    double weightDecay,
    Optional<ISchedule> p,
    int patience,
    long seed) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public TrainingPlan {
    require(epochs >= 1, "epochs must be at least 1", epochs);
    require(clipNorm >= 0, "clipNorm must be at least 0", clipNorm);
    require(weightDecay >= 0, "weightDecay must be at least 0", weightDecay);
    require(patience >= 0, "patience must be at least 0", patience);
  }

  /**
   * Adam with a learning rate of 1e-3, gradients clipped at norm 1, no weight decay, P as the
   * objective has it, no early stopping, seed 1.
   *
   * @param epochs passes over the training data, at least 1
   * @return the plan
   */
  public static TrainingPlan standard(int epochs) {
    return new TrainingPlan(epochs, new Adam(1e-3), 1, 0, Optional.empty(), 0, 1);
  }

  /**
   * The same for another number of epochs.
   *
   * @param other passes over the training data, at least 1
   * @return the plan
   */
  public TrainingPlan withEpochs(int other) {
    return new TrainingPlan(other, updater, clipNorm, weightDecay, p, patience, seed);
  }

  /**
   * The same with another updater.
   *
   * @param other ND4J's updater, its learning rate and schedule included
   * @return the plan
   */
  public TrainingPlan withUpdater(IUpdater other) {
    return new TrainingPlan(epochs, other, clipNorm, weightDecay, p, patience, seed);
  }

  /**
   * The same with a P that changes from epoch to epoch.
   *
   * @param schedule P by epoch; validation always uses the objective's
   * @return the plan
   */
  public TrainingPlan withP(ISchedule schedule) {
    return new TrainingPlan(
        epochs, updater, clipNorm, weightDecay, Optional.of(schedule), patience, seed);
  }

  /** The same with P as the objective has it. */
  TrainingPlan withoutSchedule() {
    return new TrainingPlan(
        epochs, updater, clipNorm, weightDecay, Optional.empty(), patience, seed);
  }

  private static void require(boolean holds, String rule, double value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ", not " + value);
    }
  }
}
