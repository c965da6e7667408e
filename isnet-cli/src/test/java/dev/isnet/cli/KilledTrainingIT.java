package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isnet.cli.ChildJvm.Outcome;
import dev.isnet.model.ModelBundle;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code isnet train}, killed at any moment, goes the way it would have gone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledTrainingIT {
  private static final int EPOCHS = 12;

  /** Wide enough that writing a checkpoint takes a while in which it can be killed. */
  private static final String EXPERIMENT =
      """
      data: set
      image: {height: 16, width: 16, channels: 1}
      bias: {shapes: {nodules: circle, consolidation: square}, size: 4}
      backbone: {filters: [64, 128], batchNorm: true, dropout: 0.2}
      training: {epochs: 12, batch: 8, schedule: cosine}
      augmentation: {flipHorizontal: 0.5, translate: 0.1}
      tests: [test]
      out: OUT
      """;

  private static final List<String> MEMORY =
      List.of("-Xmx512m", "-Dorg.bytedeco.javacpp.maxphysicalbytes=3g");

  @TempDir private static Path folder;
  private int tornEpochs;

  @BeforeAll
  void trainUnbroken() throws Exception {
    ChildJvm data =
        start("data", "phantom", at("set"), "--per-class", "12", "4", "4", "--size", "16");
    assertThat(data.finish().code()).isZero();
    Outcome unbroken = start("train", experiment("unbroken")).finish();
    assertThat(unbroken.code()).describedAs(unbroken.err()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void endsWhereUnbrokenTrainingEnds(long seed) throws Exception {
    String name = "killed-" + seed;
    Random random = new Random(7919 * seed);
    int epochs = 0;
    for (int kill = 0; kill < 4; kill++) {
      ChildJvm training = start("train", experiment(name));
      if (kill % 2 == 0) {
        killWhileWriting(training, name, random);
      } else {
        killAnywhere(training, random);
      }
      int now = epochsOf(name);
      assertThat(now).describedAs("epochs in the last checkpoint").isGreaterThanOrEqualTo(epochs);
      epochs = now;
      requireLinesInOrder(name, epochs);
    }
    Outcome last = start("train", experiment(name)).finish();
    assertThat(last.code()).describedAs(last.err()).isZero();

    for (String model : List.of("last.zip", "best.zip", "model.zip")) {
      assertThat(parameters(name, model)).isEqualTo(parameters("unbroken", model));
    }
    assertThat(entry(name, "training-updater.bin"))
        .isEqualTo(entry("unbroken", "training-updater.bin"));
    assertThat(metrics(name)).hasSize(EPOCHS + 1).isEqualTo(metrics("unbroken"));
  }

  /** Otherwise the kills above all missed the moment that is the hardest. */
  @AfterAll
  void someEpochWasKilledBetweenItsMetricsAndItsCheckpoint() {
    assertThat(tornEpochs).isPositive();
  }

  @Test
  void aSignalSaysHowToGoOn() throws Exception {
    ChildJvm training = start("train", experiment("stopped"));
    while (training.isAlive() && !training.err().contains("epoch 1 of")) {
      Thread.sleep(20);
    }
    training.stop();
    Outcome outcome = training.finish();
    assertThat(outcome.code()).isEqualTo(128 + 15);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("isnet: ")))
        .containsExactly(
            "isnet: Interrupted; the same command goes on after the last finished epoch.");
    assertThat(outcome.err()).doesNotContain("Exception");
    assertThat(outcome.out()).isEmpty();
  }

  /** Kills a random moment after a checkpoint, the metrics or the model began to be written. */
  private void killWhileWriting(ChildJvm training, String name, Random random) throws Exception {
    Path run = Files.createDirectories(folder.resolve(name));
    int nth = random.nextInt(6);
    try (WatchService watch = FileSystems.getDefault().newWatchService()) {
      run.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      while (training.isAlive()) {
        WatchKey key = watch.poll(20, TimeUnit.MILLISECONDS);
        if (key == null) {
          continue;
        }
        for (WatchEvent<?> event : key.pollEvents()) {
          if (event.context().toString().endsWith(".zip.writing") && nth-- == 0) {
            TimeUnit.MICROSECONDS.sleep(random.nextInt(10_000));
            training.kill();
          }
        }
        key.reset();
      }
    }
  }

  private void killAnywhere(ChildJvm training, Random random) throws Exception {
    while (training.isAlive() && !training.err().contains("reading the images: 100 %")) {
      Thread.sleep(5);
    }
    Thread.sleep(1000 + random.nextInt(4000));
    training.kill();
  }

  /** Every epoch once; at most the one whose checkpoint was not written any more is ahead. */
  private void requireLinesInOrder(String name, int epochs) throws IOException {
    List<String> lines = metrics(name);
    for (int i = 1; i < lines.size(); i++) {
      assertThat(lines.get(i)).startsWith((i - 1) + ",");
    }
    assertThat(lines.size() - 1).isBetween(epochs, epochs + 1);
    tornEpochs += lines.size() - 1 > epochs ? 1 : 0;
  }

  private static int epochsOf(String name) throws IOException {
    return Files.exists(folder.resolve(name).resolve("last.zip"))
        ? new ObjectMapper().readTree(entry(name, "training.json")).path("epochs").asInt()
        : 0;
  }

  private static byte[] entry(String name, String entry) throws IOException {
    return ModelBundle.entry(folder.resolve(name).resolve("last.zip"), entry).orElseThrow();
  }

  /** Every bit, where comparing arrays of ND4J allows for a difference. */
  private static float[] parameters(String name, String model) {
    return ModelBundle.read(folder.resolve(name).resolve(model)).net().params().toFloatVector();
  }

  /** Without the last columns, the seconds and the schema's version. */
  private static List<String> metrics(String name) throws IOException {
    Path file = folder.resolve(name).resolve("metrics.csv");
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(l -> l.replaceFirst("(,[^,]*){2}$", "")).toList()
        : List.of("no epoch yet");
  }

  private static String experiment(String name) throws IOException {
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(file, EXPERIMENT.replace("OUT", name));
    return file.toString();
  }

  private static ChildJvm start(String... args) throws IOException {
    return ChildJvm.start(folder, MEMORY, args);
  }

  private static String at(String name) {
    return folder.resolve(name).toString();
  }
}
