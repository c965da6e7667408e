package dev.isnet.notebook;

import dev.isnet.train.EpochMetrics;
import dev.isnet.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Shows how far training is, in one line that rewrites itself twice a second and ends as a summary,
 * and keeps what each epoch brought.
 *
 * <pre>{@code
 * try (Progress progress = Progress.of("plain", plan.epochs())) {
 *   Trainer.builder(network, objective, plan, train, val).optListener(progress).build().fit();
 * }
 * }</pre>
 */
public final class Progress implements TrainingListener, AutoCloseable {

  private static final long INTERVAL = 500;
  private static final int BAR = 30;

  private final String task;
  private final int total;
  private final Output output;
  private final LongSupplier clock;
  private final long started;
  private final List<EpochMetrics> epochs = new ArrayList<>();
  private Optional<String> shown = Optional.empty();
  private long lastShown;

  Progress(String task, int total, Output output, LongSupplier clock) {
    this.task = task;
    this.total = total;
    this.output = output;
    this.clock = clock;
    this.started = clock.getAsLong();
    this.lastShown = started - INTERVAL;
  }

  /**
   * Starts to show a training.
   *
   * @param task what is trained
   * @param epochs how many epochs it takes
   * @return the progress, to be closed when training is over
   */
  public static Progress of(String task, int epochs) {
    return new Progress(task, epochs, Output.find(), System::currentTimeMillis);
  }

  /**
   * What the epochs brought.
   *
   * @return a copy, in the order of the epochs
   */
  public List<EpochMetrics> epochs() {
    return List.copyOf(epochs);
  }

  @Override
  public void step(int epoch, int step, int steps, double loss) {
    long now = clock.getAsLong();
    if (now - lastShown < INTERVAL) {
      return;
    }
    lastShown = now;
    double done = (epoch + (step + 1.0) / steps) / total;
    long left = Math.round((now - started) / done * (1 - done) / 1000);
    show(
        String.format(
            Locale.ROOT,
            "%s: epoch %d of %d, loss %.3f, about %d s left",
            task,
            epoch + 1,
            total,
            loss,
            left),
        bar(done));
  }

  @Override
  public void epoch(EpochMetrics metrics) {
    epochs.add(metrics);
  }

  /** Replaces the line by a summary, which holds no times: it is the same in every run. */
  @Override
  public void close() {
    if (epochs.isEmpty()) {
      show(task + ": stopped before the end of the first epoch", "");
      return;
    }
    EpochMetrics best = epochs.get(0);
    for (EpochMetrics metrics : epochs) {
      best = metrics.validationLoss() < best.validationLoss() ? metrics : best;
    }
    show(
        String.format(
            Locale.ROOT,
            "%s: %d epochs; the best was epoch %d, with validation loss %.3f and macro F1 %.3f",
            task,
            epochs.size(),
            best.epoch() + 1,
            best.validationLoss(),
            best.validationMacroF1()),
        "");
  }

  private void show(String line, String bar) {
    String html = "<pre>" + bar + Table.escaped(line) + "</pre>";
    if (shown.isEmpty()) {
      shown = Optional.of(output.html(html, line));
    } else {
      output.update(shown.get(), html, line);
    }
  }

  private static String bar(double done) {
    int filled = (int) Math.round(BAR * done);
    return "█".repeat(filled) + "░".repeat(BAR - filled) + " ";
  }
}
