package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isnet.cli.report.PageLook;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code isnet compare}: several systems and seeds, one table. */
class CompareIT {
  private static final String COMPARISON =
      """
      data: set
      image: {height: 32, width: 32, channels: 1}
      bias: {shapes: {normal: triangle, consolidation: circle, nodules: square}}
      backbone: {filters: [4, 8]}
      training: {epochs: 2, batch: 8}
      segmenter: {depth: 3, filters: 4}
      multitask: {dense: 8}
      tests: [test]
      seeds: [3, 4]
      systems:
        plain:
        isnet:
        selective: {system: isnet, isnet: {variant: selective}}
        rrr: {rrr: {lambda: 0.1}}
        pipeline:
      out: compared
      """;

  @TempDir private static Path folder;

  private static String table;
  private static JsonNode metrics;

  @BeforeAll
  static void compare() throws IOException {
    run("data", "phantom", at("set"), "--size", "32", "--per-class", "6", "2", "3");
    Files.writeString(folder.resolve("compared.yaml"), COMPARISON);
    table = run("compare", at("compared.yaml"));
    metrics =
        new ObjectMapper().readTree(Files.readString(folder.resolve("compared/metrics.json")));
  }

  private static String at(String name) {
    return folder.resolve(name).toString();
  }

  private static String run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertThat(Main.run(new PrintWriter(out), new PrintWriter(err), args))
        .describedAs(err.toString())
        .isZero();
    return out.toString();
  }

  private static String refused(String text) throws IOException {
    Path file = folder.resolve("refused.yaml");
    Files.writeString(file, text);
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(new StringWriter()), new PrintWriter(err), "compare", file.toString());
    assertThat(code).isEqualTo(2);
    return err.toString().replace(file.toString(), "FILE").strip();
  }

  @Test
  void everySystemHasALineInTheOrderOfTheFile() {
    assertThat(table.lines().map(line -> line.split(" ")[0]).limit(6))
        .containsExactly("macro", "plain", "isnet", "selective", "rrr", "pipeline");
    assertThat(table.lines().findFirst().orElseThrow())
        .matches("macro F1, test +biased +standard +deceiving +drop");
  }

  @Test
  void everySystemIsTrainedWithEverySeed() {
    for (String system : new String[] {"plain", "isnet", "selective", "rrr", "pipeline"}) {
      assertThat(metrics.at("/systems/" + system + "/deceiving/macroF1")).hasSize(2);
      assertThat(folder.resolve("compared/" + system + "-3/model.zip")).exists();
      assertThat(folder.resolve("compared/" + system + "-4/model.zip")).exists();
      assertThat(folder.resolve("compared/" + system + "-4/report.html")).isNotEmptyFile();
      assertThat(folder.resolve("compared/" + system + "-4/results.csv")).isNotEmptyFile();
    }
  }

  @Test
  void theNumbersFollowTheSchema() throws IOException {
    assertThat(SchemaCheck.mistakes("urn:isnet:schema:comparison", metrics.toString())).isEmpty();
  }

  /** In each test and with each seed, every system against the first. */
  @Test
  void everySystemIsComparedWithTheFirstOnTheSameImages() throws IOException {
    JsonNode differences = metrics.path("differences");
    assertThat(differences).hasSize(4 * 2 * 3);
    for (JsonNode each : differences) {
      assertThat(each.path("second").asText()).isEqualTo("plain");
      String scenario = "/" + each.path("scenario").asText() + "/macroF1/";
      int seed = each.path("seed").asInt() - 3;
      String first = "/systems/" + each.path("first").asText();
      assertThat(each.at("/macroF1/value").asDouble())
          .isCloseTo(
              metrics.at(first + scenario + seed).asDouble()
                  - metrics.at("/systems/plain" + scenario + seed).asDouble(),
              org.assertj.core.api.Assertions.within(1e-12));
      assertThat(each.at("/mcNemar/pValue").asDouble()).isBetween(0.0, 1.0);
      assertThat(each.path("auc")).hasSize(3);
    }
    List<String> lines = Files.readAllLines(folder.resolve("compared/results.csv"));
    assertThat(lines)
        .anyMatch(
            line ->
                line.matches("1.0,isnet,test,deceiving,,macroF1Difference(,[0-9.e-]+){5},4,plain"))
        .anyMatch(line -> line.startsWith("1.0,rrr,test,biased,,mcNemarP,"))
        .anyMatch(line -> line.startsWith("1.0,pipeline,test,standard,,macroF1Mean,"))
        .anyMatch(line -> line.startsWith("1.0,plain,test,,,drop,"))
        .anyMatch(line -> line.startsWith("1.0,selective,test,,,stepBytes,"));
  }

  @Test
  void costsAreMeasured() {
    JsonNode plain = metrics.at("/systems/plain/cost");
    JsonNode isnet = metrics.at("/systems/isnet/cost");
    JsonNode pipeline = metrics.at("/systems/pipeline/cost");
    assertThat(isnet.path("parameters")).isEqualTo(plain.path("parameters"));
    assertThat(pipeline.path("parameters").asLong())
        .isGreaterThan(plain.path("parameters").asLong());
    assertThat(isnet.path("stepBytes").asLong()).isGreaterThan(plain.path("stepBytes").asLong());
    assertThat(plain.path("millisecondsPerImage").asDouble()).isPositive();
  }

  @Test
  void theDropIsTheBiasedLessTheDeceivingTest() {
    JsonNode plain = metrics.at("/systems/plain");
    assertThat(plain.at("/drop/value").asDouble())
        .isCloseTo(
            plain.at("/biased/mean").asDouble() - plain.at("/deceiving/mean").asDouble(),
            org.assertj.core.api.Assertions.within(1e-12));
  }

  @Test
  void thePageShowsAllSystemsSideBySide() throws IOException {
    assertThat(Files.readString(folder.resolve("compared/report.html")))
        .contains("isnet-dl4j comparison", ">selective<", "What each system costs", "± ")
        .contains("Isnet less plain, with 95", "McNemar", "deceiving, seed 4")
        .contains("Effective settings of plain", "Effective settings of rrr: those of plain, but")
        .contains("isnet.variant: selective");
  }

  @Test
  void thePageFitsScreenPhoneAndPaper() throws Exception {
    PageLook.at(folder.resolve("compared/report.html"), "compare");
  }

  @Test
  void whatIsFinishedIsNotTrainedAgain() throws IOException {
    Path epochs = folder.resolve("compared/plain-3/metrics.csv");
    FileTime before = Files.getLastModifiedTime(epochs);
    assertThat(run("compare", at("compared.yaml"))).isEqualTo(table);
    assertThat(Files.getLastModifiedTime(epochs)).isEqualTo(before);
  }

  @Test
  void mistakesAreToldWithTheirLine() throws IOException {
    assertThat(refused("data: set\nsystems: {plane: }\n"))
        .isEqualTo(
            "isnet: FILE, line 2: 'system' is 'plane', but must be one of plain, isnet,"
                + " isnet-gradient-input, rrr, gain, gain-no-masks, ham, segmenter, pipeline, multitask.");
    assertThat(refused("data: set\nsystems: {plain: {data: other}}\n"))
        .isEqualTo(
            "isnet: FILE, line 2: 'systems.plain.data' is given, but must be left out, because it is"
                + " the same for all systems.");
    assertThat(refused("data: set\nseeds: [1, 1]\nsystems: {plain: }\n"))
        .isEqualTo(
            "isnet: FILE, line 2: 'seeds' is a list with 1 twice, but must be a list without"
                + " repeats.");
    assertThat(refused("data: set\n"))
        .isEqualTo(
            "isnet: FILE, line 1: 'systems' is empty, but must be a section with a key for each"
                + " system.");
    assertThat(refused("data: set\nsystems: {segmenter: }\n"))
        .isEqualTo(
            "isnet: FILE, line 2: 'systems.segmenter' is a segmenter, but must be a classifier.");
  }
}
