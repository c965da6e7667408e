package dev.isnet.cli.report.audit;

import dev.isnet.audit.AuditResult;
import dev.isnet.audit.AuditedNetwork;
import dev.isnet.audit.FlippingCurve;
import dev.isnet.audit.HeatmapMethod;
import dev.isnet.audit.LabelResult;
import dev.isnet.audit.Replacement;
import dev.isnet.audit.Verdict;
import dev.isnet.cli.experiment.Versions;
import dev.isnet.cli.report.Bullets;
import dev.isnet.cli.report.Cell;
import dev.isnet.cli.report.Columns;
import dev.isnet.cli.report.DataTable;
import dev.isnet.cli.report.Facts;
import dev.isnet.cli.report.Heading;
import dev.isnet.cli.report.IntervalChart;
import dev.isnet.cli.report.KeyFigures;
import dev.isnet.cli.report.LineChart;
import dev.isnet.cli.report.Note;
import dev.isnet.cli.report.Page;
import dev.isnet.cli.report.Section;
import dev.isnet.cli.report.Source;
import dev.isnet.cli.report.TestDetails;
import dev.isnet.evaluate.AttributionScores.Measure;
import dev.isnet.evaluate.AttributionSummary;
import dev.isnet.evaluate.DecisionFlips;
import dev.isnet.evaluate.Estimate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** An audit as a page. */
final class AuditPage {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm O", Locale.ENGLISH);

  private final AuditRun run;

  private AuditPage(AuditRun run) {
    this.run = run;
  }

  static Page of(AuditRun run) {
    return new AuditPage(run).page();
  }

  private Page page() {
    Verdict verdict = run.verdict();
    List<Section> sections = new ArrayList<>();
    sections.add(Section.of("What to do", new Bullets(verdict.advice())));
    run.result()
        .background()
        .ifPresent(
            found -> {
              sections.add(flips(found));
              sections.add(
                  found
                      .attention()
                      .map(attention -> attention(found.area(), attention))
                      .orElseGet(this::blind));
              sections.add(worst(found));
              found.trust().ifPresent(trust -> sections.add(trust(trust)));
            });
    sections.add(performance());
    sections.add(settings());
    return new Page(
        "isnet-dl4j audit",
        "Audit of " + run.model().getFileName(),
        verdict.kind().words() + " " + verdict.numbers(),
        "%s · %d images, %d with masks that count · seed %d"
            .formatted(
                DATE.format(run.started()),
                run.result().images().size(),
                run.result().counted(),
                run.plan().seed()),
        Optional.of(figures()),
        sections);
  }

