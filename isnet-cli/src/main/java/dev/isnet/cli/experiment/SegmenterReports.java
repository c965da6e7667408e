package dev.isnet.cli.experiment;

import dev.isnet.cli.report.RunInfo;
import dev.isnet.cli.report.SegmenterReport;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.MaskMaker;
import dev.isnet.data.Pixels;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import dev.isnet.segment.SegmentationResult;
import dev.isnet.segment.SegmentationResult.OneImage;
import dev.isnet.segment.Segmenter;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts a finished segmenter into a report. */
public final class SegmenterReports {
  /** How many of the worst images of each split are shown. */
  private static final int WORST = 6;

  /** About how wide a picture becomes, in pixels. */
  private static final int WIDTH = 384;

  private SegmenterReports() {}

  /**
   * Writes the report of a segmenter.
   *
   * @param file where to
   * @param title what was done
   * @param command the command that repeats it
   * @param started when it began
   * @param run the finished run
   * @throws IOException if the file cannot be written
   */
  public static void write(
      Path file,
      String title,
      String command,
      ZonedDateTime started,
      SegmenterExperiment.Trained run)
      throws IOException {
    ExperimentConfig config = run.config();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", config.data().folder().toString());
    facts.putAll(Versions.asMap());
    Map<String, SegmentationResult> results = new LinkedHashMap<>();
    run.tests().forEach((split, result) -> results.put(split.toString(), result));
    new SegmenterReport(
            title,
            new RunInfo(
                command,
                config.training().seed(),
                started,
                Duration.between(started, ZonedDateTime.now(started.getZone())),
                facts),
            results,
            worst(run),
            ExperimentYaml.write(config))
        .write(file);
  }

  private static List<SegmenterReport.Worst> worst(SegmenterExperiment.Trained run) {
    DatasetManifest manifest = run.config().data().read();
    List<SegmenterReport.Worst> all = new ArrayList<>();
    try (Segmenter segmenter = Segmenter.read(new RunFolder(run.config().out()).model())) {
      MaskMaker maker = new MaskMaker(manifest, segmenter, MaskMaker.DEFAULT_THRESHOLD);
      for (Split split : run.tests().keySet()) {
        for (OneImage value : run.tests().get(split).worst(WORST)) {
          Sample sample =
              manifest.split(split).stream()
                  .filter(each -> manifest.nameOf(each).equals(value.file()))
                  .findFirst()
                  .orElseThrow();
          all.add(new SegmenterReport.Worst(split.toString(), value, picture(maker, sample)));
        }
      }
    }
    return all;
  }

  private static BufferedImage picture(MaskMaker maker, Sample sample) {
    Pixels whole = maker.whole(sample);
    int height = whole.size().height();
    int width = whole.size().width();
    BufferedImage image = Pictures.of(whole.image(), whole.size().channels(), height, width);
    int large = Math.max(1, WIDTH / width) * width;
    BufferedImage picture =
        image(image, Math.min(large, WIDTH), Math.min(large, WIDTH) * height / width);
    new MaskOutline(whole.mask().orElseThrow(), height, width).draw(picture, SegmenterReport.TRUTH);
    new MaskOutline(maker.make(sample).foreground(), height, width)
        .draw(picture, SegmenterReport.FOUND);
    return picture;
  }

  private static BufferedImage image(BufferedImage image, int width, int height) {
    BufferedImage scaled =
        new BufferedImage(width, Math.max(1, height), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, width, Math.max(1, height), null);
    graphics.dispose();
    return scaled;
  }
}
