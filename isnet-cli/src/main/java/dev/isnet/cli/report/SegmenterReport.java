package dev.isnet.cli.report;

import dev.isnet.data.AtomicFile;
import dev.isnet.segment.SegmentationResult;
import dev.isnet.segment.SegmentationResult.OneImage;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a segmenter's masks agree with true ones: one HTML file without any other.
 *
 * @param title what was done
 * @param run when, with what, for how long
 * @param results by the name of the images
 * @param worst the images whose masks agree least
 * @param settings the effective configuration, as YAML
 */
public record SegmenterReport(
    String title,
    RunInfo run,
    Map<String, SegmentationResult> results,
    List<Worst> worst,
    String settings) {

  /**
   * An image with two outlines, {@link #TRUTH} and {@link #FOUND}.
   *
   * @param images which images it is one of
   * @param value its measures
   * @param picture the image with both outlines
   */
  public record Worst(String images, OneImage value, BufferedImage picture) {}

  /** The colour of the data's masks. */
  public static final Color TRUTH = new Color(0xFF, 0xD5, 0x1E);

  /** The colour of the segmenter's. */
  public static final Color FOUND = new Color(0x2F, 0xC4, 0xF5);

  /** Copies the collections. */
  public SegmenterReport {
    results = new LinkedHashMap<>(results);
    worst = List.copyOf(worst);
  }

  /**
   * Writes the report. The file appears complete or not at all; one of the same name is replaced.
   *
   * @param file where to
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    String html = render();
    AtomicFile.write(file, part -> Files.writeString(part, html));
  }

  String render() {
    TemplateEngine engine =
        TemplateEngine.createPrecompiled(
            null,
            ContentType.Html,
            SegmenterReport.class.getClassLoader(),
            SegmenterReport.class.getPackageName());
    StringOutput html = new StringOutput();
    engine.render("segmenter.jte", this, html);
    return html.toString();
  }

  /** The report in one sentence. */
  String headline() {
    List<String> parts = new ArrayList<>();
    results.forEach(
        (images, result) ->
            parts.add(
                "%s on the %d %s images"
                    .formatted(Text.fine(result.dice()), result.images(), images)));
    return parts.isEmpty()
        ? "No test was run."
        : "The mean Dice coefficient is " + String.join(", ", parts) + ".";
  }

  static String fine(double value) {
    return Text.fine(value);
  }

  String picture(Worst worst) {
    return Pngs.dataUri(worst.picture());
  }

  String duration() {
    return Text.duration(run.duration());
  }
}
