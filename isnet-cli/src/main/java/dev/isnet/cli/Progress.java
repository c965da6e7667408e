package dev.isnet.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a long task is and how long it will still take. On a terminal one line is rewritten; in a
 * log file or a pipe a line is written every ten seconds.
 */
public final class Progress implements AutoCloseable {
  private static final long TERMINAL_INTERVAL = 200;
  private static final long PLAIN_INTERVAL = 10_000;

  private final String task;
  private final long total;
  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier clock;
  private final long started;
  private long first = -1;
  private long lastShown;
  private int width;

  Progress(String task, long total, PrintWriter err, boolean terminal, LongSupplier clock) {
    this.task = task;
    this.total = total;
    this.err = err;
    this.terminal = terminal;
    this.clock = clock;
    this.started = clock.getAsLong();
    this.lastShown = started;
  }

  /**
   * Starts to show a task.
   *
   * @param task what is done
   * @param total steps it takes
   * @param err where to show it
   * @return the progress, to be closed at the end of the task
   */
  public static Progress of(String task, long total, PrintWriter err) {
    return new Progress(task, total, err, isTerminal(), System::currentTimeMillis);
  }

  /** Whether somebody looks at stderr; the launcher knows. */
  static boolean isTerminal() {
    return Boolean.getBoolean("isnet.terminal");
  }

  /**
   * Shows the state, unless it was shown a moment ago.
   *
   * @param done steps done in all; the first call may be above 1 when a run is resumed
   * @param detail what else is worth knowing
   */
  public void at(long done, String detail) {
    long now = clock.getAsLong();
    if (first < 0) {
      first = done - 1; // The steps before were not made in this run and say nothing about speed.
    }
    if (done < total && now - lastShown < (terminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL)) {
      return;
    }
    lastShown = now;
    long left = (now - started) * (total - done) / Math.max(1, done - first);
    show(
        String.format(
            Locale.ROOT,
            "%s: %d %% (%d of %d), %s left%s",
            task,
            100 * done / Math.max(1, total),
            done,
            total,
            time(left),
            detail.isEmpty() ? "" : ", " + detail));
  }

  /** Writes a line that stays. */
  public void note(String line) {
    erase();
    err.println(line);
    err.flush();
  }

  private void show(String line) {
    if (terminal) {
      err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      width = line.length();
    } else {
      err.println(line);
    }
    err.flush();
  }

  private void erase() {
    if (width > 0) {
      err.print("\r" + " ".repeat(width) + "\r");
      width = 0;
    }
  }

  /** A span of time as people say it. */
  static String time(long millis) {
    Duration duration = Duration.ofMillis(millis);
    if (duration.toHours() > 0) {
      return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
    }
    return duration.toMinutes() > 0
        ? "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart())
        : duration.toSeconds() + " s";
  }

  @Override
  public void close() {
    erase();
    err.flush();
  }
}
