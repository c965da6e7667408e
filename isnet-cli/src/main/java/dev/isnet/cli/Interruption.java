package dev.isnet.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

/** Control-C, or a shutdown of the machine, during work that a later call can go on with. */
final class Interruption {
  private Interruption() {}

  /** The same for training, which goes on after the last finished epoch. */
  static <T> T during(PrintWriter err, Callable<T> work) throws Exception {
    return during(err, "epoch", work);
  }

  /**
   * Does some work; a signal that ends the program meanwhile makes it say how to go on.
   *
   * @param <T> what the work results in
   * @param err where to say it
   * @param piece what is not done again once it is finished
   * @param work the work
   * @return its result
   * @throws Exception what the work throws
   */
  static <T> T during(PrintWriter err, String piece, Callable<T> work) throws Exception {
    Thread hint =
        new Thread(
            () -> {
              // Whatever progress stands in the terminal's last line stays readable.
              String start = Progress.isTerminal() ? "\n" : "";
              err.println(
                  start
                      + "isnet: Interrupted; the same command goes on after the last finished"
                      + " "
                      + piece
                      + ".");
              err.flush();
            });
    Runtime.getRuntime().addShutdownHook(hint);
    try {
      return work.call();
    } finally {
      remove(hint);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending, and the hint is being shown.
    }
  }
}
