package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report in a real browser; skipped where neither Chromium nor Chrome is installed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportBrowserIT {

  /** How far the page, or anything in it that does not scroll by itself, reaches too far right. */
  private static final String OVERFLOW =
      """
      (() => {
        const width = document.documentElement.clientWidth;
        const scrolls = (node) => node.closest('.wide') !== null;
        const wide = Array.from(document.querySelectorAll('body *'))
          .filter((node) => !scrolls(node) && node.getBoundingClientRect().right > width + 1)
          .map((node) => node.tagName + '.' + (node.getAttribute('class') || ''));
        return [document.documentElement.scrollWidth - width, ...wide].join(' ');
      })()
      """;

  @TempDir private static Path folder;
  private Optional<Browser> started = Optional.empty();
  private Path report;

  @BeforeAll
  void start() throws Exception {
    Optional<Path> program = Browser.installed();
    assumeTrue(program.isPresent(), "no Chromium is installed, so nothing looks at the report");
    report = folder.resolve("report.html");
    ReportWriter.write(report, SampleReport.data());
    started = Optional.of(Browser.start(program.get()));
  }

  @AfterAll
  void stop() throws Exception {
    if (started.isPresent()) {
      started.get().close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1280, 390})
  void loadsWithoutComplaintAndFitsTheWindow(int width) throws Exception {
    browser().open(report, width);
    assertThat(browser().evaluate(OVERFLOW).asText()).isEqualTo("0");
    assertThat(browser().complaints()).isEmpty();
    keep("report-" + width + ".png", browser().screenshot());
  }

  @Test
  void fitsThePaper() throws Exception {
    browser().open(report, 688); // The width of A4 within its margins, at 96 pixels an inch.
    browser().printed(true);
    try {
      assertThat(browser().evaluate(OVERFLOW).asText()).isEqualTo("0");
      assertThat(
              browser()
                  .evaluate("getComputedStyle(document.querySelector('.controls')).display")
                  .asText())
          .isEqualTo("none");
      keep("report.pdf", browser().pdf());
    } finally {
      browser().printed(false);
    }
  }

  @Test
  void theSliderFadesBetweenImageAndHeatmap() throws Exception {
    browser().open(report, 1280);
    String photo = "getComputedStyle(document.querySelector('.map .photo')).opacity";
    String layer = "getComputedStyle(document.querySelector('.map .layer')).opacity";
    assertThat(browser().evaluate(photo).asDouble()).isEqualTo(0.5);
    assertThat(browser().evaluate(layer).asDouble()).isEqualTo(1);
    browser().evaluate("document.querySelector('.mix-choice').focus()");
    browser().press("Home", 36);
    assertThat(browser().evaluate(photo).asDouble()).isEqualTo(1);
    assertThat(browser().evaluate(layer).asDouble()).isZero();
    browser().press("End", 35);
    assertThat(browser().evaluate(photo).asDouble()).isZero();
    assertThat(browser().evaluate(layer).asDouble()).isEqualTo(1);
    assertThat(browser().complaints()).isEmpty();
  }

  @Test
  void theClassSelectorShowsTheMapsOfItsClass() throws Exception {
    browser().open(report, 390);
    // The sample's plain classifier predicts another class than the true one; the ISNet is right.
    assertThat(shown())
        .isEqualTo(
            "plain classifier consolidation, ISNet normal, plain classifier nodules,"
                + " ISNet consolidation, plain classifier normal, ISNet nodules");
    choose("true");
    assertThat(shown())
        .isEqualTo(
            "plain classifier normal, ISNet normal, plain classifier consolidation,"
                + " ISNet consolidation, plain classifier nodules, ISNet nodules");
    choose("=nodules");
    assertThat(shown())
        .isEqualTo("plain classifier nodules, plain classifier nodules, ISNet nodules");
    assertThat(browser().complaints()).isEmpty();
  }

  /** From the seventh on the colours come again, but hollow. */
  @Test
  void eightSystemsCanBeToldApart() throws Exception {
    ReportData sample = SampleReport.data();
    SystemReport one = sample.systems().get(0);
    List<SystemReport> systems =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    new SystemReport(
                        "system " + i, one.curves(), one.results(), one.change(), one.background()))
            .toList();
    Path page = report.resolveSibling("eight.html");
    ReportWriter.write(
        page,
        new ReportData(
            "Eight systems", sample.run(), systems, List.of(), List.of(), sample.settings()));
    PageLook.at(page, "eight");
    browser().open(page, 1280);
    assertThat(
            browser()
                .evaluate(
                    """
                    new Set(Array.from(document.querySelector('table.data').querySelectorAll('.swatch'),
                      (each) => {
                        const style = getComputedStyle(each);
                        return style.backgroundColor + style.borderColor + style.borderWidth;
                      })).size
                    """)
                .asInt())
        .isEqualTo(8);
  }

  /** An image without a map of the chosen class says so. */
  @Test
  void aMissingMapIsTold() throws Exception {
    browser().open(report, 1280);
    String missing =
        "Array.from(document.querySelectorAll('.missing'), (each) => each.hidden).join(' ')";
    assertThat(browser().evaluate(missing).asText()).isEqualTo("true true true");
    choose("=nodules");
    assertThat(browser().evaluate(missing).asText()).contains("true");
    assertThat(shown()).doesNotContain("normal");
  }

  @Test
  void theOutlineOfTheMaskCanBeHidden() throws Exception {
    browser().open(report, 1280);
    String display = "getComputedStyle(document.querySelector('.outline')).display";
    assertThat(browser().evaluate(display).asText()).isEqualTo("inline");
    browser().evaluate("document.querySelector('.outline-choice').click()");
    assertThat(browser().evaluate(display).asText()).isEqualTo("none");
  }

  @Test
  void tablesAreSortedByAnyColumnAndBack() throws Exception {
    browser().open(report, 1280);
    String heads = "document.querySelectorAll('table.data')[1].querySelectorAll('thead button')";
    String first =
        "Array.from(document.querySelectorAll('table.data')[1].tBodies[0].rows,"
            + " (row) => row.cells[0].textContent).join(' ')";
    assertThat(browser().evaluate(first).asText()).isEqualTo("biased standard deceiving");
    browser().evaluate(heads + "[1].click()");
    assertThat(browser().evaluate(first).asText()).isEqualTo("deceiving standard biased");
    browser().evaluate(heads + "[1].click()");
    assertThat(browser().evaluate(first).asText()).isEqualTo("biased standard deceiving");
    browser().evaluate(heads + "[0].click()");
    assertThat(browser().evaluate(first).asText()).isEqualTo("biased deceiving standard");
  }

  @Test
  void tablesAreCopiedWithTabs() throws Exception {
    browser().open(report, 1280);
    String copied =
        """
        (() => {
          let text = '';
          document.addEventListener('copy', () => { text = document.activeElement.value; }, {once: true});
          document.querySelector('table.matrix').closest('figure').querySelector('.copy').click();
          return text;
        })()
        """;
    assertThat(browser().evaluate(copied).asText().lines())
        .containsExactly(
            "true ↓ said →\tnormal\tconsolidation\tnodules",
            "normal\t40\t0\t0",
            "consolidation\t1\t38\t1",
            "nodules\t0\t1\t39");
  }

  @Test
  void withoutScriptsEverythingCanStillBeRead() throws Exception {
    browser().scripts(false);
    try {
      browser().open(report, 1280);
      assertThat(shown().split(", ")).hasSize(9);
      assertThat(
              browser()
                  .evaluate("getComputedStyle(document.querySelector('.controls')).display")
                  .asText())
          .isEqualTo("none");
      assertThat(browser().evaluate("document.querySelectorAll('button').length").asInt()).isZero();
    } finally {
      browser().scripts(true);
    }
  }

  /** System and class of each map that can be seen. */
  private String shown() throws Exception {
    return browser()
        .evaluate(
            """
            Array.from(document.querySelectorAll('.map'))
              .filter((map) => getComputedStyle(map).display !== 'none')
              .map((map) => map.querySelector('b').textContent + ' ' + map.dataset.class)
              .join(', ')
            """)
        .asText();
  }

  private void choose(String value) throws Exception {
    browser()
        .evaluate(
            "(() => { const choice = document.querySelector('.class-choice'); choice.value = '"
                + value
                + "'; choice.dispatchEvent(new Event('input', {bubbles: true})); })()");
  }

  private Browser browser() {
    return started.orElseThrow();
  }

  /** Left in the build folder, to be looked at. */
  private static void keep(String name, byte[] contents) throws Exception {
    Path kept = Files.createDirectories(Path.of("target", "sample-report"));
    Files.write(kept.resolve(name), contents);
  }
}
