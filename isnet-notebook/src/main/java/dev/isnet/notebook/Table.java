package dev.isnet.notebook;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table: words to the left, numbers to the right. */
public final class Table {

  private final List<String> columns;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<List<Boolean>> numeric = new ArrayList<>();

  private Table(List<String> columns) {
    this.columns = columns;
  }

  /**
   * An empty table.
   *
   * @param columns the headings, at least one
   * @return the table
   */
  public static Table of(String... columns) {
    if (columns.length == 0) {
      throw new IllegalArgumentException("A table needs at least one column.");
    }
    return new Table(List.of(columns));
  }

  /**
   * Adds a row.
   *
   * @param cells one for each column: whole numbers as they are, other numbers with three decimals,
   *     and anything else in its own words
   * @return this table
   * @throws IllegalArgumentException if there are not as many cells as columns
   */
  public Table row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "%d cells for %d columns.".formatted(cells.length, columns.size()));
    }
    rows.add(Arrays.stream(cells).map(Table::text).toList());
    numeric.add(Arrays.stream(cells).map(cell -> cell instanceof Number).toList());
    return this;
  }

  private static String text(Object cell) {
    return cell instanceof Double || cell instanceof Float
        ? String.format(Locale.ROOT, "%.3f", ((Number) cell).doubleValue())
        : String.valueOf(cell);
  }

  /** The table as HTML. */
  String toHtml() {
    StringBuilder html = new StringBuilder("<table><thead><tr>");
    for (int c = 0; c < columns.size(); c++) {
      cell(html, "th", isNumeric(c), columns.get(c));
    }
    html.append("</tr></thead><tbody>");
    for (int r = 0; r < rows.size(); r++) {
      html.append("<tr>");
      for (int c = 0; c < columns.size(); c++) {
        cell(html, "td", numeric.get(r).get(c), rows.get(r).get(c));
      }
      html.append("</tr>");
    }
    return html.append("</tbody></table>").toString();
  }

  private boolean isNumeric(int column) {
    return !rows.isEmpty() && numeric.stream().allMatch(row -> row.get(column));
  }

  private static void cell(StringBuilder html, String tag, boolean number, String text) {
    html.append(
        "<%s style=\"text-align:%s\">%s</%s>"
            .formatted(tag, number ? "right" : "left", escaped(text), tag));
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The table in plain text, one line for the headings and for each row. */
  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, columns.size())
            .map(
                c ->
                    Math.max(
                        columns.get(c).length(),
                        rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0)))
            .toArray();
    List<String> lines = new ArrayList<>();
    lines.add(
        IntStream.range(0, columns.size())
            .mapToObj(c -> padded(columns.get(c), widths[c], isNumeric(c)))
            .collect(Collectors.joining("  ")));
    for (int r = 0; r < rows.size(); r++) {
      int row = r;
      lines.add(
          IntStream.range(0, columns.size())
              .mapToObj(c -> padded(rows.get(row).get(c), widths[c], numeric.get(row).get(c)))
              .collect(Collectors.joining("  ")));
    }
    return lines.stream().map(String::stripTrailing).collect(Collectors.joining("\n"));
  }

  private static String padded(String text, int width, boolean right) {
    String space = " ".repeat(width - text.length());
    return right ? space + text : text + space;
  }
}
