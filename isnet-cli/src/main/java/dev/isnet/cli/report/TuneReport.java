package dev.isnet.cli.report;

import dev.isnet.tuning.Importance;
import dev.isnet.tuning.Journal;
import dev.isnet.tuning.Lead;
import dev.isnet.tuning.Outcome;
import dev.isnet.tuning.Range;
import dev.isnet.tuning.Results;
import dev.isnet.tuning.SearchPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;

/** The report of a search. */
public final class TuneReport {
  private final Data data;
  private final SearchPlan plan;
  private final Results results;

  /**
   * What it shows.
   *
   * @param title what was searched
   * @param command the command that searches again
   * @param plan how
   * @param entries the journal's entries
   * @param facts versions, data and the like
   * @param best the best experiment as YAML; empty while there is none
   */
  public record Data(
      String title,
      String command,
      SearchPlan plan,
      List<Journal.Entry> entries,
      Map<String, String> facts,
      String best) {}

  private TuneReport(Data data) {
    this.data = data;
    this.plan = data.plan();
    this.results = Results.of(data.entries(), data.plan());
  }

  /**
   * Writes a report.
   *
   * @param file where to; replaced in one step
   * @param data what it shows
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, Data data) throws IOException {
    page(data).write(file);
  }

  static Page page(Data data) {
    return new TuneReport(data).page();
  }

  /**
   * How sure one can be of the winner.
   *
   * @param results a search's results
   * @return a sentence or two
   */
  public static String certainty(Results results) {
    Optional<Lead> lead = Lead.of(results);
    if (lead.isEmpty()) {
      return results.ranking().size() < 2
          ? "Fewer than two candidates have a score."
          : "The best two were not trained with several seeds, so nothing is known of chance.";
    }
    Lead found = lead.get();
    return String.format(
        Locale.ROOT,
        "Candidate %d leads candidate %d by %.4f, 95 %% interval [%.4f, %.4f], over %d training"
            + " seeds: %s.",
        found.winner(),
        found.second(),
        found.difference().value(),
        found.difference().low(),
        found.difference().high(),
        found.seeds(),
        found.isClear() ? "more than chance" : "this may be chance");
  }

  private Page page() {
    List<Section> sections = new ArrayList<>();
    sections.add(
        Section.of(
            "How sure is the winner?",
            new Note(certainty(results)),
            new Note(
                "The interval is about further training seeds on the same images. The best of many"
                    + " candidates also owes something to luck on the validation images: judge it by"
                    + " a test that took no part in the search.")));
    sections.add(Section.of("Candidates", table()));
    if (!results.ranking().isEmpty()) {
      sections.add(where());
      new TuneCharts(plan, results, data.entries())
          .bestAgainstTime()
          .ifPresent(chart -> sections.add(Section.of("The best against time", chart)));
    }
    sections.add(Section.howItWasMade(data.command(), new Facts(data.facts()), data.best()));
    return new Page("isnet-dl4j search", data.title(), headline(), meta(), figures(), sections);
  }

  private String headline() {
    if (results.ranking().isEmpty()) {
      return "No candidate has a score yet.";
    }
    Results.Tried best = results.ranking().get(0);
    return "Best: candidate %d with %s.".formatted(best.candidate(), values(best.values()));
  }

  private String meta() {
    double elapsed = data.entries().stream().mapToDouble(Journal.Entry::elapsed).max().orElse(0);
    return "%d trials of %d candidates in %s"
        .formatted(
            data.entries().size(),
            results.tried().size(),
            Text.duration(Duration.ofSeconds(Math.round(elapsed))));
  }

  private Optional<KeyFigures> figures() {
    if (results.ranking().isEmpty()) {
      return Optional.empty();
    }
    Results.Tried best = results.ranking().get(0);
    List<KeyFigures.Figure> figures = new ArrayList<>();
    figures.add(
        new KeyFigures.Figure(
            "Best score",
            Text.fine(best.mean().orElseThrow()),
            best.scores().size() > 1 ? "mean of " + best.scores().size() + " seeds" : "",
            score(),
            OptionalInt.of(TuneCharts.BEST)));
    if (best.outcome() instanceof Outcome.Measured measured) {
      for (String measure : plan.score().weights().keySet()) {
        figures.add(
            new KeyFigures.Figure(
                "Its " + measure,
                Text.fine(measured.measures().get(measure)),
                "",
                "validation images, training seed " + plan.trainingSeed(),
                OptionalInt.of(TuneCharts.BEST)));
      }
    }
    return Optional.of(new KeyFigures(figures));
  }

