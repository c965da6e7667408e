package dev.isnet.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Comma-separated values after RFC 4180: quoted fields may hold commas, line breaks and doubled
 * quotes; lines end in LF, CRLF or CR; blank lines are skipped; a byte-order mark is ignored.
 */
final class CsvReader {
  /** The fields of one record, trimmed unless quoted, and the line it starts on, from 1. */
  record Row(int line, List<String> fields) {}

  private final String text;
  private final String name;
  private int at;
  private int line = 1;

  private CsvReader(String text, String name) {
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.name = name;
  }

  /**
   * Splits the text.
   *
   * @param name the file's name for error messages
   * @throws InputException if a quote is not closed or text follows a closing quote
   */
  static List<Row> rows(String text, String name) {
    return new CsvReader(text, name).rows();
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    while (at < text.length()) {
      int start = line;
      List<String> fields = row();
      boolean blank = fields.size() == 1 && fields.get(0).isEmpty();
      if (!blank) {
        rows.add(new Row(start, fields));
      }
    }
    return rows;
  }

  private List<String> row() {
    List<String> fields = new ArrayList<>();
    while (true) {
      fields.add(field());
      if (at == text.length()) {
        return fields;
      }
      char end = text.charAt(at++);
      if (end != ',') {
        lineBreak(end);
        return fields;
      }
    }
  }

  /** Leaves {@code at} on the comma or line break that ends the field, or at the text's end. */
  private String field() {
    int start = at;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return quoted();
    }
    at = start;
    while (!atEndOfField()) {
      at++;
    }
    return text.substring(start, at).strip();
  }

  private String quoted() {
    int opened = line;
    StringBuilder value = new StringBuilder();
    at++;
    while (true) {
      if (at == text.length()) {
        throw new InputException(
            "%s, line %d: a quoted field is opened here and never closed; add the missing quote."
                .formatted(name, opened));
      }
      char c = text.charAt(at++);
      if (c != '"') {
        value.append(c);
        if (c == '\n' || c == '\r') {
          if (c == '\r' && at < text.length() && text.charAt(at) == '\n') {
            value.append(text.charAt(at++));
          }
          line++;
        }
      } else if (at < text.length() && text.charAt(at) == '"') {
        value.append('"');
        at++;
      } else {
        break;
      }
    }
    int end = at;
    while (!atEndOfField()) {
      at++;
    }
    String rest = text.substring(end, at).strip();
    if (!rest.isEmpty()) {
      throw new InputException(
          "%s, line %d: found '%s' after a closing quote where a comma or the line's end belongs;"
                  .formatted(name, line, rest)
              + " write quotes inside a quoted field twice.");
    }
    return value.toString();
  }

  private boolean atEndOfField() {
    if (at == text.length()) {
      return true;
    }
    char c = text.charAt(at);
    return c == ',' || c == '\n' || c == '\r';
  }

  private void lineBreak(char c) {
    if (c == '\r' && at < text.length() && text.charAt(at) == '\n') {
      at++;
    }
    line++;
  }
}
