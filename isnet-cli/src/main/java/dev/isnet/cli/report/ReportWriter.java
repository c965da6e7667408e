package dev.isnet.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The report of a run, or of several on the same data. */
public final class ReportWriter {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm O", Locale.ENGLISH);

  private ReportWriter() {}

  /**
   * Writes a report. The file appears complete or not at all; one of the same name is replaced.
   *
   * @param file where to; its folder is created when it is missing
   * @param data what it shows
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, ReportData data) throws IOException {
    page(data).write(file);
  }

  static Page page(ReportData data) {
    Results results = new Results(data);
    List<Section> sections = new ArrayList<>();
    if (!data.scenarios().isEmpty()) {
      sections.add(results.section());
    }
    if (!data.comparisons().isEmpty()) {
      sections.add(Differences.section(data.comparisons(), data.source()));
    }
    if (!data.gallery().isEmpty()) {
      sections.add(gallery(data));
    }
    List<LineChart> curves = learningCurves(data);
    if (!curves.isEmpty()) {
      sections.add(
          Section.of(
                  "Learning curves",
                  new Note(
                      "Dashed lines: on the training images, while the parameters change. Solid"
                          + " lines: on the validation images, after each epoch."),
                  new Columns(curves))
              .madeBy(data.source()));
    }
    sections.addAll(TestDetails.sections(data));
    sections.add(howItWasMade(data));
    sections.add(Section.of("How to read this report", reading()));
    return new Page(
        "isnet-dl4j report",
        data.title(),
        results.headline(),
        "%s · %s · seed %d"
            .formatted(
                DATE.format(data.run().started()),
                Text.duration(data.run().duration()),
                data.run().seed()),
        results.figures(),
        sections);
  }

  private static Section gallery(ReportData data) {
    List<Block> blocks = new ArrayList<>();
    background(data).ifPresent(blocks::add);
    blocks.add(
        new Note(
            "One heatmap explains one class: red speaks for it, blue against it. The line is the"
                + " outline of the foreground mask, where it is known; the percentage is the"
                + " share of all relevance that lies outside it."));
    blocks.add(new HeatmapGallery(data.gallery()));
    return new Section("What the classifiers look at", blocks, Optional.of(data.source()));
  }

  private static Optional<Block> background(ReportData data) {
    List<IntervalChart.Bar> bars = new ArrayList<>();
    for (SystemReport system : data.systems()) {
      system
          .background()
          .ifPresent(
              found ->
                  bars.add(
                      IntervalChart.Bar.percent(
                          system.name() + ", " + found.where(),
                          found.share(),
                          data.colour(system.name()))));
    }
    return bars.isEmpty()
        ? Optional.empty()
        : Optional.of(
            IntervalChart.ofPercent(
                "Share of the relevance for the predicted class that lies in the background",
                bars));
  }

  /** One chart for each quantity, in the order they come. */
  private static List<LineChart> learningCurves(ReportData data) {
    Map<String, List<LineChart.Line>> charts = new LinkedHashMap<>();
    for (SystemReport system : data.systems()) {
      for (CurveData curve : system.curves()) {
        if (curve.isVisible()) {
          charts
              .computeIfAbsent(curve.quantity(), unused -> new ArrayList<>())
              .add(
                  new LineChart.Line(
                      system.name() + ", " + curve.name(),
                      data.colour(system.name()),
                      curve.isTraining(),
                      curve.x(),
                      curve.y()));
        }
      }
    }
    return charts.entrySet().stream()
        .map(chart -> LineChart.ofEpochs(chart.getKey(), chart.getValue()))
        .toList();
  }

  private static Section howItWasMade(ReportData data) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("seed", String.valueOf(data.run().seed()));
    facts.putAll(data.run().facts());
    return Section.howItWasMade(data.run().commandLine(), new Facts(facts), data.settings());
  }

  private static Terms reading() {
    Map<String, String> terms = new LinkedHashMap<>();
    terms.put(
        "Macro F1",
        "F1 is the harmonic mean of precision (how many of those called a class belong to it) and"
            + " recall (how many of a class are found). The macro value is the mean over the classes,"
            + " each counting the same. With K classes, guessing gives about 1/K.");
    terms.put(
        "Values to expect, intervals",
        "The numbers in brackets hold the true value with 95 % probability, given how many images"
            + " there were. What follows from counts is shown as counted and, smaller, as what to"
            + " expect of further images: the mean and the highest-density interval of the Bayesian"
            + " posterior with uniform priors, which is more cautious the fewer images there were."
            + " Areas have DeLong’s interval, shares Wilson’s, differences of two results on the same"
            + " images that of a paired bootstrap, which draws patients with all their images. None says anything about images from elsewhere.");
    terms.put(
        "AUC and AP",
        "Area under the receiver operating characteristic, one class against the rest: the"
            + " probability that an image of the class is scored above another; 0.5 is chance. Average"
            + " precision: the area under the precision-recall curve; the share of the class is"
            + " chance.");
    terms.put(
        "MCC", "Matthews’ correlation coefficient: 1 when every class is found, 0 for chance.");
    terms.put(
        "Calibration",
        "Whether a probability of 80 % is right in 80 % of the cases. ECE, the expected calibration"
            + " error, is the mean distance of the reliability curve from the diagonal.");
    terms.put(
        "Heatmap",
        "The classifier’s output for one class before softmax, distributed over the pixels by"
            + " layer-wise relevance propagation. It explains the classifier’s decision, not the"
            + " patient or the object: red in the background means that the background was used as"
            + " evidence.");
    terms.put(
        "Colour scale",
        "Each system has one scale for all its maps, symmetric about zero, at the 99.5th percentile"
            + " of the absolute relevance; what exceeds it has the full colour. Compare where the"
            + " colour lies between systems, not how strong it is.");
    terms.put(
        "ISNet",
        "The same network as the plain classifier, trained to classify and at the same time to keep"
            + " its relevance inside the mask. It needs masks for training only; when it is used it is"
            + " an ordinary classifier of the same size and speed.");
    return new Terms(terms);
  }
}
