package dev.isnet.cli.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A table whose rows can be sorted and copied.
 *
 * @param caption what it shows
 * @param columns the first names the rows
 * @param rows cells, as many as columns
 */
public record DataTable(String caption, List<Column> columns, List<List<Cell>> rows)
    implements Block {

  /**
   * A column.
   *
   * @param title its head
   * @param numeric whether its cells are numbers, which stand to the right
   */
  public record Column(String title, boolean numeric) {}

  /**
   * @throws IllegalArgumentException if a row has another number of cells than there are columns
   */
  public DataTable {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<Cell> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "A row of the table '%s' has %d cells for %d columns."
                .formatted(caption, row.size(), columns.size()));
      }
    }
  }

  /** A table without rows, of one column that names them. */
  public static DataTable of(String caption, String names) {
    return new DataTable(caption, List.of(new Column(names, false)), List.of());
  }

  /** The same with further columns of text; only while there are no rows. */
  public DataTable texts(String... titles) {
    return columns(false, titles);
  }

  /** The same with further columns of numbers; only while there are no rows. */
  public DataTable numbers(String... titles) {
    return columns(true, titles);
  }

  private DataTable columns(boolean numeric, String... titles) {
    List<Column> all = new ArrayList<>(columns);
    for (String title : titles) {
      all.add(new Column(title, numeric));
    }
    return new DataTable(caption, all, rows);
  }

  /** The same with a further row. */
  public DataTable row(Cell... cells) {
    return row(List.of(cells));
  }

  /** The same with a further row. */
  public DataTable row(List<Cell> cells) {
    List<List<Cell>> all = new ArrayList<>(rows);
    all.add(cells);
    return new DataTable(caption, columns, all);
  }
}
