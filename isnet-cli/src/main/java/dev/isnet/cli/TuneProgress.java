package dev.isnet.cli;

import dev.isnet.tuning.Journal;
import dev.isnet.tuning.Outcome;
import dev.isnet.tuning.Results;
import dev.isnet.tuning.Search;
import dev.isnet.tuning.SearchPlan;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells what a search is doing, a line for each trial. */
final class TuneProgress implements Search.Listener {
  private final SearchPlan plan;
  private final Journal journal;
  private final PrintWriter err;

  TuneProgress(SearchPlan plan, Journal journal, PrintWriter err) {
    this.plan = plan;
    this.journal = journal;
    this.err = err;
    int known = journal.entries().size();
    if (known > 0) {
      err.printf("tune: goes on after %d trials%n", known);
      err.flush();
    }
  }

  @Override
  public synchronized void ran(Journal.Entry entry) {
    String said =
        entry.outcome() instanceof Outcome.Failed failed
            ? "failed: " + failed.reason()
            : String.format(
                Locale.ROOT, "score %.4f", plan.score().of(entry.outcome()).orElse(Double.NaN));
    String best =
        Results.of(journal.entries(), plan).ranking().stream()
            .findFirst()
            .map(
                first ->
                    String.format(
                        Locale.ROOT,
                        "best %.4f of candidate %d",
                        first.score().orElseThrow(),
                        first.candidate()))
            .orElse("none yet");
    err.printf(
        Locale.ROOT,
        "tune: candidate %d (%s), seed %d, epoch %d of %d: %s; %s (%.1f s%s)%n",
        entry.trial().candidate(),
        values(entry.trial().values()),
        entry.trial().seed(),
        entry.trial().epochs(),
        plan.epochs(),
        said,
        best,
        entry.seconds(),
        plan.time()
            .map(
                time ->
                    ", "
                        + Progress.time(Math.max(0, time.minus(journal.elapsed()).toMillis()))
                        + " left")
            .orElse(""));
    err.flush();
  }

  private static String values(Map<String, Object> values) {
    return values.entrySet().stream()
        .map(value -> value.getKey() + " " + value.getValue())
        .collect(Collectors.joining(", "));
  }

  void ended(Search.Ending ending) {
    err.println(
        ending == Search.Ending.TIME
            ? "tune: the time is used up; with more 'minutes' the same command goes on"
            : "tune: all candidates were tried");
    err.flush();
  }
}
