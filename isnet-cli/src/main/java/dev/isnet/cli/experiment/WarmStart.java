package dev.isnet.cli.experiment;

import dev.isnet.cli.WrongUseException;
import dev.isnet.data.InputException;
import dev.isnet.tuning.Journal;
import dev.isnet.tuning.Range;
import dev.isnet.tuning.Results;
import dev.isnet.tuning.SearchPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The candidates that a search tries first, because something is known of them. */
final class WarmStart {
  private static final int BEST_OF_A_SEARCH = 3;

  private WarmStart() {}

  /**
   * The best of an earlier search, or the settings of an experiment.
   *
   * @param source the {@code out} of a search with ranges of the same keys, or an experiment file
   *     with a value for each of the keys
   * @param plan the search that begins
   * @return values of its ranges; of an earlier search at most three, those in range
   * @throws InputException if the earlier search had other keys, or the file cannot be read
   * @throws WrongUseException if the file lacks a value, or has one outside of its range
   */
  static List<Map<String, Object>> of(Path source, SearchPlan plan) {
    return Files.isDirectory(source) ? bestOf(source, plan) : List.of(settings(source, plan));
  }

  private static List<Map<String, Object>> bestOf(Path folder, SearchPlan plan) {
    List<Journal.Entry> entries = Journal.read(SearchFolder.journal(folder));
    List<Map<String, Object>> best = new ArrayList<>();
    for (Results.Tried tried : Results.of(entries, plan).ranking()) {
      if (!tried.values().keySet().equals(plan.ranges().keySet())) {
        throw new InputException(
            "The search in %s has ranges for %s, but this one for %s; a warm start needs the same keys."
                .formatted(folder, tried.values().keySet(), plan.ranges().keySet()));
      }
      boolean inRange =
          plan.ranges().entrySet().stream()
              .allMatch(range -> range.getValue().holds(tried.values().get(range.getKey())));
      if (inRange && best.size() < BEST_OF_A_SEARCH) {
        best.add(tried.values());
      }
    }
    return best;
  }

  private static Map<String, Object> settings(Path file, SearchPlan plan) {
    Map<String, Object> given =
        RangedYaml.settings(YamlNode.parse(ExperimentYaml.text(file), file.toString()));
    Map<String, Object> values = new LinkedHashMap<>();
    plan.ranges()
        .forEach(
            (key, range) -> {
              if (!given.containsKey(key)) {
                throw new WrongUseException(
                    "%s has no value for '%s', but a warm start needs one for each range of the search."
                        .formatted(file, key));
              }
              Object value = typed(given.get(key), range);
              if (!range.holds(value)) {
                throw new WrongUseException(
                    "%s: '%s' is %s, but the search looks at %s only; a warm start must be in range."
                        .formatted(file, key, value, ends(range)));
              }
              values.put(key, value);
            });
    return values;
  }

  /** A number as the range would draw it, anything else as it stands in the file. */
  private static Object typed(Object value, Range range) {
    try {
      if (range instanceof Range.Whole) {
        return Integer.valueOf(value.toString());
      }
      return range instanceof Range.Choice ? value : (Object) Double.valueOf(value.toString());
    } catch (NumberFormatException e) {
      return value; // Told as out of range.
    }
  }

  private static String ends(Range range) {
    return range instanceof Range.Choice
        ? range.ends().toString()
        : range.ends().get(0) + " to " + range.ends().get(1);
  }
}
