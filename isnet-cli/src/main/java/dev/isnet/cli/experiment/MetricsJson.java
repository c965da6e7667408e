package dev.isnet.cli.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.isnet.data.AtomicFile;
import dev.isnet.evaluate.ClassifierResult;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.MultiLabelResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results in the form that other programs read. */
public final class MetricsJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private MetricsJson() {}

  /**
   * One trained system: {@code splits.<split>.<scenario>.macroF1} and what surrounds it.
   *
   * @param system the finished run
   * @return a tree of maps
   */
  public static Map<String, Object> of(TrainedSystem system) {
    Map<String, Object> splits = new LinkedHashMap<>();
    for (TestResult test : system.tests()) {
      child(splits, test.split().toString()).put(test.scenario().toString(), of(test.result()));
    }
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("system", YamlSection.name(system.config().system()));
    root.put("splits", splits);
    root.put("seed", system.config().training().seed());
    root.put("epochs", system.epochs().size());
    root.put("seconds", system.seconds());
    root.put("versions", Versions.asMap());
    return root;
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
    Map<String, Object> root = new LinkedHashMap<>();
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
   * @return a tree of maps
   */
  public static Map<String, Object> compare(List<TrainedSystem> systems) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (TrainedSystem system : systems) {
      Map<String, Object> one = child(all, YamlSection.name(system.config().system()));
      system.tests().forEach(test -> one.put(test.scenario().toString(), of(test.result())));
      one.put("epochs", system.epochs().size());
      one.put("seconds", system.seconds());
    }
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("systems", all);
    root.put("seed", systems.get(0).config().training().seed());
    root.put("versions", Versions.asMap());
    return root;
  }

  /**
   * The result of a test with what follows from it. With several labels there is a confusion matrix
   * of no and yes for each, over the images whose answer is known.
   *
   * @param result what came out
   * @return a tree of maps
   */
  public static Map<String, Object> of(ClassifierResult result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("macroF1", result.macroF1());
    map.put("accuracy", result.accuracy());
    map.put("images", result.size());
    map.put("perClass", result.perClass());
    map.put("classes", result.classes());
    if (result instanceof EvaluationResult single) {
      map.put("confusion", single.confusion().counts());
    } else if (result instanceof MultiLabelResult several) {
      map.put("confusion", several.confusions().stream().map(ConfusionMatrix::counts).toList());
      several.macroAuc().ifPresent(area -> map.put("macroAuc", area.value()));
      Map<String, Double> areas = new LinkedHashMap<>();
      for (int k = 0; k < several.classes().size(); k++) {
        String name = several.classes().get(k);
        several.auc(k).ifPresent(area -> areas.put(name, area.value()));
      }
      map.put("auc", areas);
    }
    return map;
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
