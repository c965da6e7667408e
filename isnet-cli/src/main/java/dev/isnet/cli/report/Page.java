package dev.isnet.cli.report;

import dev.isnet.data.AtomicFile;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A page for people, in one HTML file that needs no other and no network: images, style and script
 * are inside. Its script, for sorting and copying tables and looking into heatmaps, is the only one
 * that the page's security policy lets run; without scripts everything can still be read.
 *
 * @param kind what sort of page it is, as in "isnet-dl4j report"
 * @param title what was done, in a few words
 * @param headline what came out, in a sentence
 * @param meta when, for how long and the like; may be empty
 * @param figures the most important numbers, before everything else
 * @param sections the rest
 */
public record Page(
    String kind,
    String title,
    String headline,
    String meta,
    Optional<KeyFigures> figures,
    List<Section> sections) {

  /** Copies the list. */
  public Page {
    sections = List.copyOf(sections);
  }

  /** The file's contents. */
  public String html() {
    // The templates were compiled into this package by the build.
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null, ContentType.Html, Page.class.getClassLoader(), Page.class.getPackageName());
    StringOutput html = new StringOutput();
    engine.render("page.jte", this, html);
    return html.toString();
  }

  /**
   * Writes the page. The file appears complete or not at all; one of the same name is replaced.
   *
   * @param file where to; its folder is created when it is missing
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    String html = html();
    AtomicFile.write(file, part -> Files.writeString(part, html));
  }
}
