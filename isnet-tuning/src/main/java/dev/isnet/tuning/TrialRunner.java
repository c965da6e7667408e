package dev.isnet.tuning;

/** Trains and measures candidates; the search knows no more of it. */
@FunctionalInterface
public interface TrialRunner {

  /**
   * Trains a candidate up to some number of epochs, going on where an earlier trial of it ended or
   * was killed, and measures it. Called from several threads when trials are run in parallel.
   *
   * @param trial what is asked
   * @return what came of it; whatever is the candidate's fault is {@link Outcome.Failed}
   * @throws InterruptedException if the thread was interrupted; nothing of the trial runs any more
   * @throws Exception what ends the whole search, such as a full disk
   */
  Outcome run(Trial trial) throws Exception;
}
