package dev.isnet.cli.experiment;

import java.util.List;
import java.util.stream.Collectors;

/** A Markdown text in the making. */
final class Markdown {
  private final StringBuilder text = new StringBuilder();

  void title(String title) {
    text.append("# ").append(line(title)).append("\n\n");
  }

  void heading(String heading) {
    blank();
    text.append("## ").append(line(heading)).append("\n\n");
  }

  void paragraph(String paragraph) {
    blank();
    text.append(line(paragraph)).append("\n\n");
  }

  void item(String key, Object value) {
    bullet(key + ": " + value);
  }

  void bullet(String item) {
    text.append("* ").append(line(item)).append('\n');
  }

  void row(List<String> cells) {
    text.append("| ")
        .append(cells.stream().map(Markdown::cell).collect(Collectors.joining(" | ")))
        .append(" |\n");
  }

  void rule(int columns) {
    text.append("|").append(" --- |".repeat(columns)).append('\n');
  }

  /** Ends a list or a table. */
  void blank() {
    if (!text.toString().endsWith("\n\n")) {
      text.append('\n');
    }
  }

  private static String cell(String cell) {
    return line(cell).replace("|", "\\|");
  }

  /** Names of classes and folders may hold line breaks. */
  private static String line(String text) {
    return text.replaceAll("\\R", " ");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
