package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isnet.cli.ChildJvm.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code isnet tune} with real candidates, each in a process of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TuneIT {
  private static final String EXPERIMENT =
      """
      data: set
      image: {height: 16, width: 16, channels: 1}
      backbone: {filters: [4]}
      isnet: {p: {uniform: [0.3, 0.95]}}
      training: {epochs: 2, batch: 8}
      tests: [test]
      tune: {search: random, candidates: 3, seedsOfWinner: 1, score: loss, halving: {eta: 2, epochs: 1}}
      out: OUT
      """;

  private static final List<String> MEMORY =
      List.of("-Xmx512m", "-Dorg.bytedeco.javacpp.maxphysicalbytes=3g");

  @TempDir private static Path folder;

  @BeforeAll
  void drawImages() throws Exception {
    ChildJvm data =
        start("data", "phantom", at("set"), "--per-class", "6", "2", "1", "--size", "16");
    assertThat(data.finish().code()).isZero();
  }

  @Test
  void killedItGoesOnWithWhatItWouldHaveTried() throws Exception {
    Outcome unbroken = start("tune", experiment("unbroken")).finish();
    assertThat(unbroken.code()).describedAs(unbroken.err()).isZero();
    Random random = new Random(11);
    for (int kill = 0; kill < 2; kill++) {
      int known = lines("killed").size();
      ChildJvm search = start("tune", experiment("killed"));
      while (search.isAlive() && lines("killed").size() <= Math.max(1, known)) {
        Thread.sleep(10);
      }
      // Now the next candidate is being trained, and must end with the search.
      Thread.sleep(random.nextInt(2500));
      search.kill();
    }
    Outcome last = start("tune", experiment("killed")).finish();
    assertThat(last.code()).describedAs(last.err()).isZero();
    assertThat(trials("killed")).hasSize(5).isEqualTo(trials("unbroken"));
    assertThat(last.out().lines().limit(2).toList())
        .isEqualTo(unbroken.out().lines().limit(2).toList());

    Outcome train = start("train", at("killed/best.yaml")).finish();
    assertThat(train.code()).describedAs(train.err()).isZero();
    assertThat(folder.resolve("killed/best/model.zip")).exists();
  }

  @Test
  void aCandidateThatFailsIsAResult() throws Exception {
    Path file = folder.resolve("failing.yaml");
    Files.writeString(
        file,
        """
        data: set
        image: {height: 16, width: 16, channels: 1}
        backbone: {filters: [4]}
        isnet: {deepSupervision: {choice: [[], [nothing]]}}
        training: {epochs: 1, batch: 8}
        tests: [test]
        tune: {search: grid, seedsOfWinner: 1, score: macroF1}
        """);
    Outcome search = start("tune", file.toString(), "--parallel", "2", "--json").finish();
    assertThat(search.code()).describedAs(search.err()).isZero();
    JsonNode candidates = new ObjectMapper().readTree(search.out()).path("candidates");
    assertThat(candidates).hasSize(2);
    assertThat(candidates.get(0).has("score")).isTrue();
    assertThat(candidates.get(1).path("failed").asText()).contains("nothing");
  }

  /** Without what depends on time. */
  private static List<String> trials(String name) throws IOException {
    return lines(name).stream()
        .skip(1)
        .map(line -> line.replaceFirst(",\"seconds\".*", ""))
        .toList();
  }

  private static List<String> lines(String name) throws IOException {
    Path journal = folder.resolve(name).resolve("journal.jsonl");
    return Files.exists(journal) ? Files.readAllLines(journal) : List.of();
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
