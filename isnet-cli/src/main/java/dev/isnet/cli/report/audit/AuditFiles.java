package dev.isnet.cli.report.audit;

import dev.isnet.audit.AuditResult;
import dev.isnet.audit.Replacement;
import dev.isnet.audit.Verdict;
import dev.isnet.cli.Table;
import dev.isnet.cli.experiment.MetricsJson;
import dev.isnet.data.AtomicFile;
import dev.isnet.evaluate.AttributionScores.Measure;
import dev.isnet.evaluate.DecisionFlips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes an audit down. */
public final class AuditFiles {
  private AuditFiles() {}

  /**
   * Writes the page, the JSON and the CSV; each file appears complete or not at all.
   *
   * @param folder where to; created when it is missing
   * @param run the audit
   * @throws IOException if a file cannot be written
   */
  public static void write(Path folder, AuditRun run) throws IOException {
    String page = AuditPage.of(run).html();
    String csv = AuditCsv.of(run);
    String json = json(run);
    AtomicFile.write(folder.resolve("audit.csv"), part -> Files.writeString(part, csv));
    AtomicFile.write(folder.resolve("audit.json"), part -> Files.writeString(part, json));
    AtomicFile.write(folder.resolve("audit.html"), part -> Files.writeString(part, page));
  }

  /**
   * How an audit's heatmaps are made.
   *
   * @param run the audit
   * @return a sentence, which says why they are not made in the usual way, if they are not
   */
  public static String heatmaps(AuditRun run) {
    return AuditWords.sentence(run.result().heatmaps());
  }

  /**
   * The audit for programs.
   *
   * @param run the audit
   * @return JSON, as documented in docs/audit.md
   */
  public static String json(AuditRun run) {
    return MetricsJson.text(AuditJson.of(run)) + "\n";
  }

  /**
   * The audit for a terminal.
   *
   * @param run the audit
   * @param folder where its files are
   * @return the verdict, the main numbers and what to do
   */
  public static String text(AuditRun run, Path folder) {
    Verdict verdict = run.verdict();
    StringBuilder text = new StringBuilder();
    text.append(verdict.kind().words()).append('\n').append(verdict.numbers()).append("\n\n");
    text.append(numbers(run.result()));
    verdict.advice().forEach(sentence -> text.append("\n* ").append(sentence));
    return text.append("\n\n").append(folder.resolve("audit.html")).append('\n').toString();
  }

  private static String numbers(AuditResult result) {
    Table table = new Table("measure", "value, 95 % interval");
    table.row("accuracy", Verdict.percent(result.accuracy()));
    if (result.background().isPresent()) {
      AuditResult.Background found = result.background().get();
      found
          .attention()
          .ifPresent(
              attention ->
                  table.row(
                      Measure.BACKGROUND_SHARE.words(),
                      attention.overall().containsKey(Measure.BACKGROUND_SHARE)
                          ? Verdict.percent(attention.overall().get(Measure.BACKGROUND_SHARE))
                          : "none"));
      for (Map.Entry<Replacement, DecisionFlips> flips : found.flips().entrySet()) {
        table.row("flips by " + flips.getKey().words(), Verdict.percent(flips.getValue().rate()));
      }
    }
    return table.toString();
  }
}
