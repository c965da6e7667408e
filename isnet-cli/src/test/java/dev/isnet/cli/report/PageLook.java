package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Looks at a page in a real browser, where one is installed. */
public final class PageLook {
  /** The width of A4 within its margins, at 96 pixels an inch. */
  private static final int PAPER = 688;

  private PageLook() {}

  /**
   * Looks at a page on a screen, on a phone and on paper: nothing sticks out, and the browser does
   * not complain. What it looks like is left in the build folder.
   *
   * @param page the file
   * @param name what its pictures are called
   */
  public static void at(Path page, String name) throws Exception {
    Optional<Path> program = Browser.installed();
    assumeTrue(program.isPresent(), "no Chromium is installed, so nothing looks at the page");
    Path kept = Files.createDirectories(Path.of("target", "pages"));
    try (Browser browser = Browser.start(program.get())) {
      for (int width : List.of(1280, 390)) {
        browser.open(page, width);
        assertFits(browser, width);
        Files.write(kept.resolve(name + "-" + width + ".png"), browser.screenshot());
      }
      browser.open(page, PAPER);
      browser.printed(true);
      assertFits(browser, PAPER);
      Files.write(kept.resolve(name + ".pdf"), browser.pdf());
    }
  }

  private static void assertFits(Browser browser, int width) throws Exception {
    assertThat(
            browser
                .evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth")
                .asInt())
        .describedAs("what sticks out at %d pixels", width)
        .isZero();
    assertThat(browser.complaints()).isEmpty();
  }
}
