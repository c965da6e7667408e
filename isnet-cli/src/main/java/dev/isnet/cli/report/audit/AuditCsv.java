package dev.isnet.cli.report.audit;

import dev.isnet.audit.ImageAudit;
import dev.isnet.audit.Replacement;
import dev.isnet.cli.experiment.Schemas;
import dev.isnet.evaluate.AttributionScores.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** One line for each image. */
final class AuditCsv {
  private AuditCsv() {}

  static String of(AuditRun run) {
    StringBuilder text = new StringBuilder(line(header()));
    run.result().images().forEach(image -> text.append(line(row(image, run))));
    return text.toString();
  }

  private static List<String> header() {
    List<String> header =
        new ArrayList<>(
            List.of(
                "schemaVersion",
                "file",
                "label",
                "decision",
                "right",
                "explained",
                "probability",
                "source",
                "patient",
                "counted",
                "backgroundArea"));
    for (Measure measure : Measure.values()) {
      header.add(measure.key());
    }
    for (Replacement replacement : Replacement.values()) {
      header.add(replacement.key() + "Decision");
      header.add(replacement.key() + "Probability");
    }
    return header;
  }

  private static List<String> row(ImageAudit image, AuditRun run) {
    List<String> classes = run.audited().classes();
    List<String> row = new ArrayList<>();
    row.add(Schemas.VERSION);
    row.add(image.file());
    row.add(WorstImages.truth(image, classes));
    row.add(image.decision().words(classes));
    row.add(image.right() ? "1" : "0");
    row.add(classes.get(image.decision().explained()));
    row.add(number(image.decision().probability()));
    row.add(image.source().orElse(""));
    row.add(image.patient().orElse(""));
    row.add(image.background().isPresent() ? "1" : "0");
    row.add(image.background().map(found -> number(found.area())).orElse(""));
    for (Measure measure : Measure.values()) {
      row.add(
          image
              .background()
              .flatMap(ImageAudit.Background::scores)
              .map(scores -> number(measure.of(scores)))
              .orElse(""));
    }
    for (Replacement replacement : Replacement.values()) {
      row.add(image.after(replacement).map(after -> after.decision().words(classes)).orElse(""));
      row.add(image.after(replacement).map(after -> number(after.probability())).orElse(""));
    }
    return row;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.6g", value);
  }

  private static String line(List<String> fields) {
    return fields.stream().map(AuditCsv::quoted).collect(Collectors.joining(",", "", "\n"));
  }

  private static String quoted(String field) {
    return field.matches("(?s).*[\",\n\r].*") ? '"' + field.replace("\"", "\"\"") + '"' : field;
  }
}
