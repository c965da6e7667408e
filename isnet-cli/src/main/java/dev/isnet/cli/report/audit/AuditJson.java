package dev.isnet.cli.report.audit;

import dev.isnet.audit.AuditHeatmaps;
import dev.isnet.audit.AuditResult;
import dev.isnet.audit.AuditedNetwork;
import dev.isnet.audit.FlippingCurve;
import dev.isnet.audit.LabelResult;
import dev.isnet.audit.Verdict;
import dev.isnet.cli.experiment.MetricsJson;
import dev.isnet.cli.experiment.Schemas;
import dev.isnet.cli.experiment.Versions;
import dev.isnet.data.ImageSize;
import dev.isnet.evaluate.AttributionScores.Measure;
import dev.isnet.evaluate.AttributionSummary;
import dev.isnet.evaluate.DecisionFlips;
import dev.isnet.evaluate.Estimate;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An audit as a tree of maps; docs/audit.md says what each key means. */
final class AuditJson {
  private AuditJson() {}

  static Map<String, Object> of(AuditRun run) {
    Map<String, Object> root = Schemas.head("audit");
    root.put("command", run.command());
    root.put("started", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(run.started()));
    root.put("seed", run.plan().seed());
    root.put("model", model(run));
    root.put("heatmaps", heatmaps(run.result().heatmaps()));
    root.put("data", data(run));
    root.put("verdict", verdict(run.verdict()));
    root.put("performance", performance(run.result()));
    run.result().background().ifPresent(found -> background(root, found));
    root.put("versions", Versions.asMap());
    return root;
  }

  private static Map<String, Object> model(AuditRun run) {
    AuditedNetwork audited = run.audited();
    ImageSize size = audited.size();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("file", run.model().toString());
    map.put(
        "imageSize",
        ordered("height", size.height(), "width", size.width(), "channels", size.channels()));
    map.put("classes", audited.classes());
    map.put("scale", List.of(audited.low(), audited.high()));
    map.put("output", audited.network().output().name().toLowerCase(Locale.ROOT));
    map.put("multiLabel", audited.multiLabel());
    map.put("guesses", run.guesses());
    return map;
  }

  private static Map<String, Object> heatmaps(AuditHeatmaps heatmaps) {
    Map<String, Object> map =
        ordered("method", AuditWords.key(heatmaps), "words", AuditWords.method(heatmaps));
    heatmaps.why().ifPresent(why -> map.put("why", why));
    return map;
  }

  private static Map<String, Object> data(AuditRun run) {
    return ordered(
        "labels",
        run.labels().toString(),
        "split",
        run.split().toString(),
        "images",
        run.result().images().size(),
        "counted",
        run.result().counted());
  }

  private static Map<String, Object> verdict(Verdict verdict) {
    return ordered(
        "kind",
        verdict.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        "words",
        verdict.kind().words(),
        "numbers",
        verdict.numbers(),
        "advice",
        verdict.advice(),
        "limits",
        ordered(
            "fewestImages",
            Verdict.FEWEST_IMAGES,
            "toleratedFlips",
            Verdict.TOLERATED_FLIPS,
            "manyFlips",
            Verdict.MANY_FLIPS,
            "toleratedShare",
            Verdict.TOLERATED_SHARE,
            "toleratedCorrelation",
            Verdict.TOLERATED_CORRELATION));
  }

  private static Map<String, Object> performance(AuditResult result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("accuracy", result.accuracy());
    result.macroF1().ifPresent(f1 -> map.put("macroF1", f1));
    result.kappa().ifPresent(kappa -> map.put("kappa", kappa));
    if (!result.labels().isEmpty()) {
      map.put("labels", result.labels().stream().map(AuditJson::label).toList());
    }
    result
        .groups()
        .ifPresent(
            groups -> {
              map.put("sources", groups.groups().stream().map(MetricsJson::of).toList());
              map.put("worstSource", groups.worst().name());
            });
    return map;
  }

  private static Map<String, Object> label(LabelResult label) {
    Map<String, Object> map =
        ordered(
            "name",
            label.name(),
            "known",
            label.known(),
            "having",
            label.having(),
            "accuracy",
            label.accuracy(),
            "f1",
            label.f1());
    label.kappa().ifPresent(kappa -> map.put("kappa", kappa));
    return map;
  }

  private static void background(Map<String, Object> root, AuditResult.Background found) {
    found.attention().ifPresent(of -> root.put("attention", attention(found.area(), of)));
    Map<String, Object> flips = new LinkedHashMap<>();
    found.flips().forEach((replacement, of) -> flips.put(replacement.key(), flips(of)));
    root.put("flips", flips);
    found.followed().ifPresent(share -> root.put("followed", share));
    found.trust().ifPresent(trust -> root.put("trust", trust(trust)));
    root.put("worst", found.worst().stream().map(image -> image.audit().file()).toList());
  }

  private static Map<String, Object> attention(double area, AttributionSummary attention) {
    Map<String, Object> perClass = new LinkedHashMap<>();
    attention.perClass().forEach((name, of) -> perClass.put(name, measures(of)));
    return ordered(
        "backgroundArea",
        area,
        "undefined",
        attention.undefined(),
        "overall",
        measures(attention.overall()),
        "perClass",
        perClass);
  }

  private static Map<String, Object> trust(AuditResult.Trust trust) {
    Map<String, Object> map = ordered("images", trust.images());
    map.put("curves", trust.curves().stream().map(AuditJson::curve).toList());
    trust.completenessError().ifPresent(error -> map.put("completenessError", error));
    trust
        .absorbed()
        .ifPresent(
            absorbed -> {
              map.put("absorbedByBiases", absorbed.byBiases());
              map.put("absorbedByEpsilon", absorbed.byEpsilon());
            });
    map.put("randomisation", trust.randomisation());
    return map;
  }

  private static Map<String, Object> curve(FlippingCurve curve) {
    return ordered(
        "way",
        curve.way().key(),
        "region",
        curve.region().key(),
        "area",
        curve.area(),
        "points",
        curve.points());
  }

  private static Map<String, Object> measures(Map<Measure, Estimate> measures) {
    Map<String, Object> map = new LinkedHashMap<>();
    measures.forEach((measure, estimate) -> map.put(measure.key(), estimate));
    return map;
  }

  private static Map<String, Object> flips(DecisionFlips flips) {
    return ordered(
        "images",
        flips.images(),
        "rate",
        flips.rate(),
        "probabilityChange",
        flips.probabilityChange(),
        "perClass",
        flips.perClass());
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
