package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isnet.cli.ChildJvm.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives on the console, native libraries included. */
class ConsoleIT {
  private static final String EXPERIMENT =
      """
      data: set
      image: {height: 32, width: 32, channels: 1}
      backbone: {filters: [4, 8]}
      training: {epochs: 1, batch: 4}
      tests: [test]
      out: run
      """;

  private static final String MEMORY_SENTENCE =
      "isnet: The memory is used up; lower the batch or the image size, or give more with"
          + " ISNET_JAVA_OPTS, for example '-Xmx2g -Dorg.bytedeco.javacpp.maxbytes=4g"
          + " -Dorg.bytedeco.javacpp.maxphysicalbytes=7g'.";

  @TempDir private static Path folder;

  @BeforeAll
  static void train() throws Exception {
    assertThat(run(List.of(), "data", "phantom", at("set"), "--per-class", "3", "1", "1").code())
        .isZero();
    Files.writeString(folder.resolve("e.yaml"), EXPERIMENT);
    assertThat(run(List.of(), "train", at("e.yaml")).code()).isZero();
  }

  @Test
  void standardOutputIsTheResultAndNothingElse() throws Exception {
    Outcome trained = run(List.of(), "train", at("e.yaml"), "--json");
    assertThat(trained.code()).isZero();
    assertThat(new ObjectMapper().readTree(trained.out()).path("seed").asInt()).isEqualTo(1);
    assertThat(trained.err().lines()).allMatch(line -> line.startsWith("train"));
    Outcome evaluated =
        run(List.of(), "evaluate", "--model", at("run/model.zip"), "--data", at("set"), "--json");
    assertThat(new ObjectMapper().readTree(evaluated.out()).path("images").asInt()).isEqualTo(3);
    assertThat(evaluated.err().lines()).allMatch(line -> line.startsWith("evaluate"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut off", "wrong checksum", "damaged data"})
  void damagedImageIsOneSentence(String damage) throws Exception {
    byte[] png = Files.readAllBytes(folder.resolve("set/images/test-normal-00002.png"));
    Path image = folder.resolve("damaged.png");
    Files.write(image, damaged(png, damage));
    Outcome outcome =
        run(
            List.of(),
            "explain",
            "--model",
            at("run/model.zip"),
            "--image",
            image.toString(),
            "--out",
            at("h.png"));
    assertThat(outcome.err())
        .startsWith("isnet: The image '" + image + "' cannot be decoded")
        .hasLineCount(1);
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(folder.resolve("h.png")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmx16m", "-Dorg.bytedeco.javacpp.maxphysicalbytes=100m"})
  void usedUpMemoryIsOneSentence(String limit) throws Exception {
    Files.writeString(
        folder.resolve("large.yaml"), EXPERIMENT.replace("32", "512").replace("run", "large"));
    Outcome outcome = run(List.of(limit), "train", at("large.yaml"));
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines().filter(line -> !line.startsWith("train, reading")))
        .containsExactly(MEMORY_SENTENCE);
  }

  @Test
  void resultThatCannotBeWrittenIsAFailure() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "There is no full device here.");
    Outcome outcome = ChildJvm.start(folder, full, List.of(), "--version").finish();
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("isnet: The results cannot be written to the standard output.\n");
  }

  /** A checksum is that of the data in a second case, so that only the decoder can notice. */
  private static byte[] damaged(byte[] png, String damage) {
    byte[] bytes = png.clone();
    int data = new String(png, StandardCharsets.ISO_8859_1).indexOf("IDAT") + 4;
    int length = ByteBuffer.wrap(png).getInt(data - 8);
    switch (damage) {
      case "cut off" -> {
        return Arrays.copyOf(png, png.length / 2);
      }
      case "wrong checksum" -> bytes[data + length / 2] ^= 0x55;
      default -> {
        Arrays.fill(bytes, data + length / 2, data + length / 2 + 40, (byte) 0xFF);
        CRC32 crc = new CRC32();
        crc.update(bytes, data - 4, length + 4);
        ByteBuffer.wrap(bytes).putInt(data + length, (int) crc.getValue());
      }
    }
    return bytes;
  }

  private static Outcome run(List<String> options, String... args)
      throws IOException, InterruptedException {
    return ChildJvm.start(folder, options, args).finish();
  }

  private static String at(String name) {
    return folder.resolve(name).toString();
  }
}
