package dev.isnet.cli.experiment;

import dev.isnet.cli.WrongUseException;
import dev.isnet.tuning.Range;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A range that stands in the place of a value: {@code {uniform: [a, b]}}, {@code {logUniform: [a,
 * b]}}, {@code {integer: [a, b]}} or {@code {choice: [a, b, …]}}.
 */
final class RangeYaml {
  private static final String UNIFORM = "uniform";
  private static final String LOG_UNIFORM = "logUniform";
  private static final String INTEGER = "integer";
  private static final String CHOICE = "choice";
  private static final List<String> KINDS = List.of(UNIFORM, LOG_UNIFORM, INTEGER, CHOICE);

  private final String source;
  private final String key;
  private final YamlNode node;

  private RangeYaml(String source, String key, YamlNode node) {
    this.source = source;
    this.key = key;
    this.node = node;
  }

  /**
   * Reads a range.
   *
   * @param source what messages call the file
   * @param key the key whose value it is
   * @param node the value
   * @return empty if it is an ordinary value
   * @throws WrongUseException if it is a range with wrong ends
   */
  static Optional<Range> of(String source, String key, YamlNode node) {
    if (node instanceof YamlNode.Mapping mapping && mapping.entries().size() == 1) {
      Map.Entry<String, YamlNode> only = mapping.entries().entrySet().iterator().next();
      if (KINDS.contains(only.getKey())) {
        return Optional.of(
            new RangeYaml(source, key + "." + only.getKey(), only.getValue()).of(only.getKey()));
      }
    }
    return Optional.empty();
  }

  private Range of(String kind) {
    if (kind.equals(CHOICE)) {
      return choice();
    }
    boolean logarithmic = kind.equals(LOG_UNIFORM);
    boolean whole = kind.equals(INTEGER);
    String expected =
        "two %s%s, the smaller one first"
            .formatted(whole ? "whole numbers" : "numbers", logarithmic ? " above 0" : "");
    List<String> ends = texts(expected);
    try {
      double least = whole ? Integer.parseInt(ends.get(0)) : Double.parseDouble(ends.get(0));
      double most = whole ? Integer.parseInt(ends.get(1)) : Double.parseDouble(ends.get(1));
      if (least < most && Double.isFinite(most - least) && (least > 0 || !logarithmic)) {
        return whole
            ? new Range.Whole((int) least, (int) most)
            : logarithmic ? new Range.LogUniform(least, most) : new Range.Uniform(least, most);
      }
    } catch (NumberFormatException e) {
      // Told below, like numbers in the wrong order.
    }
    throw wrong(ends.toString(), expected);
  }

  private List<String> texts(String expected) {
    List<String> texts = new ArrayList<>();
    if (node instanceof YamlNode.Sequence sequence) {
      for (YamlNode item : sequence.items()) {
        texts.add(item instanceof YamlNode.Scalar scalar ? scalar.text() : "…");
      }
    }
    if (texts.size() != 2) {
      throw wrong(
          node instanceof YamlNode.Scalar scalar ? "'" + scalar.text() + "'" : texts.toString(),
          expected);
    }
    return texts;
  }

  private Range choice() {
    if (node instanceof YamlNode.Sequence sequence) {
      List<Object> values = sequence.items().stream().map(RangeYaml::value).toList();
      if (values.size() >= 2 && new HashSet<>(values).size() == values.size()) {
        return new Range.Choice(values);
      }
    }
    throw wrong(
        node instanceof YamlNode.Sequence ? value(node).toString() : "no list",
        "a list of at least two different values");
  }

  private WrongUseException wrong(String found, String expected) {
    return new WrongUseException(
        "%s, line %d: '%s' is %s, but must be %s."
            .formatted(source, node.line(), key, found, expected));
  }

  /** A piece of YAML as texts, lists and maps. */
  static Object value(YamlNode node) {
    if (node instanceof YamlNode.Scalar scalar) {
      return scalar.text();
    } else if (node instanceof YamlNode.Sequence sequence) {
      return new ArrayList<>(sequence.items().stream().map(RangeYaml::value).toList());
    } else if (node instanceof YamlNode.Mapping mapping) {
      Map<String, Object> values = new LinkedHashMap<>();
      mapping.entries().forEach((key, below) -> values.put(key, value(below)));
      return values;
    }
    return "";
  }

  /** What {@link #value} was made of, or a number, as a piece of YAML at some line. */
  static YamlNode node(Object value, int line) {
    if (value instanceof List<?> list) {
      return new YamlNode.Sequence(list.stream().map(item -> node(item, line)).toList(), line);
    } else if (value instanceof Map<?, ?> map) {
      Map<String, YamlNode> entries = new LinkedHashMap<>();
      map.forEach((key, below) -> entries.put(key.toString(), node(below, line)));
      return new YamlNode.Mapping(entries, line);
    }
    String text = value.toString();
    return text.isBlank() ? new YamlNode.Empty(line) : new YamlNode.Scalar(text, line);
  }
}
