package dev.isnet.cli;

import dev.isnet.data.DatasetReport;
import dev.isnet.data.Split;
import java.util.Locale;

/** What a check found, for people. */
final class DataFindings {
  private DataFindings() {}

  static String text(DatasetReport report) {
    StringBuilder text = new StringBuilder();
    report.problems().forEach(problem -> text.append(problem).append('\n'));
    report.warnings().forEach(warning -> text.append("Warning: ").append(warning).append('\n'));
    if (!report.counts().isEmpty()) {
      text.append(text.isEmpty() ? "" : "\n").append(classes(report));
    }
    report.probe().ifPresent(probe -> text.append('\n').append(probe(probe)));
    if (report.problems().isEmpty()) {
      text.append(report.warnings().isEmpty() ? "\nNothing wrong was found.\n" : "");
    }
    return text.toString();
  }

  private static Table classes(DatasetReport report) {
    Table table = new Table("class", "train", "val", "test", "foreground");
    report
        .counts()
        .forEach(
            (name, counts) ->
                table.row(
                    name,
                    counts.getOrDefault(Split.TRAIN, 0),
                    counts.getOrDefault(Split.VAL, 0),
                    counts.getOrDefault(Split.TEST, 0),
                    report.foreground().containsKey(name)
                        ? String.format(Locale.ROOT, "%.1f %%", 100 * report.foreground().get(name))
                        : "-"));
    return table;
  }

  private static String probe(DatasetReport.Probe probe) {
    Table table = new Table("linear model on thumbnails", "images", "background", "foreground");
    probe
        .rows()
        .forEach(row -> table.row(row.where(), row.images(), row.background(), row.foreground()));
    return table
        + String.format(
            Locale.ROOT,
            "Balanced accuracy after %d training images; guessing %.3f.%n",
            probe.images(),
            probe.chance());
  }
}
