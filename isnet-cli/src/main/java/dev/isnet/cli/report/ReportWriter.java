package dev.isnet.cli.report;

import dev.isnet.data.AtomicFile;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes reports as single HTML files: images and style inside, nothing loaded, no scripts. */
public final class ReportWriter {

  private ReportWriter() {}

  /**
   * Writes a report. The file appears complete or not at all; one of the same name is replaced.
   *
   * @param file where to; its folder is created when it is missing
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, ReportData data) throws IOException {
    String html = render(data);
    AtomicFile.write(file, part -> Files.writeString(part, html));
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