  private String score() {
    StringBuilder text = new StringBuilder();
    plan.score()
        .weights()
        .forEach(
            (measure, weight) -> {
              text.append(weight < 0 ? " − " : text.isEmpty() ? "" : " + ");
              text.append(Math.abs(weight) == 1 ? "" : Text.magnitude(Math.abs(weight)) + " · ");
              text.append(measure);
            });
    return text.toString().strip();
  }

  static String values(Map<String, Object> values) {
    List<String> texts = new ArrayList<>();
    values.forEach((key, value) -> texts.add(key + " " + value));
    return String.join(", ", texts);
  }

  private DataTable table() {
    TreeSet<String> measures = new TreeSet<>();
    for (Results.Tried tried : results.tried()) {
      if (tried.outcome() instanceof Outcome.Measured measured) {
        measures.addAll(measured.measures().keySet());
      }
    }
    DataTable table =
        DataTable.of("Best first; scores after the epochs that are named", "candidate");
    for (Map.Entry<String, Range> range : plan.ranges().entrySet()) {
      table =
          range.getValue() instanceof Range.Choice
              ? table.texts(range.getKey())
              : table.numbers(range.getKey());
    }
    table = table.numbers("epochs", "score", "seeds", "their mean");
    table = table.numbers(measures.toArray(String[]::new)).numbers("seconds").texts("failure");
    List<Results.Tried> order = new ArrayList<>(results.ranking());
    results.tried().stream().filter(tried -> tried.score().isEmpty()).forEach(order::add);
    for (Results.Tried tried : order) {
      table = table.row(row(tried, measures));
    }
    return table;
  }

  private List<Cell> row(Results.Tried tried, TreeSet<String> measures) {
    List<Cell> row = new ArrayList<>();
    Cell number = Cell.text(String.valueOf(tried.candidate()));
    row.add(isBest(tried) ? number.coloured(TuneCharts.BEST) : number);
    plan.ranges().keySet().forEach(key -> row.add(value(tried.values().get(key))));
    row.add(Cell.count(tried.epochs()));
    row.add(tried.score().isPresent() ? Cell.ratio(tried.score().getAsDouble()) : Cell.none());
    boolean several = tried.scores().size() > 1;
    row.add(Cell.count(Math.max(1, tried.scores().size())));
    row.add(several ? Cell.ratio(tried.mean().orElseThrow()) : Cell.none());
    for (String measure : measures) {
      row.add(
          tried.outcome() instanceof Outcome.Measured measured
                  && measured.measures().containsKey(measure)
              ? Cell.ratio(measured.measures().get(measure))
              : Cell.none());
    }
    row.add(Cell.count(Math.round(tried.seconds())));
    row.add(Cell.text(tried.outcome() instanceof Outcome.Failed failed ? failed.reason() : ""));
    return row;
  }

  private static Cell value(Object value) {
    Cell text = Cell.text(String.valueOf(value));
    return value instanceof Number number
        ? new Cell(text.text(), "", OptionalDouble.of(number.doubleValue()), OptionalInt.empty())
        : text;
  }

  private boolean isBest(Results.Tried tried) {
    return !results.ranking().isEmpty()
        && tried.candidate() == results.ranking().get(0).candidate();
  }

  private Section where() {
    TuneCharts charts = new TuneCharts(plan, results, data.entries());
    Section section =
        Section.of(
            "Where good candidates lie",
            new Note(
                "The best is blue. Rings and thin lines are candidates that ended before epoch %d;"
                        .formatted(plan.epochs())
                    + " scores after different numbers of epochs cannot be compared. A pointer over"
                    + " one shows the candidate."),
            charts.parallel(),
            new Columns(charts.scatters()));
    List<Importance> importances = Importance.of(data.entries(), plan);
    if (importances.isEmpty()) {
      return section;
    }
    DataTable table =
        DataTable.of(
                "How much each range has to do with the score: rank correlation over all candidates"
                    + " after the fewest epochs",
                "range")
            .numbers("correlation");
    for (Importance importance : importances) {
      table = table.row(Cell.text(importance.key()), Cell.change(importance.correlation()));
    }
    return section.and(table);
  }
}
