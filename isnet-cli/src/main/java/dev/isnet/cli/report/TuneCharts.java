package dev.isnet.cli.report;

import dev.isnet.tuning.Journal;
import dev.isnet.tuning.Results;
import dev.isnet.tuning.SearchPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The charts of a search that has a score. */
final class TuneCharts {
  /** The colour of the best candidate. */
  static final int BEST = 1;

  private static final int OTHERS = 2;

  private final SearchPlan plan;
  private final Results results;
  private final List<Journal.Entry> entries;
  private final List<Results.Tried> worstFirst;
  private final List<RangeAxis> axes = new ArrayList<>();

  TuneCharts(SearchPlan plan, Results results, List<Journal.Entry> entries) {
    this.plan = plan;
    this.results = results;
    this.entries = entries;
    worstFirst = new ArrayList<>(results.ranking());
    Collections.reverse(worstFirst);
    plan.ranges().forEach((key, range) -> axes.add(RangeAxis.of(key, range)));
  }

  private Axis scores() {
    return Axis.spanning(
        worstFirst.stream().mapToDouble(t -> t.score().orElseThrow()).min().orElseThrow(),
        worstFirst.stream().mapToDouble(t -> t.score().orElseThrow()).max().orElseThrow(),
        5);
  }

  private boolean isBest(Results.Tried tried) {
    return tried.candidate() == results.ranking().get(0).candidate();
  }

  private double place(RangeAxis axis, Results.Tried tried) {
    return axis.place().applyAsDouble(tried.values().get(axis.title()));
  }

  private static String label(Results.Tried tried) {
    return String.format(
        Locale.ROOT,
        "candidate %d: score %.4f after epoch %d, %s",
        tried.candidate(),
        tried.score().orElseThrow(),
        tried.epochs(),
        TuneReport.values(tried.values()));
  }

  /** An axis for each range and one for the score. */
  ParallelChart parallel() {
    List<ParallelChart.Rail> rails = new ArrayList<>();
    axes.forEach(axis -> rails.add(new ParallelChart.Rail(axis.title(), axis.axis())));
    rails.add(new ParallelChart.Rail("score", scores()));
    List<ParallelChart.Line> lines = new ArrayList<>();
    for (Results.Tried tried : worstFirst) {
      List<Double> places = new ArrayList<>();
      axes.forEach(axis -> places.add(place(axis, tried)));
      places.add(tried.score().orElseThrow());
      lines.add(
          new ParallelChart.Line(
              places, isBest(tried) ? BEST : OTHERS, tried.epochs() < plan.epochs(), label(tried)));
    }
    return new ParallelChart("All candidates, each a line", rails, lines);
  }

  /** The score by each range. */
  List<ScatterChart> scatters() {
    Axis scores = scores();
    List<ScatterChart> charts = new ArrayList<>();
    for (RangeAxis axis : axes) {
      List<ScatterChart.Dot> dots = new ArrayList<>();
      for (Results.Tried tried : worstFirst) {
        dots.add(
            new ScatterChart.Dot(
                place(axis, tried),
                tried.score().orElseThrow(),
                isBest(tried) ? BEST : OTHERS,
                tried.epochs() < plan.epochs(),
                label(tried)));
      }
      charts.add(
          new ScatterChart("Score by " + axis.title(), axis.title(), axis.axis(), scores, dots));
    }
    return charts;
  }

  /** The best complete candidate so far, as a line of steps; empty while there is none. */
  Optional<LineChart> bestAgainstTime() {
    List<Double> minutes = new ArrayList<>();
    List<Double> bests = new ArrayList<>();
    for (Journal.Entry entry : entries) {
      boolean counts =
          entry.trial().epochs() == plan.epochs()
              && entry.trial().seed() == plan.trainingSeed()
              && plan.score().of(entry.outcome()).isPresent();
      if (counts) {
        double score = plan.score().of(entry.outcome()).getAsDouble();
        double before = bests.isEmpty() ? score : bests.get(bests.size() - 1);
        minutes.addAll(List.of(entry.elapsed() / 60, entry.elapsed() / 60));
        bests.addAll(List.of(before, Math.max(before, score)));
      }
    }
    if (bests.isEmpty()) {
      return Optional.empty();
    }
    double end = entries.get(entries.size() - 1).elapsed() / 60;
    minutes.add(end);
    bests.add(bests.get(bests.size() - 1));
    return Optional.of(
        new LineChart(
            "Best score of a candidate with all epochs",
            "minutes",
            "",
            Axis.spanning(0, end, 6),
            Axis.spanning(bests.get(0), bests.get(bests.size() - 1), 5),
            false,
            List.of(
                new LineChart.Line(
                    "best so far",
                    BEST,
                    false,
                    minutes.stream().mapToDouble(Double::doubleValue).toArray(),
                    bests.stream().mapToDouble(Double::doubleValue).toArray())),
            List.of()));
  }
}
