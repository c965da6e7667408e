package dev.isnet.cli.experiment;

import dev.isnet.cli.WrongUseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One mapping of a YAML file, read key by key. A key's default and range stand where the key is
 * read, and {@link #done()} refuses the keys that nobody asked for. Every error is one sentence
 * with file, line, key, the value found and what was expected.
 */
final class YamlSection {
  private final String source;
  private final String path;
  private final YamlNode.Mapping mapping;
  private final Set<String> known = new LinkedHashSet<>();

  private YamlSection(String source, String path, YamlNode.Mapping mapping) {
    this.source = source;
    this.path = path;
    this.mapping = mapping;
  }

  /** The outermost section of a file that was parsed; {@code source} is what messages call it. */
  static YamlSection of(YamlNode.Mapping mapping, String source) {
    return new YamlSection(source, "", mapping);
  }

  /** The outermost section of a YAML text; {@code source} is what messages call the file. */
  static YamlSection parse(String text, String source) {
    return of(YamlNode.parse(text, source), source);
  }

  /** The section below a key; empty, so that all defaults hold, when the file has none. */
  YamlSection section(String key) {
    known.add(key);
    YamlNode node = mapping.entries().getOrDefault(key, new YamlNode.Empty(mapping.line()));
    if (node instanceof YamlNode.Mapping below) {
      return new YamlSection(source, path + key + ".", below);
    } else if (node instanceof YamlNode.Empty) {
      return new YamlSection(source, path + key + ".", new YamlNode.Mapping(Map.of(), node.line()));
    }
    throw wrong(key, node, "a section with keys of its own");
  }

  /** Whether a key has keys of its own. */
  boolean isSection(String key) {
    known.add(key);
    return mapping.entries().get(key) instanceof YamlNode.Mapping;
  }

  /** All of it, as it stands in the file. */
  YamlNode.Mapping mapping() {
    return mapping;
  }

  /** The keys of this section, in the file's order. */
  List<String> keys() {
    return List.copyOf(mapping.entries().keySet());
  }

  boolean has(String key) {
    known.add(key);
    return mapping.entries().containsKey(key);
  }

  String text(String key) {
    if (!has(key)) {
      throw new WrongUseException(
          "%s: the key '%s%s' is missing; it has no default.".formatted(source, path, key));
    }
    return scalar(key, "a text");
  }

  String text(String key, String standard) {
    return has(key) ? scalar(key, "a text") : standard;
  }

  double number(String key, double standard, double least, double most) {
    if (!has(key)) {
      return standard;
    }
    String expected = "a number from %s to %s".formatted(plain(least), plain(most));
    try {
      double value = Double.parseDouble(scalar(key, expected));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw wrong(key, mapping.entries().get(key), expected);
  }

  long integer(String key, long standard, long least, long most) {
    return has(key) ? integer(key, mapping.entries().get(key), least, most) : standard;
  }

  int integer(String key, int standard, int least, int most) {
    return (int) integer(key, (long) standard, least, most);
  }

  List<Integer> integers(String key, List<Integer> standard, int least, int most) {
    if (!has(key)) {
      return standard;
    }
    List<Integer> values = new ArrayList<>();
    for (YamlNode item : items(key, "a list of whole numbers", standard.isEmpty())) {
      values.add((int) integer(key, item, least, most));
    }
    return List.copyOf(values);
  }

  List<String> texts(String key, List<String> standard) {
    if (!has(key)) {
      return standard;
    }
    List<String> values = new ArrayList<>();
    for (YamlNode item : items(key, "a list of names", standard.isEmpty())) {
      if (!(item instanceof YamlNode.Scalar scalar)) {
        throw wrong(key, item, "a list of names");
      }
      values.add(scalar.text());
    }
    return List.copyOf(values);
  }

  Cut cut(String key, Cut standard) {
    if (!has(key)) {
      return standard;
    }
    if (scalar(key, "a number above 0 or auto").equals(Cut.NAME_OF_AUTO)) {
      return Cut.AUTO;
    }
    return Cut.of(number(key, 0, 1e-6, 1e9));
  }

  boolean flag(String key, boolean standard) {
    if (!has(key)) {
      return standard;
    }
    return switch (scalar(key, "true or false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key, mapping.entries().get(key), "true or false");
    };
  }

  <E extends Enum<E>> E choice(String key, E standard) {
    return has(key)
        ? choice(key, mapping.entries().get(key), standard.getDeclaringClass())
        : standard;
  }

  <E extends Enum<E>> List<E> choices(String key, List<E> standard, Class<E> type) {
    if (!has(key)) {
      return standard;
    }
    List<E> values = new ArrayList<>();
    for (YamlNode item : items(key, "a list of " + names(type), false)) {
      values.add(choice(key, item, type));
    }
    return List.copyOf(values);
  }

  /** Every key of this section, whatever its name, with one of a closed set of values. */
  <E extends Enum<E>> Map<String, E> choiceByName(Class<E> type) {
    Map<String, E> values = new LinkedHashMap<>();
    mapping.entries().forEach((key, node) -> values.put(key, choice(key, node, type)));
    known.addAll(values.keySet());
    return values;
  }

  /** Every key of this section, whatever its name, with a number. */
  Map<String, Double> numbersByName(double least, double most) {
    Map<String, Double> values = new LinkedHashMap<>();
    keys().forEach(key -> values.put(key, number(key, 0, least, most)));
    return values;
  }

  /** Every key of this section, whatever its name, with a text. */
  Map<String, String> textsByName() {
    Map<String, String> values = new LinkedHashMap<>();
    keys().forEach(key -> values.put(key, text(key)));
    return values;
  }

  /**
   * Ends the reading of this section.
   *
   * @throws WrongUseException if it has a key that was not read
   */
  void done() {
    mapping
        .entries()
        .forEach(
            (key, node) -> {
              if (!known.contains(key)) {
                throw new WrongUseException(
                    "%s, line %d: the key '%s%s' does not exist; %s"
                        .formatted(source, node.line(), path, key, instead(key)));
              }
            });
  }

  /** How a constant of an enumeration is written in the file. */
  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private String instead(String key) {
    return Nearest.to(key, known)
        .map(near -> "did you mean '" + path + near + "'?")
        .orElse("the keys here are " + String.join(", ", known) + ".");
  }

  private long integer(String key, YamlNode node, long least, long most) {
    String expected =
        most == Long.MAX_VALUE
            ? "a whole number"
            : "a whole number from %d to %d".formatted(least, most);
    if (node instanceof YamlNode.Scalar scalar) {
      try {
        long value = Long.parseLong(scalar.text());
        if (value >= least && value <= most) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Told below, like a number out of range.
      }
    }
    throw wrong(key, node, expected);
  }

  private <E extends Enum<E>> E choice(String key, YamlNode node, Class<E> type) {
    if (node instanceof YamlNode.Scalar scalar) {
      for (E constant : type.getEnumConstants()) {
        if (name(constant).equals(scalar.text())) {
          return constant;
        }
      }
    }
    throw wrong(key, node, names(type));
  }

  private List<YamlNode> items(String key, String expected, boolean mayBeEmpty) {
    YamlNode node = mapping.entries().get(key);
    if (node instanceof YamlNode.Sequence sequence && (mayBeEmpty || !sequence.items().isEmpty())) {
      return sequence.items();
    }
    throw wrong(key, node, expected);
  }

  private String scalar(String key, String expected) {
    YamlNode node = mapping.entries().get(key);
    if (node instanceof YamlNode.Scalar scalar) {
      return scalar.text();
    }
    throw wrong(key, node, expected);
  }

  /** The error for a value that is possible by itself but not together with others. */
  WrongUseException wrong(String key, Object found, String expected) {
    YamlNode node = mapping.entries().getOrDefault(key, mapping);
    return wrong(key, node.line(), found.toString(), expected);
  }

  private WrongUseException wrong(String key, YamlNode node, String expected) {
    String found;
    if (node instanceof YamlNode.Scalar scalar) {
      found = "'" + scalar.text() + "'";
    } else if (node instanceof YamlNode.Sequence sequence) {
      found = sequence.items().isEmpty() ? "an empty list" : "a list";
    } else if (node instanceof YamlNode.Mapping) {
      found = "a section";
    } else {
      found = "empty";
    }
    return wrong(key, node.line(), found, expected);
  }

  private WrongUseException wrong(String key, int line, String found, String expected) {
    return new WrongUseException(
        "%s, line %d: '%s%s' is %s, but must be %s."
            .formatted(source, line, path, key, found, expected));
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static <E extends Enum<E>> String names(Class<E> type) {
    return "one of "
        + Arrays.stream(type.getEnumConstants())
            .map(YamlSection::name)
            .collect(Collectors.joining(", "));
  }
}
