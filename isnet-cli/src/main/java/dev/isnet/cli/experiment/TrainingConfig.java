package dev.isnet.cli.experiment;

import java.util.List;

/**
 * How parameters are fitted.
 *
 * @param epochs passes over the training split
 * @param batch images per step
 * @param updater the update rule
 * @param learningRate its learning rate in the first epoch
 * @param momentum its momentum; read by nesterovs alone
 * @param schedule how the learning rate goes
 * @param dropEpochs the epochs, counted from 1, from which it is a tenth; read by step alone
 * @param clipNorm largest norm of the gradient; 0 is off
 * @param weightDecay factor of the weights in their own gradient; 0 is off
 * @param patience epochs without improvement after which training ends; 0 is off
 * @param seed what everything random follows from
 * @param checkpoint which parameters the final model has
 */
public record TrainingConfig(
    int epochs,
    int batch,
    Updater updater,
    double learningRate,
    double momentum,
    Schedule schedule,
    List<Integer> dropEpochs,
    double clipNorm,
    double weightDecay,
    int patience,
    long seed,
    Checkpoint checkpoint) {

  /** How the learning rate goes over the epochs. */
  public enum Schedule {
    /** The same in every epoch. */
    CONSTANT,
    /** Down to zero along half a cosine. */
    COSINE,
    /** Divided by ten at each of the epochs named in {@code dropEpochs}. */
    STEP
  }

  /** ND4J's updaters. */
  public enum Updater {
    /** Gradient descent. */
    SGD,
    /** Gradient descent with Nesterov's momentum. */
    NESTEROVS,
    /** Adam. */
    ADAM,
    /** Adam with the larger of past second moments. */
    AMSGRAD,
    /** Adam with Nesterov's momentum. */
    NADAM,
    /** Adam with the infinity norm. */
    ADAMAX,
    /** RMSProp. */
    RMSPROP,
    /** AdaGrad. */
    ADAGRAD
  }

  /** Which parameters the final model has. */
  public enum Checkpoint {
    /** Those of the epoch with the smallest validation loss. */
    BEST,
    /** Those of the last epoch. */
    LAST
  }

  static TrainingConfig of(YamlSection yaml) {
    TrainingConfig training =
        new TrainingConfig(
            yaml.integer("epochs", 40, 1, 100_000),
            yaml.integer("batch", 16, 1, 4096),
            yaml.choice("updater", Updater.ADAM),
            yaml.number("learningRate", 0.001, 1e-9, 10),
            yaml.number("momentum", 0.9, 0, 0.9999),
            yaml.choice("schedule", Schedule.CONSTANT),
            yaml.integers("dropEpochs", List.of(), 2, 100_000),
            yaml.number("clipNorm", 1, 0, 1e6),
            yaml.number("weightDecay", 0, 0, 1),
            yaml.integer("patience", 0, 0, 100_000),
            yaml.integer("seed", 1L, Long.MIN_VALUE, Long.MAX_VALUE),
            yaml.choice("checkpoint", Checkpoint.BEST));
    if (training.schedule == Schedule.STEP && training.dropEpochs.isEmpty()) {
      throw yaml.wrong("dropEpochs", "empty", "a list of epochs, because the schedule is step");
    }
    yaml.done();
    return training;
  }

  TrainingConfig withSeed(long other) {
    return new TrainingConfig(
        epochs,
        batch,
        updater,
        learningRate,
        momentum,
        schedule,
        dropEpochs,
        clipNorm,
        weightDecay,
        patience,
        other,
        checkpoint);
  }

  TrainingConfig withEpochs(int other) {
    return new TrainingConfig(
        other,
        batch,
        updater,
        learningRate,
        momentum,
        schedule,
        dropEpochs,
        clipNorm,
        weightDecay,
        patience,
        seed,
        checkpoint);
  }
}
