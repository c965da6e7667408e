package dev.isnet.cli.experiment;

import dev.isnet.cli.report.Cell;
import dev.isnet.cli.report.DataTable;
import dev.isnet.cli.report.Facts;
import dev.isnet.cli.report.Note;
import dev.isnet.cli.report.Page;
import dev.isnet.cli.report.PictureGallery;
import dev.isnet.cli.report.Section;
import dev.isnet.cli.report.Source;
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
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Puts a finished segmenter into a report. */
public final class SegmenterReports {
  /** How many of the worst images of each split are shown. */
  private static final int WORST = 6;

  /** About how wide a picture becomes, in pixels. */
  private static final int WIDTH = 384;

  /** Stands out beside {@link MaskOutline#ON_PHOTO}. */
  private static final Color FOUND = new Color(0x2F, 0xC4, 0xF5);

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm O", Locale.ENGLISH);

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
    Source source = new Source(command, "the settings below");
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("seed", String.valueOf(config.training().seed()));
    facts.put("data", config.data().folder().toString());
    facts.putAll(Versions.asMap());
    List<Section> sections = new ArrayList<>(List.of(results(run).madeBy(source)));
    sections.addAll(worst(run, source));
    sections.addAll(images(run, source));
    sections.add(Section.howItWasMade(command, new Facts(facts), ExperimentYaml.write(config)));
    new Page(
            "isnet-dl4j report",
            title,
            headline(run),
            "%s · seed %d".formatted(DATE.format(started), config.training().seed()),
            Optional.empty(),
            sections)
        .write(file);
  }

  private static String headline(SegmenterExperiment.Trained run) {
    List<String> parts = new ArrayList<>();
    run.tests()
        .forEach(
            (split, result) ->
                parts.add(
                    String.format(
                        Locale.ROOT,
                        "%.3f on %d %s images",
                        result.dice(),
                        result.images(),
                        split)));
    return parts.isEmpty()
        ? "No test was run."
        : "The mean Dice coefficient is " + String.join(", ", parts) + ".";
  }

  private static Section results(SegmenterExperiment.Trained run) {
    DataTable table =
        DataTable.of(
                "How well the masks agree with those of the data, in the images’ own size", "split")
            .numbers(
                "images", "Dice, mean", "Dice, median", "Dice, least", "IoU, mean", "IoU, median");
    for (Map.Entry<Split, SegmentationResult> test : run.tests().entrySet()) {
      SegmentationResult result = test.getValue();
      table =
          table.row(
              Cell.text(test.getKey().toString()),
              Cell.count(result.images()),
              Cell.ratio(result.dice()),
              Cell.ratio(result.medianDice()),
              Cell.ratio(result.leastDice()),
              Cell.ratio(result.iou()),
              Cell.ratio(result.medianIou()));
    }
    return Section.of(
        "Results",
        table,
        new Note(
            "Dice is twice the common area over the sum of both, IoU the common area over all that"
                + " either marks. Both are 1 for equal masks and 0 for masks that do not meet."));
  }

  private static List<Section> images(SegmenterExperiment.Trained run, Source source) {
    List<Section> sections = new ArrayList<>();
    run.tests()
        .forEach(
            (split, result) -> {
              DataTable head = DataTable.of("Every image", "image").numbers("Dice", "IoU");
              List<List<Cell>> rows =
                  result.perImage().stream()
                      .map(
                          image ->
                              List.of(
                                  Cell.text(image.file()),
                                  Cell.ratio(image.dice()),
                                  Cell.ratio(image.iou())))
                      .toList();
              DataTable table = new DataTable(head.caption(), head.columns(), rows);
              sections.add(Section.of("All images: " + split, table).madeBy(source));
            });
    return sections;
  }

  private static List<Section> worst(SegmenterExperiment.Trained run, Source source) {
    DatasetManifest manifest = run.config().data().read();
    List<Section> sections = new ArrayList<>();
    try (Segmenter segmenter = Segmenter.read(new RunFolder(run.config().out()).model())) {
      MaskMaker maker = new MaskMaker(manifest, segmenter, MaskMaker.DEFAULT_THRESHOLD);
      for (Map.Entry<Split, SegmentationResult> test : run.tests().entrySet()) {
        List<PictureGallery.Picture> pictures = new ArrayList<>();
        for (OneImage value : test.getValue().worst(WORST)) {
          Sample sample =
              manifest.split(test.getKey()).stream()
                  .filter(each -> manifest.nameOf(each).equals(value.file()))
                  .findFirst()
                  .orElseThrow();
          pictures.add(
              new PictureGallery.Picture(
                  picture(maker, sample),
                  String.format(Locale.ROOT, "Dice %.3f: %s", value.dice(), value.file())));
        }
        sections.add(
            Section.of(
                    "The worst images: " + test.getKey(),
                    new Note("Yellow: the data’s mask. Blue: the segmenter’s."),
                    new PictureGallery(pictures))
                .madeBy(source));
      }
    }
    return sections;
  }

  private static BufferedImage picture(MaskMaker maker, Sample sample) {
    Pixels whole = maker.whole(sample);
    int height = whole.size().height();
    int width = whole.size().width();
    BufferedImage image = Pictures.of(whole.image(), whole.size().channels(), height, width);
    int large = Math.max(1, WIDTH / width) * width;
    BufferedImage picture =
        image(image, Math.min(large, WIDTH), Math.min(large, WIDTH) * height / width);
    new MaskOutline(whole.mask().orElseThrow(), height, width).draw(picture, MaskOutline.ON_PHOTO);
    new MaskOutline(maker.make(sample).foreground(), height, width).draw(picture, FOUND);
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