  private KeyFigures figures() {
    List<KeyFigures.Figure> figures = new ArrayList<>();
    run.result()
        .background()
        .ifPresent(
            found -> {
              Optional.ofNullable(found.flips().get(Replacement.ANOTHER))
                  .map(
                      flips ->
                          KeyFigures.Figure.percent(
                              "Flips",
                              flips.rate(),
                              "of the decisions change before another image’s background"))
                  .ifPresent(figures::add);
              found
                  .attention()
                  .map(attention -> attention.overall().get(Measure.BACKGROUND_SHARE))
                  .map(
                      share ->
                          KeyFigures.Figure.percent(
                              capital(run.result().heatmaps().method().quantity()),
                              share,
                              "lies outside the masks, as do %s of the pixels"
                                  .formatted(percent(found.area()))))
                  .ifPresent(figures::add);
            });
    figures.add(
        KeyFigures.Figure.percent(
            "Accuracy",
            run.result().accuracy(),
            "of all %d images are classified rightly".formatted(run.result().images().size())));
    return new KeyFigures(figures);
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private Source source() {
    return new Source(run.command(), "these settings");
  }

  private Section flips(AuditResult.Background found) {
    List<IntervalChart.Bar> bars = new ArrayList<>();
    List<String> classes = classes(found);
    DataTable table =
        DataTable.of("Flips of each class, and the probability of what was decided", "change")
            .numbers("all")
            .numbers(classes.toArray(String[]::new))
            .numbers("change of the probability");
    for (Map.Entry<Replacement, DecisionFlips> entry : found.flips().entrySet()) {
      DecisionFlips flips = entry.getValue();
      String words = words(entry.getKey());
      bars.add(
          IntervalChart.Bar.percent(
              words, flips.rate(), entry.getKey() == Replacement.NO_OBJECT ? 2 : 1));
      List<Cell> row = new ArrayList<>(List.of(Cell.text(words), Cell.percent(flips.rate())));
      for (String name : classes) {
        row.add(percent(flips.perClass(), name));
      }
      row.add(Cell.change(flips.probabilityChange()));
      table = table.row(row);
    }
    Section section =
        Section.of(
            "How often another background changes the decision",
            new Note(
                "The object stays as it is, to the pixel; only what lies outside its mask changes. A"
                    + " classifier that decides by the object says the same. The dashed line is the"
                    + " "
                    + percent(Verdict.TOLERATED_FLIPS)
                    + " that are tolerated."),
            IntervalChart.ofPercent("Decisions that flip", bars)
                .comparedWith(Verdict.TOLERATED_FLIPS));
    if (found.followed().isPresent()) {
      section =
          section.and(
              new Note(
                  "Of the decisions that another image’s background flips, %s become the class of the image that the background came from."
                      .formatted(Verdict.percent(found.followed().get()))));
    }
    return section
        .and(
            new Note(
                "The control shows the background alone: without the object, a classifier that"
                    + " decides by it loses what it decides by, unless the class means that nothing"
                    + " is there."),
            table)
        .madeBy(source());
  }

  private static String words(Replacement replacement) {
    return replacement.words() + (replacement == Replacement.NO_OBJECT ? " (control)" : "");
  }

  /** The classes that have images with masks. */
  private List<String> classes(AuditResult.Background found) {
    return run.audited().classes().stream()
        .filter(
            name -> found.flips().values().stream().anyMatch(of -> of.perClass().containsKey(name)))
        .toList();
  }

  /** What stands where the classifier's looks would, if there were heatmaps. */
  private Section blind() {
    return Section.of(
        "Where the classifier looks", new Note(AuditWords.sentence(run.result().heatmaps())));
  }

  private Section attention(double area, AttributionSummary attention) {
    Set<String> classes = attention.perClass().keySet();
    DataTable table =
        DataTable.of("Mean over the images", "measure")
            .numbers("all")
            .numbers(classes.toArray(String[]::new));
    for (Measure measure : Measure.values()) {
      List<Cell> row = new ArrayList<>();
      row.add(Cell.text(measure.words()));
      row.add(cell(measure, attention.overall()));
      for (String name : classes) {
        row.add(cell(measure, attention.perClass().get(name)));
      }
      table = table.row(row);
    }
    return Section.of(
            "Where the classifier looks",
            new Note(
                "The heatmap of each decision against the mask. "
                    + AuditWords.sentence(run.result().heatmaps())
                    + " The background takes "
                    + percent(area)
                    + " of the images: so much of a map would lie there if it were spread evenly."
                    + undefined(attention.undefined())),
            table,
            new Note(
                "In the first row less is better, in the others more. Mass and rank accuracy: Arras"
                    + " et al. 2022. Pointing game: Zhang et al. 2018. Attribution localisation:"
                    + " Kohlbrenner et al. 2020; weighted, 1 is an even spread. Top-k intersection:"
                    + " Theiner et al. 2022."))
        .madeBy(source());
  }

  private static String undefined(int images) {
    return images == 0
        ? ""
        : " Of %d images the map is zero everywhere, so that nothing lies anywhere; they are left out."
            .formatted(images);
  }

  private static Cell cell(Measure measure, Map<Measure, Estimate> means) {
    Estimate mean = means.get(measure);
    if (mean == null) {
      return Cell.none();
    }
    return measure == Measure.WEIGHTED_LOCALISATION ? Cell.ratio(mean) : Cell.percent(mean);
  }

  private static Cell percent(Map<String, Estimate> shares, String name) {
    return Optional.ofNullable(shares.get(name)).map(Cell::percent).orElse(Cell.none());
  }

  private Section worst(AuditResult.Background found) {
    return Section.of(
            "The worst images",
            new Note(worst(run.result().heatmaps().method())),
            new WorstImages(run.audited(), run.result().heatmaps().method()).gallery(found.worst()))
        .madeBy(source());
  }

  private static String worst(HeatmapMethod method) {
    String fall = "the largest fall of probability before another background";
    return switch (method) {
      case RELEVANCE, GRADIENT_INPUT ->
          "Those with the most relevance in the background and %s. The heatmaps explain what is decided: red speaks for it, blue against it."
              .formatted(fall);
      case ATTENTION_ROLLOUT ->
          "Those with the most attention in the background and %s. The redder, the more attention, whatever the class."
              .formatted(fall);
      case NONE -> "Those with %s.".formatted(fall);
    };
  }

  private Section trust(AuditResult.Trust trust) {
    DataTable tests = DataTable.of("Faithfulness and completeness", "test").numbers("result");
    for (FlippingCurve curve : trust.curves()) {
      tests =
          tests.row(
              Cell.text("%s, %s".formatted(curve.way().key(), curve.region().words())),
              Cell.ratio(curve.area()));
    }
    tests =
        tests.row(
            Cell.text("completeness: |logit − sum of the relevance| by |logit|"),
            trust.completenessError().map(Cell::ratio).orElse(Cell.none()));
    if (trust.absorbed().isPresent()) {
      tests =
          tests
              .row(
                  Cell.text("share of the logit that biases absorb"),
                  Cell.change(trust.absorbed().get().byBiases()))
              .row(
                  Cell.text("share of the logit that ε absorbs"),
                  Cell.change(trust.absorbed().get().byEpsilon()));
    }
    DataTable shuffled =
        DataTable.of("Likeness to the trained network’s heatmaps", "shuffled down to")
            .numbers("layers", "rank correlation", "of magnitudes", "SSIM");
    for (AuditResult.Randomised step : trust.randomisation()) {
      shuffled =
          shuffled.row(
              Cell.text(step.layer()),
              Cell.count(step.layers()),
              Cell.ratio(step.spearman()),
              Cell.ratio(step.spearmanOfMagnitudes()),
              Cell.ratio(step.ssim()));
    }
    return Section.of(
            "Whether the heatmaps can be believed",
            new Note(
                ("On %d of the images, drawn at random, with 95 %% intervals of a bootstrap by"
                        + " patient. Pixels are replaced by those of the blurred image (deletion),"
                        + " or shown in its place (insertion), the most relevant first; the area is"
                        + " the mean probability of what was decided along the way. A deletion that"
                        + " falls at once and an insertion that rises at once speak for the map:"
                        + " inside the mask where the object decides, outside where the background"
                        + " does.")
                    .formatted(trust.images())),
            new Columns(
                Stream.of(FlippingCurve.Way.values()).map(way -> chart(way, trust)).toList()),
            tests,
            new Heading("Maps must change when what was learnt is shuffled away"),
            new Note(
                "From the output down, layer after layer has its parameters shuffled (Adebayo et al."
                    + " 2018)."),
            shuffled)
        .madeBy(source());
  }

  private static LineChart chart(FlippingCurve.Way way, AuditResult.Trust trust) {
    return LineChart.ofShares(
        way == FlippingCurve.Way.DELETION ? "Deletion" : "Insertion",
        "share of the pixels",
        "probability",
        trust.curves().stream()
            .filter(curve -> curve.way() == way)
            .sorted(Comparator.comparing(curve -> curve.region() == FlippingCurve.Region.WHOLE))
            .map(AuditPage::line)
            .toList());
  }

  /** That of the whole image is dashed and comes last, since it often lies on one of the others. */
  private static LineChart.Line line(FlippingCurve curve) {
    double[] shares = curve.points().stream().mapToDouble(FlippingCurve.Point::share).toArray();
    double[] scores = curve.points().stream().mapToDouble(at -> at.score().value()).toArray();
    String words = curve.region().words();
    int colour = curve.region().ordinal();
    return curve.region() == FlippingCurve.Region.WHOLE
        ? new LineChart.Line(words, colour, true, shares, scores)
        : new LineChart.Line(
            words,
            colour,
            false,
            shares,
            scores,
            curve.points().stream().mapToDouble(at -> at.score().low()).toArray(),
            curve.points().stream().mapToDouble(at -> at.score().high()).toArray());
  }

  private Section performance() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("accuracy", Verdict.percent(run.result().accuracy()));
    run.result()
        .macroF1()
        .ifPresent(f1 -> facts.put("macro F1", String.format(Locale.ROOT, "%.3f", f1)));
    run.result()
        .kappa()
        .ifPresent(
            kappa ->
                facts.put(
                    "kappa, agreement beyond chance",
                    String.format(
                        Locale.ROOT,
                        "%.2f [%.2f, %.2f]",
                        kappa.value(),
                        kappa.low(),
                        kappa.high())));
    Section section = Section.of("How often it is right", new Facts(facts));
    if (!run.result().labels().isEmpty()) {
      section = section.and(labels(run.result().labels()));
    }
    if (run.result().groups().isPresent()) {
      section = section.and(TestDetails.sources(run.result().groups().get()));
    }
    return section.madeBy(source());
  }

