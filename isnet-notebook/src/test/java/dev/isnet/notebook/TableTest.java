package dev.isnet.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

  private final Table table =
      Table.of("system", "macro F1", "images").row("plain", 0.5, 180).row("ISNet", 0.9876, 9);

  @Test
  void plainTextHasWordsToTheLeftAndNumbersToTheRight() {
    assertThat(table.toString())
        .isEqualTo(
            """
            system  macro F1  images
            plain      0.500     180
            ISNet      0.988       9""");
  }

  @Test
  void htmlHasTheSameCells() {
    assertThat(Table.of("a", "b").row("x", 1).toHtml())
        .isEqualTo(
            "<table><thead><tr><th style=\"text-align:left\">a</th>"
                + "<th style=\"text-align:right\">b</th></tr></thead>"
                + "<tbody><tr><td style=\"text-align:left\">x</td>"
                + "<td style=\"text-align:right\">1</td></tr></tbody></table>");
  }

  @Test
  void whatLooksLikeHtmlStaysText() {
    assertThat(Table.of("a").row("<b> & \"c\"").toHtml())
        .contains(">&lt;b&gt; &amp; \"c\"</td>")
        .doesNotContain("<b>");
  }

  @Test
  void aRowHasACellForEachColumn() {
    assertThatThrownBy(() -> table.row("plain"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells for 3 columns.");
  }
}
