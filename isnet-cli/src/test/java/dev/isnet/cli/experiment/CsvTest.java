package dev.isnet.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CsvTest {
  @Test
  void commasAndQuotesAreQuoted() {
    assertThat(Csv.cell("plain text")).isEqualTo("plain text");
    assertThat(Csv.cell("a, \"b\"")).isEqualTo("\"a, \"\"b\"\"\"");
    assertThat(Csv.cell("two\nlines")).isEqualTo("two lines");
  }

  @Test
  void cellsAreReadAsTheyWereWritten() {
    assertThat(Csv.cells("1.0," + Csv.cell("a, \"b\"") + ",,x"))
        .containsExactly("1.0", "a, \"b\"", "", "x");
  }
}
