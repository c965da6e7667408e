package dev.isnet.cli.experiment;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.fasterxml.jackson.dataformat.yaml.snakeyaml.error.MarkedYAMLException;
import dev.isnet.cli.WrongUseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A piece of a YAML file that still knows its line. Jackson's own tree forgets lines, and an error
 * without one sends the user searching.
 */
sealed interface YamlNode {
  /** The line it starts on, counted from 1. */
  int line();

  /** A single value as it stands in the file. */
  record Scalar(String text, int line) implements YamlNode {}

  /** {@code - a, - b} or {@code [a, b]}. */
  record Sequence(List<YamlNode> items, int line) implements YamlNode {}

  /** Keys with their values, in the file's order. */
  record Mapping(Map<String, YamlNode> entries, int line) implements YamlNode {

    /** The same with other values for some keys; where both have a mapping, key by key. */
    Mapping with(Mapping changes) {
      Map<String, YamlNode> all = new LinkedHashMap<>(entries);
      changes.entries.forEach(
          (key, value) ->
              all.merge(
                  key,
                  value,
                  (before, now) ->
                      before instanceof Mapping below && now instanceof Mapping other
                          ? below.with(other)
                          : now));
      return new Mapping(all, line);
    }

    /** The same without some keys. */
    Mapping without(String... keys) {
      Map<String, YamlNode> left = new LinkedHashMap<>(entries);
      left.keySet().removeAll(List.of(keys));
      return new Mapping(left, line);
    }
  }

  /** A key without a value. */
  record Empty(int line) implements YamlNode {}

  /**
   * Reads a YAML text whose outermost layer is a mapping.
   *
   * @param text the file's content
   * @param source what messages call the file
   * @return the mapping; empty for an empty file
   * @throws WrongUseException if the text is not YAML or not a mapping
   */
  static Mapping parse(String text, String source) {
    YAMLFactory factory =
        YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (YAMLParser parser = factory.createParser(text)) {
      if (parser.nextToken() == null) {
        return new Mapping(Map.of(), 1);
      }
      if (read(parser, source) instanceof Mapping mapping) {
        return mapping;
      }
      throw new WrongUseException(
          source + ": expected lines of the form 'key: value', but found something else.");
    } catch (MarkedYAMLException e) {
      throw notYaml(source, e.getProblemMark().getLine() + 1, e.getProblem());
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw notYaml(source, line, e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WrongUseException notYaml(String source, int line, String problem) {
    return new WrongUseException(
        "%s, line %d: not valid YAML (%s).".formatted(source, line, problem));
  }

  private static YamlNode read(YAMLParser parser, String source) throws IOException {
    int line = line(parser);
    if (parser.currentToken() == null) {
      return new Empty(line);
    }
    if (parser.isCurrentAlias()) {
      throw new WrongUseException(
          "%s, line %d: aliases (*%s) are not supported; write the value out."
              .formatted(source, line, parser.getText()));
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          int keyLine = line(parser);
          parser.nextToken();
          entries.put(key, at(keyLine, read(parser, source)));
        }
        yield new Mapping(entries, line);
      }
      case START_ARRAY -> {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(read(parser, source));
        }
        yield new Sequence(items, line);
      }
      case VALUE_NULL -> new Empty(line);
      default -> parser.getText().isBlank() ? new Empty(line) : new Scalar(parser.getText(), line);
    };
  }

  /** The line of the key is where a reader looks, even when the value starts below it. */
  private static YamlNode at(int line, YamlNode node) {
    if (node instanceof Scalar scalar) {
      return new Scalar(scalar.text(), line);
    } else if (node instanceof Sequence sequence) {
      return new Sequence(sequence.items(), line);
    } else if (node instanceof Mapping mapping) {
      return new Mapping(mapping.entries(), line);
    }
    return new Empty(line);
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }
}
