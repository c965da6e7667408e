package dev.isnet.cli.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.isnet.data.AtomicFile;
import dev.isnet.evaluate.ConfusionMatrix;
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
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("system", YamlSection.name(system.config().system()));
    root.put("splits", splits(system.tests()));
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

  private static Map<String, Object> splits(List<TestResult> tests) {
    Map<String, Object> splits = new LinkedHashMap<>();
    for (TestResult test : tests) {
      child(splits, test.split().toString()).put(test.scenario().toString(), of(test.confusion()));
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
      system.tests().forEach(test -> one.put(test.scenario().toString(), of(test.confusion())));
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
   * A confusion matrix with what follows from it.
   *
   * @param confusion the matrix
   * @return a tree of maps
   */
  public static Map<String, Object> of(ConfusionMatrix confusion) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("macroF1", confusion.macroF1());
    map.put("accuracy", confusion.accuracy());
    map.put("images", confusion.total());
    map.put("perClass", confusion.perClass());
    map.put("classes", confusion.classes());
    map.put("confusion", confusion.counts());
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
