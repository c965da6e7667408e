package dev.isnet.cli.experiment;

import dev.isnet.cli.WrongUseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One mapping of a YAML file, read key by key. A key's default and range stand where the key is
 * read, and {@link #done()} refuses the keys that nobody asked for. Every error is one sentence
 * with file, line, key, the value found and what was expected. A reading ends at the first one; a
 * check collects them and goes on with the default.
 */
final class YamlSection {
  private final String source;
  private final String path;
  private final YamlNode.Mapping mapping;
  private final Consumer<WrongUseException> mistakes;
  private final Set<String> known = new LinkedHashSet<>();

  private YamlSection(
      String source, String path, YamlNode.Mapping mapping, Consumer<WrongUseException> mistakes) {
    this.source = source;
    this.path = path;
    this.mapping = mapping;
    this.mistakes = mistakes;
  }

  /** The outermost section of a file that was parsed; {@code source} is what messages call it. */
  static YamlSection of(YamlNode.Mapping mapping, String source) {
    return new YamlSection(
        source,
        "",
        mapping,
        mistake -> {
          throw mistake;
        });
  }

  /** The same section, whose wrong values and unknown keys are told and count as missing. */
  YamlSection collecting(Consumer<String> told) {
    return new YamlSection(source, path, mapping, mistake -> told.accept(mistake.getMessage()));
  }

  /** A value that may be wrong. */
  private <T> T or(T standard, Supplier<T> value) {
    try {
      return value.get();
    } catch (WrongUseException e) {
      mistakes.accept(e);
      return standard;
    }
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
      return new YamlSection(source, path + key + ".", below, mistakes);
    }
    if (!(node instanceof YamlNode.Empty)) {
      mistakes.accept(wrong(key, node, "a section with keys of its own"));
    }
    YamlNode.Mapping none = new YamlNode.Mapping(Map.of(), node.line());
    return new YamlSection(source, path + key + ".", none, mistakes);
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
    return has(key) ? or(standard, () -> scalar(key, "a text")) : standard;
  }

  double number(String key, double standard, double least, double most) {
    return has(key) ? or(standard, () -> number(key, least, most)) : standard;
  }

  private double number(String key, double least, double most) {
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
    return has(key)
        ? or(standard, () -> integer(key, mapping.entries().get(key), least, most))
        : standard;
  }

  int integer(String key, int standard, int least, int most) {
    return (int) integer(key, (long) standard, least, most);
  }

  List<Integer> integers(String key, List<Integer> standard, int least, int most) {
    return has(key)
        ? or(
            standard,
            () ->
                items(key, "a list of whole numbers", standard.isEmpty()).stream()
                    .map(item -> (int) integer(key, item, least, most))
                    .toList())
        : standard;
  }

  List<String> texts(String key, List<String> standard) {
    return has(key) ? or(standard, () -> texts(key, standard.isEmpty())) : standard;
  }

  private List<String> texts(String key, boolean mayBeEmpty) {
    List<String> values = new ArrayList<>();
    for (YamlNode item : items(key, "a list of names", mayBeEmpty)) {
      if (!(item instanceof YamlNode.Scalar scalar)) {
        throw wrong(key, item, "a list of names");
      }
      values.add(scalar.text());
    }
    return List.copyOf(values);
  }

  Cut cut(String key, Cut standard) {
    return has(key) ? or(standard, () -> cut(key)) : standard;
  }

  private Cut cut(String key) {
    return scalar(key, "a number above 0 or auto").equals(Cut.NAME_OF_AUTO)
        ? Cut.AUTO
        : Cut.of(number(key, 1e-6, 1e9));
  }

  boolean flag(String key, boolean standard) {
    return has(key) ? or(standard, () -> flag(key)) : standard;
  }

  private boolean flag(String key) {
    return switch (scalar(key, "true or false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(key, mapping.entries().get(key), "true or false");
    };
  }

  <E extends Enum<E>> E choice(String key, E standard) {
    return has(key)
        ? or(standard, () -> choice(key, mapping.entries().get(key), standard.getDeclaringClass()))
        : standard;
  }

  <E extends Enum<E>> List<E> choices(String key, List<E> standard, Class<E> type) {
    return has(key)
        ? or(
            standard,
            () ->
                items(key, "a list of " + names(type), false).stream()
                    .map(item -> choice(key, item, type))
                    .toList())
        : standard;
  }

  /** Every key of this section, whatever its name, with one of a closed set of values. */
  <E extends Enum<E>> Map<String, E> choiceByName(Class<E> type) {
    Map<String, E> values = new LinkedHashMap<>();
    known.addAll(keys());
    mapping
        .entries()
        .forEach(
            (key, node) ->
                or(Optional.<E>empty(), () -> Optional.of(choice(key, node, type)))
                    .ifPresent(value -> values.put(key, value)));
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
   * @throws WrongUseException if it has a key that was not read, unless mistakes are collected
   */
  void done() {
    mapping
        .entries()
        .forEach(
            (key, node) -> {
              if (!known.contains(key)) {
                mistakes.accept(
                    new WrongUseException(
                        "%s, line %d: the key '%s%s' does not exist; %s"
                            .formatted(source, node.line(), path, key, instead(key))));
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
