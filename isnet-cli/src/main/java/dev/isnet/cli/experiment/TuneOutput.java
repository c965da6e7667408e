package dev.isnet.cli.experiment;

import dev.isnet.cli.Table;
import dev.isnet.cli.report.TuneReport;
import dev.isnet.data.AtomicFile;
import dev.isnet.tuning.Journal;
import dev.isnet.tuning.Lead;
import dev.isnet.tuning.Outcome;
import dev.isnet.tuning.Results;
import dev.isnet.tuning.SearchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a search has found, for people and programs. */
public final class TuneOutput {
  private static final int MOST_SHOWN = 10;

  private final TuneExperiment experiment;
  private final SearchPlan plan;
  private final SearchFolder folder;
  private final String command;

  /**
   * The results in words.
   *
   * @param table for people
   * @param json for programs
   */
  public record Text(String table, String json) {}

  /**
   * Prepares the output.
   *
   * @param experiment what was searched
   * @param plan how
   * @param folder where everything is
   * @param command the command that searches again
   */
  public TuneOutput(
      TuneExperiment experiment, SearchPlan plan, SearchFolder folder, String command) {
    this.experiment = experiment;
    this.plan = plan;
    this.folder = folder;
    this.command = command;
  }

  /**
   * Writes the best experiment and the report.
   *
   * @param entries all that is known
   * @return the results in words
   * @throws IOException if a file cannot be written
   */
  public Text write(List<Journal.Entry> entries) throws IOException {
    Results results = Results.of(entries, plan);
    String yaml = results.ranking().isEmpty() ? "" : yaml(results.ranking().get(0));
    if (!yaml.isEmpty()) {
      AtomicFile.write(folder.best(), part -> Files.writeString(part, yaml));
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("seed of the search", Long.toString(plan.seed()));
    facts.put("training seed", Long.toString(plan.trainingSeed()));
    facts.putAll(Versions.asMap());
    TuneReport.write(
        folder.report(),
        new TuneReport.Data(
            "The search " + experiment.name(), command, plan, entries, facts, yaml));
    return new Text(table(results), MetricsJson.text(json(results)) + "\n");
  }

  private String yaml(Results.Tried best) {
    return ExperimentYaml.write(
        experiment.config(best.values(), plan.trainingSeed(), folder.path().resolve("best")));
  }

  private String table(Results results) {
    List<String> head = new ArrayList<>(List.of("candidate"));
    head.addAll(plan.ranges().keySet());
    head.addAll(List.of("epochs", "seeds", "score"));
    Table table = new Table(head.toArray(String[]::new));
    for (Results.Tried tried : results.ranking().stream().limit(MOST_SHOWN).toList()) {
      List<Object> row = new ArrayList<>(List.of(tried.candidate()));
      plan.ranges().keySet().forEach(key -> row.add(String.valueOf(tried.values().get(key))));
      row.addAll(
          List.of(tried.epochs(), Math.max(1, tried.scores().size()), tried.mean().orElseThrow()));
      table.row(row.toArray());
    }
    long failed =
        results.tried().stream().filter(t -> t.outcome() instanceof Outcome.Failed).count();
    return table
        + "\n%d candidates, %d failed\n".formatted(results.tried().size(), failed)
        + TuneReport.certainty(results)
        + "\n"
        + (results.ranking().isEmpty() ? "" : "Best: " + folder.best() + "\n")
        + "Report: "
        + folder.report()
        + "\n";
  }

  private Map<String, Object> json(Results results) {
    List<Map<String, Object>> tried = new ArrayList<>();
    for (Results.Tried each : results.tried()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("candidate", each.candidate());
      one.put("values", each.values());
      one.put("epochs", each.epochs());
      if (each.outcome() instanceof Outcome.Failed failed) {
        one.put("failed", failed.reason());
      } else if (each.outcome() instanceof Outcome.Measured measured) {
        one.put("measures", measured.measures());
      }
      each.score().ifPresent(score -> one.put("score", score));
      one.put("scoreBySeed", each.scores());
      one.put("seconds", each.seconds());
      tried.add(one);
    }
    Map<String, Object> root = Schemas.head("tune");
    root.put("command", command);
    Lead.of(results).ifPresent(lead -> root.put("lead", lead));
    root.put("ranking", results.ranking().stream().map(Results.Tried::candidate).toList());
    root.put("candidates", tried);
    return root;
  }
}
