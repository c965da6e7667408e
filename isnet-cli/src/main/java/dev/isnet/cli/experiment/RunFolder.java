package dev.isnet.cli.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.isnet.data.AtomicFile;
import dev.isnet.data.InputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * What a run leaves behind: its effective configuration, log, metrics, models and report. A run
 * folder belongs to one configuration; the same command goes on where it was interrupted.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {
  /** All values of the run, defaults included. */
  public Path effectiveConfig() {
    return path.resolve("effective.yaml");
  }

  /** What was logged. */
  public Path log() {
    return path.resolve("isnet.log");
  }

  /** One line per epoch. */
  public Path metricsCsv() {
    return path.resolve("metrics.csv");
  }

  /** C1 and C2, when tune-cut found them. */
  Path tuneCut() {
    return path.resolve("tune-cut.json");
  }

  /** The final results. */
  public Path metricsJson() {
    return path.resolve("metrics.json");
  }

  /** The final results as a table, one line for each measure. */
  public Path resultsCsv() {
    return path.resolve("results.csv");
  }

  /** What one must know about the model, for people. */
  public Path modelCard() {
    return path.resolve("MODEL_CARD.md");
  }

  /** The same for programs. */
  public Path modelCardJson() {
    return path.resolve("model_card.json");
  }

  /** The final model. */
  public Path model() {
    return path.resolve("model.zip");
  }

  /** The parameters of one epoch, as the trainer writes them. */
  Path checkpoint(TrainingConfig.Checkpoint which) {
    return path.resolve(YamlSection.name(which) + ".zip");
  }

  /** The report for people. */
  public Path report() {
    return path.resolve("report.html");
  }

  /**
   * Looks whether a run can have this folder, without touching it.
   *
   * @throws InputException if the folder cannot be made or written, or belongs to another
   *     configuration
   */
  void requireUsable(ExperimentConfig config) throws IOException {
    Path there = path;
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      throw new InputException(
          "The run folder %s cannot be made: %s is %s; choose another 'out'."
              .formatted(
                  path,
                  there,
                  Files.isDirectory(there) ? "a folder that cannot be written" : "no folder"));
    }
    if (Files.exists(effectiveConfig())) {
      requireSame(ExperimentYaml.write(config));
    }
  }

  /**
   * Does some work on the folder, for a configuration that the folder is made for if it is new.
   *
   * @param <T> what the work results in
   * @param config the run's configuration
   * @param work the work
   * @return its result
   * @throws InputException if the folder belongs to another configuration, or another process works
   *     on it
   * @throws Exception what the work throws
   */
  <T> T claim(ExperimentConfig config, Callable<T> work) throws Exception {
    Files.createDirectories(path);
    try (FileChannel channel =
            FileChannel.open(
                path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw new InputException(
            "Another isnet process works on the run folder %s; wait for it, or choose another 'out'."
                .formatted(path));
      }
      String yaml = ExperimentYaml.write(config);
      if (Files.exists(effectiveConfig())) {
        requireSame(yaml);
      } else {
        AtomicFile.write(effectiveConfig(), file -> Files.writeString(file, yaml));
      }
      return work.call();
    }
  }

  private void requireSame(String yaml) throws IOException {
    YAMLMapper mapper = new YAMLMapper();
    JsonNode before = mapper.readTree(Files.readString(effectiveConfig()));
    JsonNode now = mapper.readTree(yaml);
    Optional<String> difference = difference("", before, now);
    if (difference.isPresent()) {
      throw new InputException(
          "The run folder %s was made with %s; choose another 'out', undo the change, or delete the folder."
              .formatted(path, difference.get()));
    }
  }

  private static Optional<String> difference(String key, JsonNode before, JsonNode now) {
    if (!before.isObject() || !now.isObject()) {
      // Where a run's folder was moved to does not change the run.
      return before.equals(now) || key.equals("out")
          ? Optional.empty()
          : Optional.of("'%s' %s, but now it is %s".formatted(key, text(before), text(now)));
    }
    Iterator<String> keys =
        Stream.concat(
                before.propertyStream().map(Map.Entry::getKey),
                now.propertyStream().map(Map.Entry::getKey))
            .distinct()
            .iterator();
    while (keys.hasNext()) {
      String name = keys.next();
      Optional<String> found =
          difference(key.isEmpty() ? name : key + "." + name, before.path(name), now.path(name));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static String text(JsonNode node) {
    if (node.isMissingNode()) {
      return "not set";
    }
    return node.isValueNode() ? node.asText() : node.toString();
  }
}
