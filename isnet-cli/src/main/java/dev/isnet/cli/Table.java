package dev.isnet.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table of text whose columns are as wide as they must be; numbers stand to the right. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Starts a table.
   *
   * @param header the columns' names
   */
  public Table(String... header) {
    rows.add(List.of(header));
  }

  /**
   * Adds a row.
   *
   * @param cells texts and numbers, as many as there are columns
   */
  public void row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(
          cell instanceof Double number
              ? String.format(Locale.ROOT, "%.3f", number)
              : cell.toString());
    }
    rows.add(row);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(i == 0 ? "" : "  ").append(padded(row.get(i), i));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private String padded(String cell, int column) {
    int width = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    boolean number = rows.size() > 1 && Character.isDigit(rows.get(1).get(column).charAt(0));
    return String.format(number ? "%" + width + "s" : "%-" + width + "s", cell);
  }
}
