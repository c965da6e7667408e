package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void withoutArgumentsTheHelpIsShownAsWrongUse() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).startsWith("Usage: isnet").contains("train", "evaluate", "explain");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void helpIsAResult() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: isnet");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "train", "evaluate", "explain", "data"})
  void everyCommandHasHelp(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: isnet " + command);
  }

  @Test
  void versionIsAResult() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("isnet ");
  }

  @Test
  void typoInACommandSuggestsTheCommand() {
    assertThat(run("trian")).isEqualTo(2);
    assertSentence("There is no command 'trian'; did you mean 'train'?");
  }

  @Test
  void typoInAnOptionSuggestsTheOption() {
    assertThat(run("demo", "--sede", "3")).isEqualTo(2);
    assertThat(err.toString()).startsWith("isnet: There is no option '--sede'").contains("--seed");
  }

  @Test
  void missingOptionIsWrongUse() {
    assertThat(run("evaluate", "--model", "m.zip")).isEqualTo(2);
    assertSentence("Missing required option: '--data=DIR'; see 'isnet evaluate --help'.");
  }

  @Test
  void optionOutOfRangeIsWrongUse() {
    assertThat(run("evaluate", "--model", "m.zip", "--data", "d", "--bias", "none")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--bias", "'none'", "'biased', 'standard' or 'deceiving'")
        .hasLineCount(1);
  }

  @Test
  void dataWithoutACommandShowsItsHelp() {
    assertThat(run("data")).isEqualTo(2);
    assertThat(err.toString()).startsWith("Usage: isnet data").contains("check", "phantom");
  }

  @Test
  void missingExperimentFileFails() {
    assertThat(run("train", "nowhere.yaml")).isEqualTo(1);
    assertSentence("The experiment file nowhere.yaml does not exist.");
  }

  @Test
  void unknownKeyIsWrongUse() throws IOException {
    Path file = Files.writeString(folder.resolve("e.yaml"), "data: .\ntrainnig: {epochs: 3}\n");
    assertThat(run("train", file.toString())).isEqualTo(2);
    assertSentence(file + ", line 2: the key 'trainnig' does not exist; did you mean 'training'?");
  }

  @Test
  void missingModelFails() {
    assertThat(run("explain", "--model", "no.zip", "--image", "x.png", "--out", "h.png"))
        .isEqualTo(1);
    assertThat(err.toString()).startsWith("isnet: ").contains("no.zip").hasLineCount(1);
    assertThat(Path.of("h.png")).doesNotExist();
  }

  @Test
  void checkOfAGeneratedDataSetFindsNothing() {
    String set = folder.resolve("set").toString();
    assertThat(run("data", "phantom", set, "--per-class", "2", "1", "1", "--size", "32")).isZero();
    assertThat(run("data", "check", set, "--channels", "1")).isZero();
    assertThat(out.toString()).contains("normal", "Nothing wrong was found.");
  }

  @Test
  void checkListsEveryProblem() throws IOException {
    Files.writeString(
        folder.resolve("labels.csv"),
        "file,label,mask,split\na.png,cat,,train\nb.png,dog,,train\n");
    assertThat(run("data", "check", folder.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("a.png", "b.png").hasLineCount(2);
  }

  @Test
  void problemsComeAsJsonToo() {
    assertThat(run("data", "check", folder.toString(), "--json")).isEqualTo(1);
    assertThat(out.toString()).contains("\"problems\"", "labels.csv");
  }

  private void assertSentence(String sentence) {
    assertThat(err.toString().strip()).isEqualTo("isnet: " + sentence);
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }
}
