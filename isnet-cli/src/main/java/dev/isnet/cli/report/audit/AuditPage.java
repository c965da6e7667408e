package dev.isnet.cli.report.audit;

import dev.isnet.audit.AuditResult;
import dev.isnet.audit.AuditedNetwork;
import dev.isnet.audit.Verdict;
import dev.isnet.cli.experiment.Versions;
import dev.isnet.evaluate.AttributionScores.Measure;
import dev.isnet.evaluate.Estimate;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An audit as its template sees it. */
final class AuditPage {
  private static final String PACKAGE = "dev.isnet.cli.report"; // where templates are compiled to
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm O", Locale.ENGLISH);

  private final AuditRun run;
  private final WorstPictures pictures;

  private AuditPage(AuditRun run) {
    this.run = run;
    this.pictures =
        new WorstPictures(
            run.result().background().map(AuditResult.Background::worst).orElse(List.of()),
            run.audited());
  }

  static String html(AuditRun run) {
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, AuditPage.class.getClassLoader(), PACKAGE);
    StringOutput html = new StringOutput();
    engine.render("audit/audit.jte", new AuditPage(run), html);
    return html.toString();
  }

  Verdict verdict() {
    return run.verdict();
  }

  AuditResult result() {
    return run.result();
  }

  Optional<AuditResult.Background> background() {
    return run.result().background();
  }

  List<WorstPictures.Picture> worst() {
    return pictures.all();
  }

  String scale() {
    return String.format(Locale.ROOT, "%.2g", pictures.scale());
  }

  String title() {
    return "Audit of " + run.model().getFileName();
  }

  String meta() {
    return "%s · %d images, %d with masks that count · seed %d"
        .formatted(
            DATE.format(run.started()),
            run.result().images().size(),
            run.result().counted(),
            run.plan().seed());
  }

  /** What the colour of the verdict is. */
  String tone() {
    return switch (run.verdict().kind()) {
      case OBJECT -> "good";
      case LOOKS_AT_BACKGROUND, PARTLY_BACKGROUND, UNCLEAR, NO_SKILL, TOO_FEW -> "mixed";
      case BACKGROUND -> "bad";
    };
  }

  /** Classes that have counted images. */
  List<String> classes() {
    return background().map(b -> List.copyOf(b.attention().perClass().keySet())).orElse(List.of());
  }

  /** An estimate of a share, or a dash. */
  static String percent(Estimate estimate) {
    return Verdict.percent(estimate);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  /** A measure of one of the classes, or of all for an empty name. */
  String measure(Measure measure, String className) {
    Map<Measure, Estimate> means =
        background()
            .map(
                b ->
                    className.isEmpty()
                        ? b.attention().overall()
                        : b.attention().perClass().get(className))
            .orElse(Map.of());
    return Optional.ofNullable(means.get(measure))
        .map(e -> measure == Measure.WEIGHTED_LOCALISATION ? ratio(e) : percent(e))
        .orElse("–");
  }

  static String ratio(Estimate estimate) {
    return String.format(
        Locale.ROOT, "%.2f [%.2f, %.2f]", estimate.value(), estimate.low(), estimate.high());
  }

  /** A change in points, with its sign. */
  static String points(Estimate estimate) {
    return "%s [%s, %s]"
        .formatted(signed(estimate.value()), signed(estimate.low()), signed(estimate.high()));
  }

  private static String signed(double change) {
    long points = Math.round(100 * change);
    return (points < 0 ? "−" : points > 0 ? "+" : "") + Math.abs(points);
  }

  static String fine(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replace('-', '−');
  }

  /** Where an interval is drawn: a style. */
  static String span(Estimate estimate) {
    return String.format(
        Locale.ROOT,
        "left:%.2f%%;width:%.2f%%",
        100 * estimate.low(),
        Math.max(0.3, 100 * (estimate.high() - estimate.low())));
  }

  static String at(double share) {
    return String.format(Locale.ROOT, "left:%.2f%%", 100 * share);
  }

  /** What the audit was made from. */
  Map<String, String> facts() {
    AuditedNetwork audited = run.audited();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", run.model().toString());
    facts.put("data", run.labels() + ", split " + run.split());
    facts.put(
        "images",
        "%d × %d pixels (height × width), %d channels, from %s (black) to %s (white)"
            .formatted(
                audited.size().height(),
                audited.size().width(),
                audited.size().channels(),
                audited.low(),
                audited.high()));
    facts.put("classes", String.join(", ", audited.classes()));
    facts.put("without a mask that counts", run.unmasked() + " images, which are only classified");
    facts.put(
        "interval",
        "95 %; of means by bootstrap within classes and by patient, "
            + run.plan().replicates()
            + " replicates");
    facts.putAll(Versions.asMap());
    return facts;
  }

  List<String> guesses() {
    return run.guesses();
  }

  String command() {
    return run.command();
  }
}
