package dev.isnet.cli.experiment;

import dev.isnet.cli.report.Comparison;
import dev.isnet.cli.report.CurveData;
import dev.isnet.cli.report.RelevanceShare;
import dev.isnet.cli.report.ReportData;
import dev.isnet.cli.report.ReportWriter;
import dev.isnet.cli.report.RunInfo;
import dev.isnet.cli.report.ScenarioResult;
import dev.isnet.cli.report.Source;
import dev.isnet.cli.report.SystemComparison;
import dev.isnet.cli.report.SystemReport;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.PairedComparison;
import dev.isnet.train.EpochMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Puts finished runs into a report. */
public final class Reports {
  private Reports() {}

  /**
   * Writes the report of one run, or of several on the same data.
   *
   * @param file where to
   * @param title what was done
   * @param command the command that repeats it
   * @param started when it began
   * @param systems the runs; their data is that of the first
   * @throws IOException if the file cannot be written
   */
  public static void write(
      Path file, String title, String command, ZonedDateTime started, List<TrainedSystem> systems)
      throws IOException {
    ExperimentConfig config = systems.get(0).config();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", config.data().folder().toString());
    facts.putAll(Versions.asMap());
    Source source = new Source(command, "the settings below");
    ReportWriter.write(
        file,
        new ReportData(
            title,
            new RunInfo(
                command,
                config.training().seed(),
                started,
                Duration.between(started, ZonedDateTime.now(started.getZone())),
                facts),
            systems.stream().flatMap(system -> system(system, source)).toList(),
            Pairs.ofRuns(systems, Reports::name).stream()
                .map(pair -> comparison(pair, config.tests().size() > 1))
                .toList(),
            new Gallery(systems.stream().map(Reports::name).toList(), systems).rows(),
            settings(systems)));
  }

  private static Map<String, String> settings(List<TrainedSystem> systems) {
    Map<String, ExperimentConfig> configs = new LinkedHashMap<>();
    systems.forEach(system -> configs.put(name(system), system.config()));
    return Settings.of(configs);
  }

  private static Stream<SystemReport> system(TrainedSystem system, Source source) {
    SystemReport whole = report(system, name(system), curves(system), system.tests(), source);
    List<TestResult> without = system.foreground().withoutSegmenter();
    return without.isEmpty()
        ? Stream.of(whole)
        : Stream.of(
            whole,
            report(
                system,
                "the pipeline's classifier without its segmenter",
                List.of(),
                without,
                source));
  }

  private static SystemReport report(
      TrainedSystem system,
      String name,
      List<CurveData> curves,
      List<TestResult> tests,
      Source source) {
    return new SystemReport(
        name,
        curves,
        tests.stream()
            .map(
                test ->
                    ScenarioResult.of(test(system, test), test.result(), test.performance(), source)
                        .bySource(test.sources()))
            .toList(),
        change(system, tests),
        system
            .background()
            .map(
                share ->
                    new RelevanceShare(
                        "%s test, %d images%s"
                            .formatted(
                                share.scenario(),
                                share.images(),
                                share.undefined() == 0
                                    ? ""
                                    : " (%d more without relevance)".formatted(share.undefined())),
                        share.share())));
  }

  private static String test(TrainedSystem system, TestResult test) {
    return system.config().tests().size() > 1
        ? test.split() + ", " + test.scenario()
        : test.scenario().toString();
  }

  /** How macro F1 changes on the same images when the marker changes. */
  private static Optional<Estimate> change(TrainedSystem system, List<TestResult> results) {
    Map<String, TestResult> tests = new LinkedHashMap<>();
    results.forEach(each -> tests.put(test(system, each), each));
    return Comparison.of(List.copyOf(tests.keySet()))
        .filter(each -> tests.get(each.from()).split() == tests.get(each.to()).split())
        .flatMap(
            each ->
                Pairs.of(
                    tests.get(each.to()),
                    tests.get(each.from()),
                    system.config().training().seed()))
        .map(PairedComparison::macroF1);
  }

  private static SystemComparison comparison(Pairs.Pair pair, boolean severalSplits) {
    return new SystemComparison(
        severalSplits ? pair.split() + ", " + pair.scenario() : pair.scenario().toString(),
        pair.first(),
        pair.second(),
        pair.classes(),
        pair.paired());
  }

  private static String name(TrainedSystem system) {
    return switch (system.config().system()) {
      case PLAIN -> "plain classifier";
      case ISNET -> "ISNet";
      case ISNET_GRADIENT_INPUT -> "ISNet Gradient×Input";
      case RRR -> "RRR";
      case GAIN -> "extended GAIN";
      case GAIN_NO_MASKS -> "GAIN without masks";
      case HAM -> "HAM";
      case SEGMENTER -> "segmenter";
      case PIPELINE -> "pipeline";
      case MULTITASK -> "multi-task U-Net";
    };
  }

  /** The totals of different objectives are different quantities, so each has its own chart. */
  private static List<CurveData> curves(TrainedSystem system) {
    List<EpochMetrics> epochs = system.epochs();
    Stream<CurveData> all =
        Stream.of(
            curve("Macro F1", "validation", epochs, EpochMetrics::validationMacroF1),
            curve("Classification loss", "training", epochs, EpochMetrics::classification),
            curve(
                "Classification loss",
                "validation",
                epochs,
                EpochMetrics::validationClassification));
    Stream<CurveData> background =
        both(
            "Background loss",
            epochs,
            EpochMetrics::background,
            EpochMetrics::validationBackground);
    Stream<CurveData> foreground =
        both(
            "Foreground loss",
            epochs,
            EpochMetrics::foreground,
            EpochMetrics::validationForeground);
    Stream<CurveData> total =
        both(name(system) + " loss", epochs, EpochMetrics::trainLoss, EpochMetrics::validationLoss);
    return switch (system.config().system()) {
      case PLAIN, SEGMENTER, PIPELINE -> all.toList();
      case ISNET, ISNET_GRADIENT_INPUT, GAIN -> join(all, background, foreground, total);
      case RRR -> join(all, background, total);
      case GAIN_NO_MASKS -> join(all, foreground, total);
      case HAM ->
          join(
              all,
              both(
                  "Maps against masks",
                  epochs,
                  EpochMetrics::background,
                  EpochMetrics::validationBackground),
              both(
                  "Anomaly, bound and union, weighted",
                  epochs,
                  EpochMetrics::foreground,
                  EpochMetrics::validationForeground),
              total);
      case MULTITASK ->
          join(
              all,
              both(
                  "Mask's cross-entropy",
                  epochs,
                  EpochMetrics::background,
                  EpochMetrics::validationBackground),
              both(
                  "Mask's 1 − soft Dice",
                  epochs,
                  EpochMetrics::foreground,
                  EpochMetrics::validationForeground),
              total);
    };
  }

  @SafeVarargs
  private static List<CurveData> join(Stream<CurveData>... curves) {
    return Stream.of(curves).flatMap(Function.identity()).toList();
  }

  private static Stream<CurveData> both(
      String quantity,
      List<EpochMetrics> epochs,
      ToDoubleFunction<EpochMetrics> training,
      ToDoubleFunction<EpochMetrics> validation) {
    return Stream.of(
        curve(quantity, "training", epochs, training),
        curve(quantity, "validation", epochs, validation));
  }

  private static CurveData curve(
      String quantity,
      String name,
      List<EpochMetrics> epochs,
      ToDoubleFunction<EpochMetrics> value) {
    return new CurveData(
        quantity,
        name,
        epochs.stream().mapToDouble(m -> m.epoch() + 1).toArray(),
        epochs.stream().mapToDouble(value).toArray());
  }
}
