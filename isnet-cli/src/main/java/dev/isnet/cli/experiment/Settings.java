package dev.isnet.cli.experiment;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The settings of several systems, so that a reader sees what is common and what is not. */
final class Settings {
  private Settings() {}

  /**
   * All settings of the first system, and of each other one those that differ.
   *
   * @param configs by name
   * @return texts in YAML by what they are
   */
  static Map<String, String> of(Map<String, ExperimentConfig> configs) {
    Map<String, String> texts = new LinkedHashMap<>();
    String first = configs.keySet().iterator().next();
    Map<String, String> common = flat(configs.get(first));
    configs.forEach(
        (name, config) ->
            texts.put(
                configs.size() == 1
                    ? "Effective settings"
                    : name.equals(first)
                        ? "Effective settings of " + name
                        : "Effective settings of %s: those of %s, but".formatted(name, first),
                name.equals(first)
                    ? ExperimentYaml.write(config)
                    : differences(common, flat(config))));
    return texts;
  }

  private static String differences(Map<String, String> common, Map<String, String> own) {
    Map<String, String> all = new LinkedHashMap<>(own);
    common.forEach((key, value) -> all.putIfAbsent(key, "(not given)"));
    String lines =
        all.entrySet().stream()
            .filter(entry -> !entry.getValue().equals(common.get(entry.getKey())))
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .collect(Collectors.joining("\n"));
    return lines.isEmpty() ? "(nothing differs)" : lines;
  }

  private static Map<String, String> flat(ExperimentConfig config) {
    Map<String, String> flat = new LinkedHashMap<>();
    flatten("", ExperimentYaml.toMap(config), flat);
    return flat;
  }

  private static void flatten(String path, Map<?, ?> map, Map<String, String> flat) {
    map.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> below && !below.isEmpty()) {
            flatten(path + key + ".", below, flat);
          } else {
            flat.put(path + key, String.valueOf(value));
          }
        });
  }
}
