package dev.isnet.cli.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isnet.data.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a model card that only people can write. It stands between two marks in the Markdown
 * file, under a heading for each question, and is kept word by word when the card is written again.
 * The JSON file repeats the answers. Where a file was changed so that the part cannot be found, the
 * file is left alone and the new one stands beside it.
 */
final class PeoplesAnswers {
  static final String BEGIN = "<!-- people: begin -->";
  static final String END = "<!-- people: end -->";

  static final List<String> QUESTIONS =
      List.of(
          "What is the model for, and who uses it?",
          "What must it not be used for?",
          "Whose images are these, and did they consent?",
          "Who is missing or rare in the data (age, sex, origin, device, disease stage)?",
          "Who labelled the images and drew the masks, and how was that checked?",
          "How was it validated where it is to be used (clinically, say), and by whom?",
          "What harm can a wrong answer do, and who notices it?",
          "Who is responsible, and how can they be reached?",
          "When and how is the model checked again or withdrawn?");

  private final Path markdown;
  private final Path json;

  /** The text between the marks. */
  private final String part;

  private final boolean markdownIsOurs;
  private final boolean jsonIsOurs;

  private PeoplesAnswers(
      Path markdown, Path json, String part, boolean markdownIsOurs, boolean jsonIsOurs) {
    this.markdown = markdown;
    this.json = json;
    this.part = part;
    this.markdownIsOurs = markdownIsOurs;
    this.jsonIsOurs = jsonIsOurs;
  }

  /** Reads the answers of an earlier card, or asks the questions anew. */
  static PeoplesAnswers of(Path markdown, Path json) throws IOException {
    Optional<String> kept = Optional.empty();
    boolean markdownIsOurs = !Files.exists(markdown);
    if (!markdownIsOurs) {
      kept = between(Files.readString(markdown));
      markdownIsOurs = kept.isPresent();
    }
    Optional<Map<String, String>> inJson =
        Files.exists(json) ? answers(json) : Optional.of(Map.of());
    String part = withAnswers(withQuestions(kept.orElse("\n")), inJson.orElse(Map.of()));
    return new PeoplesAnswers(markdown, json, part, markdownIsOurs, inJson.isPresent());
  }

  /** Question and answer; an answer that is not given is empty. */
  List<Map<String, String>> asList() {
    List<Map<String, String>> list = new ArrayList<>();
    parse(part)
        .forEach(
            (question, answer) -> {
              Map<String, String> entry = new LinkedHashMap<>();
              entry.put("question", question);
              entry.put("answer", answer);
              list.add(entry);
            });
    return list;
  }

  /** Writes the card with its generated text before this part. */
  void writeMarkdown(String generated, PrintWriter err) throws IOException {
    String text =
        generated
            + "\n## For people to fill in\n\n"
            + "Nobody but you can answer these. What you write between the two marks stays when the"
            + " card is written again.\n\n"
            + BEGIN
            + part
            + END
            + "\n";
    Path file = target(markdown, markdownIsOurs, err);
    AtomicFile.write(file, target -> Files.writeString(target, text));
  }

  void writeJson(Map<String, Object> card, PrintWriter err) throws IOException {
    MetricsJson.write(target(json, jsonIsOurs, err), card);
  }

  private static Path target(Path file, boolean ours, PrintWriter err) {
    if (ours) {
      return file;
    }
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    Path beside = file.resolveSibling(name.substring(0, dot) + ".generated" + name.substring(dot));
    err.printf(
        "%s was changed so that its part for people cannot be found; it is left as it is, and the"
            + " new card is %s.%n",
        file, beside);
    err.flush();
    return beside;
  }

  private static Optional<String> between(String text) {
    int begin = text.indexOf(BEGIN);
    int end = text.lastIndexOf(END);
    return begin >= 0 && end > begin
        ? Optional.of(text.substring(begin + BEGIN.length(), end))
        : Optional.empty();
  }

  /** Questions that an earlier card did not ask come last. */
  private static String withQuestions(String part) {
    Map<String, String> known = parse(part);
    StringBuilder all = new StringBuilder(part);
    for (String question : QUESTIONS) {
      if (!known.containsKey(question)) {
        all.append("\n### ").append(question).append("\n\n");
      }
    }
    return all.toString();
  }

  /** Answers that only the JSON file has. */
  private static String withAnswers(String part, Map<String, String> answers) {
    Map<String, String> known = parse(part);
    String all = part;
    for (Map.Entry<String, String> each : answers.entrySet()) {
      String heading = "### " + each.getKey() + "\n";
      if (!each.getValue().isEmpty() && known.getOrDefault(each.getKey(), "").isEmpty()) {
        all =
            all.contains(heading)
                ? all.replace(heading, heading + "\n" + each.getValue() + "\n")
                : all + "\n" + heading + "\n" + each.getValue() + "\n";
      }
    }
    return all;
  }

  private static Map<String, String> parse(String part) {
    Map<String, String> answers = new LinkedHashMap<>();
    Optional<String> question = Optional.empty();
    StringBuilder answer = new StringBuilder();
    for (String line : part.lines().toList()) {
      if (line.startsWith("### ")) {
        question.ifPresent(asked -> answers.put(asked, answer.toString().strip()));
        question = Optional.of(line.substring(4).strip());
        answer.setLength(0);
      } else {
        answer.append(line).append('\n');
      }
    }
    question.ifPresent(asked -> answers.put(asked, answer.toString().strip()));
    return answers;
  }

  /** The answers in a JSON card; nothing if it is no card any more. */
  private static Optional<Map<String, String>> answers(Path json) throws IOException {
    try {
      JsonNode people = new ObjectMapper().readTree(Files.readString(json)).path("people");
      if (!people.isArray()) {
        return Optional.empty();
      }
      Map<String, String> answers = new LinkedHashMap<>();
      people.forEach(
          each ->
              answers.put(each.path("question").asText(), each.path("answer").asText().strip()));
      return Optional.of(answers);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
