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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    Path measures = run.resolve("measures.json");
    Path log = run.resolve("candidate.log");
    shareTuneCut(folder.tuneCut(trial.seed()), SearchFolder.tuneCut(run));
    Process process = start(trial, run, yaml, measures, log);
    try {
      int code = process.waitFor();
      shareTuneCut(SearchFolder.tuneCut(run), folder.tuneCut(trial.seed()));
      return code == 0 ? measured(measures) : failed(code, Files.readString(log));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** C1 and C2 are found once, when no range has to do with them. */
  private synchronized void shareTuneCut(Path from, Path to) throws IOException {
    if (experiment.sharesTuneCut() && Files.exists(from) && !Files.exists(to)) {
      AtomicFile.write(to, part -> Files.copy(from, part));
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

  private Process start(Trial trial, Path run, Path yaml, Path measures, Path log)
      throws IOException {
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
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(measures.toFile()).redirectError(log.toFile());
    builder.environment().putIfAbsent("OMP_NUM_THREADS", Integer.toString(processors));
    return builder.start();
  }

  private static Outcome measured(Path measures) throws IOException {
    return new Outcome.Measured(
        JSON.readValue(
            Files.readString(measures), new TypeReference<LinkedHashMap<String, Double>>() {}));
  }

  /** What a process says that ended with a code other than 0. */
  static Outcome failed(int code, String log) {
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
