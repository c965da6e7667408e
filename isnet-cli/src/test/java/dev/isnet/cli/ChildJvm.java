package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The program in a JVM of its own, with one thread, as a user starts it: what it prints is what
 * arrives on the console, from whichever library.
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

  /**
   * Starts the program.
   *
   * @param folder where its output is collected
   * @param options of the JVM
   * @param args of the program
   */
  static ChildJvm start(Path folder, List<String> options, String... args) throws IOException {
    return start(
        folder, System.getProperty("java.class.path"), options, Main.class.getName(), args);
  }

  /** Starts any program. */
  static ChildJvm start(
      Path folder, String classPath, List<String> options, String main, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:ActiveProcessorCount=1");
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(Arrays.asList(args));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
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

  /** SIGTERM, or what else a shell's kill knows. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, process.pid())).start().waitFor();
  }

  Outcome finish() throws IOException, InterruptedException {
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    if (!ended) {
      kill();
    }
    assertThat(ended).describedAs(err()).isTrue();
    return new Outcome(process.exitValue(), Files.readString(out), err());
  }
}
