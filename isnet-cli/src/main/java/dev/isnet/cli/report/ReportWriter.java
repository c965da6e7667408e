package dev.isnet.cli.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes reports as single HTML files: images and style inside, nothing loaded, no scripts. */
public final class ReportWriter {

  private ReportWriter() {}

  /**
   * Writes a report. The file appears complete or not at all; one of the same name is replaced.
   *
   * @param file where to; its folder exists
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, ReportData data) throws IOException {
    String html = render(data);
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(unfinished, html);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  static String render(ReportData data) {
    // The templates were compiled into this package by the build.
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, ReportWriter.class.getClassLoader(), packageName());
    StringOutput html = new StringOutput();
    engine.render("report.jte", new ReportPage(data), html);
    return html.toString();
  }

  private static String packageName() {
    return ReportWriter.class.getPackageName();
  }
}
