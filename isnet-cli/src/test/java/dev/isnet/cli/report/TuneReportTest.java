package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.tuning.Journal;
import dev.isnet.tuning.Outcome;
import dev.isnet.tuning.Range;
import dev.isnet.tuning.Results;
import dev.isnet.tuning.Score;
import dev.isnet.tuning.SearchPlan;
import dev.isnet.tuning.Strategy;
import dev.isnet.tuning.Trial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TuneReportTest {
  private static final List<Object> UPDATERS = List.of("adam", "<sgd>");

  private static SearchPlan plan() {
    Map<String, Range> ranges = new LinkedHashMap<>();
    ranges.put("isnet.p", new Range.Uniform(0.3, 0.9));
    ranges.put("training.learningRate", new Range.LogUniform(1e-4, 1e-2));
    ranges.put("training.updater", new Range.Choice(UPDATERS));
    return new SearchPlan(
        ranges,
        new Strategy.Random(),
        new Score(Map.of("macroF1", 1.0)),
        Optional.empty(),
        9,
        5,
        Optional.empty(),
        List.of(),
        1,
        1,
        2,
        1);
  }

  private static Journal.Entry entry(int candidate, int epochs, long seed, double macroF1) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("isnet.p", 0.3 + 0.1 * candidate);
    values.put("training.learningRate", 1e-3);
    values.put("training.updater", UPDATERS.get(candidate % 2));
    return new Journal.Entry(
        new Trial(candidate, values, epochs, seed),
        Double.isNaN(macroF1)
            ? new Outcome.Failed("Training diverged & ended.")
            : new Outcome.Measured(Map.of("macroF1", macroF1, "loss", 0.5)),
        60,
        60 * (candidate + 1));
  }

  private static List<Journal.Entry> entries() {
    List<Journal.Entry> entries = new ArrayList<>();
    entries.add(entry(0, 9, 1, 0.5));
    entries.add(entry(1, 9, 1, 0.9));
    entries.add(entry(2, 9, 1, Double.NaN));
    entries.add(entry(3, 9, 1, 0.8));
    entries.add(entry(1, 9, 2, 0.88));
    entries.add(entry(3, 9, 2, 0.79));
    return entries;
  }

  private static String html(List<Journal.Entry> entries) {
    return TuneReport.page(
            new TuneReport.Data(
                "pets", "isnet tune pets.yaml", plan(), entries, Map.of("java", "17"), "p: 0.4\n"))
        .html();
  }

  @Test
  void itShowsTheBestAndHowSureThatIs() {
    assertThat(html(entries()))
        .contains("Best: candidate 1 with isnet.p 0.4, training.learningRate 0.001")
        .contains(
            "Candidate 1 leads candidate 3 by 0.0950, 95 % interval [0.0315, 0.1585], over 2"
                + " training seeds: more than chance.")
        .contains("Score by isnet.p", "All candidates, each a line", "p: 0.4")
        .contains("Best score of a candidate with all epochs");
  }

  @Test
  void whatStandsInItIsText() {
    assertThat(html(entries()))
        .contains("Training diverged &amp; ended.", "&lt;sgd&gt;")
        .doesNotContain("<sgd>");
  }

  @Test
  void aSearchWithoutAnyScoreHasAReport() {
    assertThat(html(List.of(entry(2, 9, 1, Double.NaN)))).contains("No candidate has a score yet.");
    assertThat(html(List.of())).contains("No candidate has a score yet.");
  }

  @Test
  void oneSeedSaysNothingOfChance() {
    assertThat(TuneReport.certainty(Results.of(entries().subList(0, 4), plan())))
        .isEqualTo(
            "The best two were not trained with several seeds, so nothing is known of chance.");
  }
}
