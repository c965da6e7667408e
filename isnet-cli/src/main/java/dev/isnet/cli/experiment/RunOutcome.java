package dev.isnet.cli.experiment;

import java.io.IOException;
import java.time.ZonedDateTime;
import java.util.List;

/** Leaves what a finished run came to in its folder, for people and for programs. */
public final class RunOutcome {
  private RunOutcome() {}

  /**
   * Writes metrics.json, results.csv and report.html.
   *
   * @param system the finished run
   * @param title what was done
   * @param command the command that repeats it
   * @param started when it began
   * @throws IOException if a file cannot be written
   */
  public static void write(
      TrainedSystem system, String title, String command, ZonedDateTime started)
      throws IOException {
    RunFolder folder = new RunFolder(system.config().out());
    MetricsJson.write(folder.metricsJson(), MetricsJson.of(system, command));
    new ResultsCsv().add(system).write(folder.resultsCsv());
    Reports.write(folder.report(), title, command, started, List.of(system));
  }
}
