package dev.isnet.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isnet.cli.experiment.ExperimentYaml;
import dev.isnet.cli.experiment.SearchFolder;
import dev.isnet.cli.experiment.TuneExperiment;
import dev.isnet.data.AtomicFile;
import dev.isnet.data.InputException;
import dev.isnet.tuning.Outcome;
import dev.isnet.tuning.Trial;
import dev.isnet.tuning.TrialRunner;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs each trial in a JVM of its own, with this one's memory limits and its share of the
 * processor: whatever kills it, native code included, is the trial's result and not the search's
 * end.
 */
final class CandidateJvm implements TrialRunner {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_WAIT = 300;

  private final TuneExperiment experiment;
  private final SearchFolder folder;
  private final long trainingSeed;
  private final int parallel;

  CandidateJvm(TuneExperiment experiment, SearchFolder folder, long trainingSeed, int parallel) {
    this.experiment = experiment;
    this.folder = folder;
    this.trainingSeed = trainingSeed;
    this.parallel = parallel;
  }

  @Override
  public Outcome run(Trial trial) throws Exception {
    Path run = Files.createDirectories(folder.candidate(trial, trainingSeed));
    waitForOrphan(run);
    Path yaml = run.resolve("candidate.yaml");
    String text = ExperimentYaml.write(experiment.config(trial.values(), trial.seed(), run));
    AtomicFile.write(yaml, part -> Files.writeString(part, text));
    Path log = run.resolve("candidate.log");
    Files.deleteIfExists(log);
    Process process = start(trial, run, yaml, log);
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      return code == 0
          ? new Outcome.Measured(JSON.readValue(out, new TypeReference<Map<String, Double>>() {}))
          : failed(code, Files.exists(log) ? Files.readString(log) : "");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** A trial of a search that was killed sees that and ends, but perhaps not at once. */
  private static void waitForOrphan(Path run) throws IOException, InterruptedException {
    try (FileChannel channel =
        FileChannel.open(
            run.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < LONGEST_WAIT; i++) {
        try (FileLock lock = channel.tryLock()) {
          if (lock != null) {
            return;
          }
        }
        Thread.sleep(100);
      }
    }
    throw new InputException(
        "Another isnet process works on the run folder %s; wait for it, or end it.".formatted(run));
  }

  private Process start(Trial trial, Path run, Path yaml, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(word -> Stream.of("-X", "-D").anyMatch(word::startsWith))
        .forEach(command::add);
    command.add("-Disnet.terminal=false");
    command.add("-XX:ErrorFile=" + run.resolve("crash.log"));
    int processors = Math.max(1, Runtime.getRuntime().availableProcessors() / parallel);
    if (parallel > 1) {
      command.add("-XX:ActiveProcessorCount=" + processors);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(CandidateCommand.NAME, yaml.toString()));
    command.addAll(List.of("--epochs", Integer.toString(trial.epochs())));
    if (experiment.sharesTuneCut()) {
      command.addAll(List.of("--cut", folder.tuneCut(trial.seed()).toString()));
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().putIfAbsent("OMP_NUM_THREADS", Integer.toString(processors));
    return builder.start();
  }

  private static Outcome failed(int code, String log) throws IOException {
    Optional<String> said =
        log.lines()
            .filter(line -> line.startsWith("isnet: "))
            .reduce((first, second) -> second)
            .map(line -> line.substring("isnet: ".length()));
    if (said.filter(sentence -> sentence.startsWith(Failures.DISK_FULL)).isPresent()) {
      throw new InputException(said.get());
    }
    return new Outcome.Failed(
        said.orElseGet(
            () ->
                code > 128
                    ? "The virtual machine was ended by signal %d.".formatted(code - 128)
                    : "The virtual machine ended with code %d.".formatted(code)));
  }
}
