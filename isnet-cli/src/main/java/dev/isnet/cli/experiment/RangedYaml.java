package dev.isnet.cli.experiment;

import dev.isnet.cli.WrongUseException;
import dev.isnet.tuning.Range;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An experiment file with ranges in the place of values. A candidate is the same file with values
 * put in, so the reader of experiments checks it, and names the line of the range.
 */
final class RangedYaml {
  /** What a candidate has for C2: how many times C1 it is. */
  private static final String RATIO = "ratioOfC1";

  private static final String C1 = "isnet.c1";
  private static final String C2 = "isnet.c2";
  private static final String C2_RATIO = "isnet.c2 / c1";
  private static final List<String> SHARED =
      List.of("out", "system", "training.epochs", "training.seed");

  private final String source;
  private final Path base;
  private final String name;
  private final YamlNode.Mapping root;
  private final Map<String, Found> found = new LinkedHashMap<>();

  /** A range with its line. */
  private record Found(Range range, int line) {}

  /**
   * Finds the ranges.
   *
   * @param source what messages call the file
   * @param base the folder that relative paths start at
   * @param name the run's name where the file does not give its folder
   * @param root the file's outermost section
   */
  RangedYaml(String source, Path base, String name, YamlNode.Mapping root) {
    this.source = source;
    this.base = base;
    this.name = name;
    this.root = root;
    find("", root);
    Found ratio = found.remove(C2 + "." + RATIO);
    if (ratio != null) {
      requireAboveOne(ratio);
      found.put(C2_RATIO, ratio);
    }
  }

  private void find(String path, YamlNode.Mapping section) {
    section
        .entries()
        .forEach(
            (key, node) -> {
              String full = path.isEmpty() ? key : path + "." + key;
              RangeYaml.of(source, full, node)
                  .ifPresentOrElse(
                      range -> found.put(full, new Found(range, node.line())),
                      () -> {
                        if (node instanceof YamlNode.Mapping below) {
                          find(full, below);
                        }
                      });
            });
  }

  private void requireAboveOne(Found ratio) {
    for (Object end : ratio.range.ends()) {
      if (!(end instanceof Double number && number > 1)) {
        throw new WrongUseException(
            "%s, line %d: '%s.%s' has %s, but must be uniform or logUniform with numbers above 1, so that c2 is above c1."
                .formatted(source, ratio.line, C2, RATIO, end));
      }
    }
  }

  /**
   * Lets the reader of experiments look at the ends of all ranges.
   *
   * @throws WrongUseException if it refuses one, there is no range, or one where all candidates
   *     must have the same value
   */
  void check() {
    if (found.isEmpty()) {
      config(Map.of()); // A range whose name is mistyped is told by the reader.
      throw new WrongUseException(
          "%s: there is no range in it; write one in the place of a value, such as p: {uniform: [0.3, 0.95]}."
              .formatted(source));
    }
    for (String key : SHARED) {
      if (found.containsKey(key)) {
        throw new WrongUseException(
            "%s, line %d: '%s' is a range, but must be one value, because all candidates share it."
                .formatted(source, found.get(key).line, key));
      }
    }
    Map<String, Object> lowest = lowest();
    found.forEach(
        (key, each) -> {
          for (Object end : each.range.ends()) {
            Map<String, Object> values = new LinkedHashMap<>(lowest);
            values.put(key, end);
            config(values);
          }
        });
  }

  /** The range of each key, in the file's order. */
  Map<String, Range> ranges() {
    Map<String, Range> ranges = new LinkedHashMap<>();
    found.forEach((key, each) -> ranges.put(key, each.range));
    return ranges;
  }

  /** With every range at its lower end: for what all candidates share. */
  ExperimentConfig anyConfig() {
    return config(lowest());
  }

  private Map<String, Object> lowest() {
    Map<String, Object> values = new LinkedHashMap<>();
    found.forEach((key, each) -> values.put(key, each.range.ends().get(0)));
    return values;
  }

  /**
   * A candidate.
   *
   * @param values the value of each range, and of any other key
   * @throws WrongUseException if the reader of experiments refuses it
   */
  ExperimentConfig config(Map<String, Object> values) {
    YamlNode.Mapping filled = root;
    for (Map.Entry<String, Object> value : values.entrySet()) {
      String key = value.getKey();
      int line = found.containsKey(key) ? found.get(key).line : root.line();
      Object put = value.getValue();
      if (key.equals(C2_RATIO)) {
        key = C2;
        put = c1(values, line) * ((Number) put).doubleValue();
      }
      filled = with(filled, key, RangeYaml.node(put, line));
    }
    YamlSection yaml = YamlSection.of(filled, source);
    ExperimentConfig config = ExperimentConfig.of(yaml, base, name);
    yaml.done();
    return config;
  }

  private double c1(Map<String, Object> values, int line) {
    Object c1 = values.get(C1);
    if (c1 == null
        && root.entries().get("isnet") instanceof YamlNode.Mapping isnet
        && isnet.entries().get("c1") instanceof YamlNode.Scalar given) {
      c1 = given.text();
    }
    try {
      return c1 == null ? 1 : Double.parseDouble(c1.toString());
    } catch (NumberFormatException e) {
      throw new WrongUseException(
          "%s, line %d: '%s' is a ratio of c1, but c1 is %s, and must be a number or a range."
              .formatted(source, line, C2, c1));
    }
  }

  /** All values and ranges by their full keys, but where the results go. */
  Map<String, Object> flat() {
    Map<String, Object> all = flat(root);
    all.remove("out");
    return all;
  }

  /** All values of a file by their full keys. */
  private static Map<String, Object> flat(YamlNode.Mapping root) {
    Map<String, Object> all = new LinkedHashMap<>();
    flatten("", root, all);
    return all;
  }

  /** The values of an ordinary experiment by the keys that ranges have, c2 as a ratio too. */
  static Map<String, Object> settings(YamlNode.Mapping root) {
    Map<String, Object> all = flat(root);
    if (all.containsKey(C1) && all.containsKey(C2)) {
      try {
        double ratio =
            Double.parseDouble(all.get(C2).toString()) / Double.parseDouble(all.get(C1).toString());
        all.put(C2_RATIO, ratio);
      } catch (NumberFormatException e) {
        // c1: auto has no ratio; a search for one says that it is missing.
      }
    }
    return all;
  }

  private static void flatten(String path, YamlNode.Mapping section, Map<String, Object> all) {
    section
        .entries()
        .forEach(
            (key, node) -> {
              String full = path.isEmpty() ? key : path + "." + key;
              if (node instanceof YamlNode.Mapping below) {
                flatten(full, below, all);
              } else {
                all.put(full, RangeYaml.value(node));
              }
            });
  }

  /** The section with one value replaced or added, at any depth. */
  static YamlNode.Mapping with(YamlNode.Mapping section, String path, YamlNode value) {
    int dot = path.indexOf('.');
    String key = dot < 0 ? path : path.substring(0, dot);
    Map<String, YamlNode> entries = new LinkedHashMap<>(section.entries());
    if (dot < 0) {
      entries.put(key, value);
    } else {
      YamlNode.Mapping below =
          entries.get(key) instanceof YamlNode.Mapping mapping
              ? mapping
              : new YamlNode.Mapping(Map.of(), section.line());
      entries.put(key, with(below, path.substring(dot + 1), value));
    }
    return new YamlNode.Mapping(entries, section.line());
  }
}
