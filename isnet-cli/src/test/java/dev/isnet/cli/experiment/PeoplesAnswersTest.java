package dev.isnet.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeoplesAnswersTest {
  private static final String FIRST = PeoplesAnswers.QUESTIONS.get(0);

  @TempDir private Path folder;
  private Path markdown;
  private Path json;
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    markdown = folder.resolve("MODEL_CARD.md");
    json = folder.resolve("model_card.json");
    write("generated 1\n");
  }

  @Test
  void aNewCardAsksEveryQuestion() throws IOException {
    assertThat(markdown).content().contains(PeoplesAnswers.QUESTIONS);
    assertThat(PeoplesAnswers.of(markdown, json).asList())
        .hasSize(9)
        .allSatisfy(each -> assertThat(each).containsEntry("answer", ""));
  }

  @Test
  void whatPeopleWroteStaysWordByWordAndIsInTheJson() throws IOException {
    edit("### " + FIRST + "\n", "### " + FIRST + "\n\nTriage,\n\n* in *two* wards\n");
    edit(PeoplesAnswers.END, "### A question of our own\nYes.\n" + PeoplesAnswers.END);
    String part = part();
    write("generated 2\n");
    assertThat(markdown).content().startsWith("generated 2\n").doesNotContain("generated 1");
    assertThat(part()).isEqualTo(part);
    assertThat(json)
        .content()
        .contains("\"answer\" : \"Triage,\\n\\n* in *two* wards\"", "A question of our own");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void anAnswerThatOnlyTheJsonHasIsTakenOver() throws IOException {
    Files.writeString(
        json, Files.readString(json).replaceFirst("\"answer\" : \"\"", "\"answer\" : \"Triage.\""));
    write("generated 2\n");
    assertThat(markdown).content().contains("### " + FIRST + "\n\nTriage.\n");
    assertThat(json).content().contains("\"answer\" : \"Triage.\"");
  }

  @Test
  void aFileWithoutItsMarksIsLeftAlone() throws IOException {
    Files.writeString(markdown, "my own words");
    Files.writeString(json, "{ not JSON");
    write("generated 2\n");
    assertThat(markdown).content().isEqualTo("my own words");
    assertThat(json).content().isEqualTo("{ not JSON");
    assertThat(folder.resolve("MODEL_CARD.generated.md")).content().startsWith("generated 2");
    assertThat(folder.resolve("model_card.generated.json")).content().contains("people");
    assertThat(err.toString()).contains(markdown.toString(), json.toString()).hasLineCount(2);
  }

  private void write(String generated) throws IOException {
    PeoplesAnswers answers = PeoplesAnswers.of(markdown, json);
    PrintWriter out = new PrintWriter(err);
    answers.writeMarkdown(generated, out);
    answers.writeJson(new LinkedHashMap<>(Map.of("people", answers.asList())), out);
  }

  private void edit(String before, String after) throws IOException {
    Files.writeString(markdown, Files.readString(markdown).replace(before, after));
  }

  private String part() throws IOException {
    String text = Files.readString(markdown);
    assertThat(List.of(text.split(PeoplesAnswers.BEGIN, -1))).hasSize(2);
    return text.substring(text.indexOf(PeoplesAnswers.BEGIN));
  }
}
