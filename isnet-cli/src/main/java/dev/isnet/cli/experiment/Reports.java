package dev.isnet.cli.experiment;

import dev.isnet.cli.report.Comparison;
import dev.isnet.cli.report.CurveData;
import dev.isnet.cli.report.Explanation;
import dev.isnet.cli.report.GalleryRow;
import dev.isnet.cli.report.ReportData;
import dev.isnet.cli.report.ReportWriter;
import dev.isnet.cli.report.RunInfo;
import dev.isnet.cli.report.ScenarioResult;
import dev.isnet.cli.report.Source;
import dev.isnet.cli.report.SystemComparison;
import dev.isnet.cli.report.SystemReport;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.PairedComparison;
import dev.isnet.explain.Explainer;
import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import dev.isnet.graph.Predictor;
import dev.isnet.train.EpochMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Puts finished runs into a report. */
public final class Reports {
  /** Of so many classes at most, the gallery has the maps of all; else only those that matter. */
  private static final int MOST_MAPS = 5;

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
            comparisons(systems),
            gallery(systems),
            ExperimentYaml.write(config)));
  }

  private static Stream<SystemReport> system(TrainedSystem system, Source source) {
    SystemReport whole =
        new SystemReport(
            name(system),
            curves(system),
            results(system, system.tests(), source),
            change(system, system.tests()));
    List<TestResult> without = system.foreground().withoutSegmenter();
    return without.isEmpty()
        ? Stream.of(whole)
        : Stream.of(
            whole,
            new SystemReport(
                "the pipeline's classifier without its segmenter",
                List.of(),
                results(system, without, source),
                change(system, without)));
  }

  private static List<ScenarioResult> results(
      TrainedSystem system, List<TestResult> tests, Source source) {
    return tests.stream()
        .map(
            test ->
                ScenarioResult.of(test(system, test), test.result(), test.performance(), source))
        .toList();
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
        .map(
            each ->
                paired(tests.get(each.to()), tests.get(each.from()), system.config()).macroF1());
  }

  /** The last system less the first, in every test. */
  private static List<SystemComparison> comparisons(List<TrainedSystem> systems) {
    List<SystemComparison> comparisons = new ArrayList<>();
    if (systems.size() == 2) {
      TrainedSystem first = systems.get(1);
      TrainedSystem second = systems.get(0);
      for (int i = 0; i < first.tests().size(); i++) {
        comparisons.add(
            new SystemComparison(
                test(first, first.tests().get(i)),
                name(first),
                name(second),
                first.classes(),
                paired(first.tests().get(i), second.tests().get(i), first.config())));
      }
    }
    return comparisons;
  }

  private static PairedComparison paired(
      TestResult first, TestResult second, ExperimentConfig config) {
    return PairedComparison.of(
        first.result(),
        second.result(),
        Bootstrap.stratified(
            first.result().truth(), Bootstrap.DEFAULT_REPLICATES, config.training().seed()));
  }

  private static String name(TrainedSystem system) {
    return switch (system.config().system()) {
      case PLAIN -> "plain classifier";
      case ISNET -> "ISNet";
      case ISNET_GRADIENT_INPUT -> "ISNet Gradient×Input";
      case RRR -> "RRR";
      case GAIN -> "extended GAIN";
      case GAIN_NO_MASKS -> "GAIN without masks";
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

  /** The first image of every class in the most telling scenario, as each system sees it. */
  private static List<GalleryRow> gallery(List<TrainedSystem> systems) {
    TrainedSystem first = systems.get(0);
    ExperimentData data = new ExperimentData(first.config());
    BiasScenario scenario =
        data.scenarios().contains(BiasScenario.DECEIVING)
            ? BiasScenario.DECEIVING
            : BiasScenario.STANDARD;
    Split split = first.config().tests().get(first.config().tests().size() - 1);
    List<GalleryRow> rows = new ArrayList<>();
    Set<Integer> shown = new HashSet<>();
    try (BatchIterator batches = data.test(split, scenario).epoch(0)) {
      while (batches.hasNext() && shown.size() < first.classes().size()) {
        try (MaskedBatch batch = batches.next()) {
          for (int i = 0; i < batch.size(); i++) {
            int label = batch.labels().getRow(i).argMax(0).getInt(0);
            if (shown.add(label)) {
              rows.add(row(batch, i, label, scenario, systems));
            }
          }
        }
      }
    }
    return rows;
  }

  private static GalleryRow row(
      MaskedBatch batch, int i, int label, BiasScenario scenario, List<TrainedSystem> systems) {
    INDArray image = batch.images().get(NDArrayIndex.interval(i, i + 1)).dup();
    int channels = (int) image.size(1);
    int height = (int) image.size(2);
    int width = (int) image.size(3);
    Optional<MaskOutline> mask =
        batch.hasMask()[i]
            ? Optional.of(
                MaskOutline.of(
                    batch.masks().get(NDArrayIndex.interval(i, i + 1)).dup().data().asFloat(),
                    height,
                    width))
            : Optional.empty();
    String trueClass = systems.get(0).classes().get(label);
    return new GalleryRow(
        batch.files().get(i),
        scenario.toString(),
        trueClass,
        Pictures.of(image.data().asFloat(), channels, height, width),
        mask,
        systems.stream().map(system -> explanation(system, image, trueClass)).toList());
  }

  private static Explanation explanation(TrainedSystem system, INDArray image, String trueClass) {
    try (Predictor predictor = new Predictor(system.network());
        Explainer explainer = new Explainer(system.network(), Recipe.method(system.config()))) {
      float[] probabilities = predictor.probabilities(image).toFloatVector();
      int best = 0;
      for (int k = 1; k < probabilities.length; k++) {
        best = probabilities[k] > probabilities[best] ? k : best;
      }
      String predicted = system.classes().get(best);
      List<Heatmap> maps =
          explainer.explain(image, system.classes()).stream()
              .filter(
                  map ->
                      system.classes().size() <= MOST_MAPS
                          || map.className().equals(trueClass)
                          || map.className().equals(predicted))
              .toList();
      return new Explanation(name(system), predicted, probabilities[best], maps);
    }
  }
}
