package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAlignedAndNumbersStandToTheRight() {
    Table table = new Table("class", "images", "F1");
    table.row("cat", 7, 0.5);
    table.row("a long name", 1200, 1.0);
    assertThat(table)
        .hasToString(
            """
            class        images     F1
            cat               7  0.500
            a long name    1200  1.000
            """);
  }
}
