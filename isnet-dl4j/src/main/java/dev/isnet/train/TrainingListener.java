package dev.isnet.train;

/** Is told how training goes, in the trainer's thread. */
public interface TrainingListener {

  /**
   * After each step.
   *
   * @param epoch counted from 0
   * @param step counted from 0
   * @param steps steps of the epoch
   * @param loss the batch's loss
   */
  default void step(int epoch, int step, int steps, double loss) {}

  /**
   * After each epoch, before its checkpoint is written: after a crash between the two the epoch
   * comes again.
   *
   * @param metrics what it brought
   */
  default void epoch(EpochMetrics metrics) {}
}
