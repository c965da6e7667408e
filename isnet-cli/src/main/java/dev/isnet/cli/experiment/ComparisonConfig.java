package dev.isnet.cli.experiment;

import dev.isnet.cli.WrongUseException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several systems on the same data with the same seeds. The file is an experiment with two keys
 * more:
 *
 * <pre>{@code
 * seeds: [1, 2, 3]
 * systems:
 *   plain:
 *   isnet:
 *   selective: {system: isnet, isnet: {variant: selective}}
 * }</pre>
 *
 * <p>What stands below a system's name takes the place of what the experiment says; the name itself
 * is the key {@code system} where that is not given.
 *
 * @param seeds every system is trained with each of them
 * @param systems by name, in the file's order; seed and folder are still those of the experiment
 * @param out the folder that has a run folder for every system and seed
 */
public record ComparisonConfig(List<Long> seeds, Map<String, ExperimentConfig> systems, Path out) {

  /**
   * Reads a comparison.
   *
   * @param file the YAML file; relative paths in it start at its folder
   * @return the comparison, every experiment checked as {@code isnet train} would
   * @throws WrongUseException if a key does not exist or a value is out of range
   * @throws dev.isnet.data.InputException if the file cannot be read
   */
  public static ComparisonConfig read(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    String source = file.toString();
    String name = ExperimentYaml.name(absolute);
    YamlNode.Mapping all = YamlNode.parse(ExperimentYaml.text(file), source);
    YamlSection outermost = YamlSection.of(all, source);
    List<Long> seeds = seeds(outermost);
    YamlSection named = outermost.section("systems");
    if (named.keys().isEmpty()) {
      throw outermost.wrong("systems", "empty", "a section with a key for each system");
    }
    YamlNode.Mapping shared = all.without("systems", "seeds", "system");
    Map<String, ExperimentConfig> systems = new LinkedHashMap<>();
    for (String system : named.keys()) {
      if (!system.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
        throw named.wrong(
            system, "a name", "of letters, digits, '.', '_' and '-', because it names a folder");
      }
      YamlSection yaml = YamlSection.of(shared.with(changes(named, system)), source);
      ExperimentConfig config = ExperimentConfig.of(yaml, absolute.getParent(), name);
      yaml.done();
      if (config.system() == ExperimentConfig.System.SEGMENTER) {
        throw named.wrong(system, "a segmenter", "a classifier");
      }
      systems.put(system, config);
    }
    return new ComparisonConfig(seeds, systems, systems.values().iterator().next().out());
  }

  private static List<Long> seeds(YamlSection yaml) {
    List<Long> seeds = new ArrayList<>();
    for (int seed : yaml.integers("seeds", List.of(1, 2, 3), 0, Integer.MAX_VALUE)) {
      if (seeds.contains((long) seed)) {
        throw yaml.wrong("seeds", "a list with %d twice".formatted(seed), "a list without repeats");
      }
      seeds.add((long) seed);
    }
    return List.copyOf(seeds);
  }

  private static YamlNode.Mapping changes(YamlSection named, String system) {
    YamlNode.Mapping changes = named.section(system).mapping();
    for (String key : List.of("data", "image", "bias", "tests", "out")) {
      if (changes.entries().containsKey(key)) {
        throw named
            .section(system)
            .wrong(key, "given", "left out, because it is the same for all systems");
      }
    }
    return changes.entries().containsKey("system")
        ? changes
        : changes.with(
            new YamlNode.Mapping(
                Map.of("system", new YamlNode.Scalar(system, changes.line())), changes.line()));
  }

  /**
   * One of the experiments.
   *
   * @param system its name
   * @param seed one of the seeds
   * @return the experiment, with a run folder of its own
   */
  public ExperimentConfig experiment(String system, long seed) {
    return systems.get(system).with(seed, out.resolve(system + "-" + seed));
  }
}