  private static DataTable labels(List<LabelResult> labels) {
    DataTable table =
        DataTable.of(
                "Each label by itself, on the images of which it is known whether they have it",
                "label")
            .numbers("known", "have it", "right", "F1", "kappa");
    for (LabelResult label : labels) {
      table =
          table.row(
              Cell.text(label.name()),
              Cell.count(label.known()),
              Cell.count(label.having()),
              Cell.percent(label.accuracy()),
              Cell.ratio(label.f1()),
              label.kappa().map(Cell::ratio).orElse(Cell.none()));
    }
    return table;
  }

  private Section settings() {
    AuditedNetwork audited = run.audited();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", run.model().toString());
    facts.put("data", run.labels() + ", split " + run.split());
    facts.put(
        "images",
        "%d × %d pixels (height × width), channels: %d, from %s (black) to %s (white)"
            .formatted(
                audited.size().height(),
                audited.size().width(),
                audited.size().channels(),
                audited.low(),
                audited.high()));
    facts.put("classes", String.join(", ", audited.classes()));
    facts.put("heatmaps", AuditWords.method(run.result().heatmaps()));
    facts.put("only classified", run.unmasked() + " images without a mask that counts");
    facts.put(
        "intervals",
        "95 %%; of shares from the posterior, which counts images of one patient for what they are worth; of means by bootstrap within classes and by patient (%d replicates)"
            .formatted(run.plan().replicates()));
    facts.put("seed", String.valueOf(run.plan().seed()));
    facts.putAll(Versions.asMap());
    Section section = Section.howItWasMade(run.command(), new Facts(facts), "");
    if (!run.guesses().isEmpty()) {
      section = section.and(new Heading("What was guessed"), new Bullets(run.guesses()));
    }
    return section.and(
        new Note("All numbers are in audit.json and all images in audit.csv, beside this page."));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}
