package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java program in a JVM of its own, with one thread: what it prints is what arrives on the
 * console, from whichever library.
 */
final class ChildJvm {
  private final Process process;
  private final Path out;
  private final Path err;

  private ChildJvm(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** How it ended. */
  record Outcome(int code, String out, String err) {}

  /** Starts this program, its output collected in a folder. */
  static ChildJvm start(Path folder, List<String> options, String... args) throws IOException {
    return start(folder, Files.createTempFile(folder, "out", ".txt"), options, args);
  }

  /** Starts this program with another standard output. */
  static ChildJvm start(Path folder, Path out, List<String> options, String... args)
      throws IOException {
    List<String> words = new ArrayList<>(options);
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(List.of(args));
    return java(folder, out, words);
  }

  /** Starts {@code java} with any words, in a folder. */
  static ChildJvm java(Path folder, Path out, List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:ActiveProcessorCount=1");
    command.addAll(words);
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.directory(folder.toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    return new ChildJvm(builder.start(), out, err);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has said so far. */
  String err() throws IOException {
    return Files.readString(err);
  }

  /** SIGKILL: no hook runs, no buffer is flushed. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM: as with Control-C, hooks run. */
  void stop() {
    process.destroy();
  }

  Outcome finish() throws IOException, InterruptedException {
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    if (!ended) {
      kill();
    }
    assertThat(ended).describedAs(err()).isTrue();
    return new Outcome(
        process.exitValue(), Files.isRegularFile(out) ? Files.readString(out) : "", err());
  }
}
