package dev.isnet.cli.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.isnet.data.AtomicFile;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.Calibration;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.evaluate.ClassifierResult;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.ConfusionPosterior;
import dev.isnet.evaluate.ConfusionPosterior.ClassPosterior;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.GroupResults;
import dev.isnet.evaluate.MultiLabelResult;
import dev.isnet.evaluate.Performance;
import dev.isnet.evaluate.RocCurve;
import dev.isnet.segment.SegmentationResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Results in the form that other programs read. */
public final class MetricsJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private MetricsJson() {}

  /**
   * One trained system: {@code splits.<split>.<scenario>.macroF1} and what surrounds it.
   *
   * @param system the finished run
   * @param command what makes it again
   * @return a tree of maps
   */
  public static Map<String, Object> of(TrainedSystem system, String command) {
    Map<String, Object> root = Schemas.head("train");
    root.put("command", command);
    root.put("system", YamlSection.name(system.config().system()));
    root.put("splits", splits(system.tests()));
    changes(system).ifPresent(changes -> root.put("changes", changes));
    system.background().ifPresent(share -> root.put("background", of(share)));
    TrainedSystem.Foreground foreground = system.foreground();
    if (!foreground.withoutSegmenter().isEmpty()) {
      root.put("withoutSegmenter", splits(foreground.withoutSegmenter()));
    }
    if (!foreground.masks().isEmpty()) {
      Map<String, Object> masks = new LinkedHashMap<>();
      foreground.masks().forEach((split, result) -> masks.put(split.toString(), result));
      root.put("masks", masks);
    }
    root.put("seed", system.config().training().seed());
    root.put("epochs", system.epochs().size());
    root.put("seconds", system.seconds());
    root.put("versions", Versions.asMap());
    return root;
  }

  /** How macro F1 changes from the biased to the deceiving test, if there is a bias. */
  private static Optional<List<Map<String, Object>>> changes(TrainedSystem system) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Pairs.Change change : Pairs.changes(system)) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("split", change.split().toString());
      map.put("from", BiasScenario.BIASED.toString());
      map.put("to", BiasScenario.DECEIVING.toString());
      map.put("macroF1", change.macroF1());
      all.add(map);
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  private static Map<String, Object> splits(List<TestResult> tests) {
    Map<String, Object> splits = new LinkedHashMap<>();
    for (TestResult test : tests) {
      child(splits, test.split().toString()).put(test.scenario().toString(), of(test));
    }
    return splits;
  }

  /**
   * A trained segmenter: {@code splits.<split>.dice} and what surrounds it.
   *
   * @param run the finished run
   * @return a tree of maps
   */
  public static Map<String, Object> of(SegmenterExperiment.Trained run) {
    Map<String, Object> splits = new LinkedHashMap<>();
    run.tests().forEach((split, result) -> splits.put(split.toString(), result));
    Map<String, Object> root = Schemas.head("segmenter");
    root.put("system", YamlSection.name(run.config().system()));
    root.put("splits", splits);
    root.put("seed", run.config().training().seed());
    root.put("epochs", run.epochs());
    root.put("seconds", run.seconds());
    root.put("versions", Versions.asMap());
    return root;
  }

  /**
   * Several systems on the test split: {@code systems.<system>.<scenario>.macroF1}.
   *
   * @param systems the finished runs, of one seed
   * @param command what makes them again
   * @return a tree of maps
   */
  public static Map<String, Object> compare(List<TrainedSystem> systems, String command) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (TrainedSystem system : systems) {
      Map<String, Object> one = child(all, YamlSection.name(system.config().system()));
      system.tests().forEach(test -> one.put(test.scenario().toString(), of(test)));
      changes(system).ifPresent(changes -> one.put("changes", changes));
      system.background().ifPresent(share -> one.put("background", of(share)));
      one.put("epochs", system.epochs().size());
      one.put("seconds", system.seconds());
    }
    Map<String, Object> root = Schemas.head("comparison");
    root.put("command", command);
    root.put("systems", all);
    root.put("differences", differences(Pairs.ofRuns(systems)));
    root.put("seed", systems.get(0).config().training().seed());
    root.put("versions", Versions.asMap());
    return root;
  }

  /**
   * An evaluation of a model by itself.
   *
   * @param test its result
   * @param command what makes it again
   * @return a tree of maps
   */
  public static Map<String, Object> evaluation(TestResult test, String command) {
    Map<String, Object> root = Schemas.head("evaluate");
    root.put("command", command);
    root.put("split", test.split().toString());
    root.put("scenario", test.scenario().toString());
    root.putAll(of(test));
    root.put("versions", Versions.asMap());
    return root;
  }

  /**
   * A test with all that follows from it: measures as counted, and {@code expected} their
   * posterior. With several labels there is a confusion matrix of no and yes for each, over the
   * images whose answer is known.
   *
   * @param test the test
   * @return a tree of maps
   */
  static Map<String, Object> of(TestResult test) {
    ClassifierResult result = test.result();
    Performance found = test.performance();
    ConfusionPosterior posterior = found.posterior();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("macroF1", result.macroF1());
    map.put("accuracy", result.accuracy());
    if (result instanceof EvaluationResult single) {
      ConfusionMatrix confusion = single.confusion();
      map.put("balancedAccuracy", confusion.macroRecall());
      map.put("macroPrecision", confusion.macroPrecision());
      map.put("macroRecall", confusion.macroRecall());
      map.put("macroSpecificity", confusion.macroSpecificity());
      map.put("mcc", confusion.mcc());
    }
    map.put("images", result.size());
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("macroF1", posterior.macroF1());
    expected.put("accuracy", posterior.accuracy());
    if (result instanceof EvaluationResult) {
      expected.put("balancedAccuracy", posterior.macroRecall());
      expected.put("macroPrecision", posterior.macroPrecision());
      expected.put("macroRecall", posterior.macroRecall());
      expected.put("macroSpecificity", posterior.macroSpecificity());
      expected.put("mcc", posterior.mcc());
    }
    map.put("expected", expected);
    map.put("bootstrap", found.bootstrap());
    found.macroAuc().ifPresent(auc -> map.put("macroAuc", auc));
    map.put("macroAveragePrecision", found.macroAveragePrecision());
    map.put("calibration", of(found.calibration()));
    Map<String, RocCurve> rocs = new HashMap<>();
    result.rocs().forEach(roc -> rocs.put(roc.name(), roc));
    List<Map<String, Object>> perClass = new ArrayList<>();
    for (int k = 0; k < found.counted().size(); k++) {
      perClass.add(ofClass(found, k, rocs));
    }
    map.put("perClass", perClass);
    map.put("classes", result.classes());
    if (result instanceof EvaluationResult single) {
      map.put("confusion", single.confusion().counts());
    } else if (result instanceof MultiLabelResult several) {
      map.put("confusion", several.confusions().stream().map(ConfusionMatrix::counts).toList());
    }
    test.sources()
        .ifPresent(
            groups -> {
              map.put("sources", groups.groups().stream().map(MetricsJson::of).toList());
              map.put("worstSource", groups.worst().name());
            });
    return map;
  }

  /**
   * A group of images by where they come from.
   *
   * @param group the group
   * @return a tree of maps
   */
  public static Map<String, Object> of(GroupResults.Group group) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("source", group.name());
    map.put("images", group.images());
    map.put("right", group.right());
    map.put("accuracy", group.accuracy());
    if (!Double.isNaN(group.macroF1())) {
      map.put("macroF1", group.macroF1());
    }
    return map;
  }

  private static Map<String, Object> ofClass(Performance found, int k, Map<String, RocCurve> rocs) {
    ClassMetrics counted = found.counted().get(k);
    ClassPosterior posterior = found.posterior().perClass().get(k);
    Performance.Ranking ranking = found.rankings().get(k);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", counted.name());
    map.put("support", counted.support());
    Map<String, Object> expected = new LinkedHashMap<>();
    if (counted.present()) {
      map.put("precision", counted.precision());
      map.put("recall", counted.recall());
      map.put("f1", counted.f1());
      expected.put("precision", posterior.precision());
      expected.put("recall", posterior.recall());
      expected.put("f1", posterior.f1());
    }
    map.put("specificity", counted.specificity());
    expected.put("specificity", posterior.specificity());
    map.put("expected", expected);
    ranking.auc().ifPresent(auc -> map.put("auc", auc));
    ranking.averagePrecision().ifPresent(ap -> map.put("averagePrecision", ap));
    if (rocs.containsKey(counted.name())) {
      map.put("roc", of(rocs.get(counted.name())));
    }
    return map;
  }

  private static Map<String, Object> of(RocCurve roc) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("falsePositiveRate", roc.falsePositiveRate());
    map.put("truePositiveRate", roc.truePositiveRate());
    return map;
  }

  private static Map<String, Object> of(Calibration calibration) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("expectedError", calibration.expectedError());
    map.put("largestError", calibration.largestError());
    List<Map<String, Object>> bins = new ArrayList<>();
    for (Calibration.Bin bin : calibration.bins()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("low", bin.low());
      each.put("high", bin.high());
      each.put("samples", bin.samples());
      each.put("confidence", bin.confidence());
      bin.right().ifPresent(right -> each.put("right", right));
      bins.add(each);
    }
    map.put("bins", bins);
    return map;
  }

  static Map<String, Object> of(DecisionBackground background) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("split", background.split().toString());
    map.put("scenario", background.scenario().toString());
    map.put("images", background.images());
    map.put("undefined", background.undefined());
    map.put("share", background.share());
    return map;
  }

  /** Systems on the same images, each pair in each test. */
  static List<Map<String, Object>> differences(List<Pairs.Pair> pairs) {
    return pairs.stream().map(MetricsJson::of).toList();
  }

  private static Map<String, Object> of(Pairs.Pair pair) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("split", pair.split().toString());
    map.put("scenario", pair.scenario().toString());
    map.put("seed", pair.seed());
    map.put("first", pair.first());
    map.put("second", pair.second());
    map.put("macroF1", pair.paired().macroF1());
    map.put("accuracy", pair.paired().accuracy());
    map.put("mcNemar", pair.paired().mcNemar());
    List<Map<String, Object>> areas = new ArrayList<>();
    for (int k = 0; k < pair.classes().size(); k++) {
      Map<String, Object> area = new LinkedHashMap<>();
      area.put("name", pair.classes().get(k));
      pair.paired()
          .auc()
          .get(k)
          .ifPresent(
              auc -> {
                area.put("difference", auc.difference());
                auc.z().ifPresent(z -> area.put("z", z));
                auc.pValue().ifPresent(p -> area.put("pValue", p));
              });
      areas.add(area);
    }
    map.put("auc", areas);
    return map;
  }

  /**
   * A segmenter by itself.
   *
   * @param result of its masks
   * @param split the images
   * @param command what makes it again
   * @return a tree of maps
   */
  public static Map<String, Object> evaluation(
      SegmentationResult result, Split split, String command) {
    Map<String, Object> root = Schemas.head("evaluate segmenter");
    root.put("command", command);
    root.put("split", split.toString());
    root.put("images", result.images());
    root.put("dice", result.dice());
    root.put("medianDice", result.medianDice());
    root.put("leastDice", result.leastDice());
    root.put("iou", result.iou());
    root.put("medianIou", result.medianIou());
    root.put("perImage", result.perImage());
    root.put("versions", Versions.asMap());
    return root;
  }

  /**
   * JSON text.
   *
   * @param tree maps, lists, records and values
   * @return the text, over several lines
   */
  public static String text(Object tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes JSON to a file.
   *
   * @param file where to
   * @param tree maps, lists, records and values
   * @throws IOException if that fails; the file is then what it was before
   */
  public static void write(Path file, Object tree) throws IOException {
    AtomicFile.write(file, part -> Files.writeString(part, text(tree) + "\n"));
  }

  @SuppressWarnings("unchecked") // Every value of these maps was put there by the lines above.
  private static Map<String, Object> child(Map<String, Object> parent, String key) {
    return (Map<String, Object>)
        parent.computeIfAbsent(key, unused -> new LinkedHashMap<String, Object>());
  }
}
