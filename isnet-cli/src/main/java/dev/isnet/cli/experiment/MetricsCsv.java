package dev.isnet.cli.experiment;

import dev.isnet.data.AtomicFile;
import dev.isnet.data.InputException;
import dev.isnet.train.EpochMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The metrics of a run, one line per epoch. Written anew after each epoch: a run that was killed
 * between its checkpoint and this file repeats an epoch, whose line must not stand there twice.
 */
final class MetricsCsv {
  private static final String HEADER =
      "epoch,trainLoss,classification,background,foreground,validationLoss,"
          + "validationClassification,validationBackground,validationForeground,"
          + "validationMacroF1,learningRate,p,seconds,schemaVersion";

  /** Numbers of a line behind its epoch. */
  private static final int VALUES = 12;

  private final Path file;
  private final List<EpochMetrics> epochs;

  /** Continues a file if there is one. */
  MetricsCsv(Path file) {
    this.file = file;
    this.epochs = new ArrayList<>(Files.exists(file) ? read(file) : List.of());
  }

  /** Adds an epoch; it replaces itself and what came after it in an earlier attempt. */
  void add(EpochMetrics metrics) {
    epochs.removeIf(known -> known.epoch() >= metrics.epoch());
    epochs.add(metrics);
    try {
      AtomicFile.write(
          file,
          part -> {
            List<String> lines = new ArrayList<>(List.of(HEADER));
            epochs.forEach(epoch -> lines.add(line(epoch)));
            Files.write(part, lines);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<EpochMetrics> epochs() {
    return List.copyOf(epochs);
  }

  private static String line(EpochMetrics m) {
    double[] values = {
      m.trainLoss(),
      m.classification(),
      m.background(),
      m.foreground(),
      m.validationLoss(),
      m.validationClassification(),
      m.validationBackground(),
      m.validationForeground(),
      m.validationMacroF1(),
      m.learningRate(),
      m.p(),
      m.seconds()
    };
    return m.epoch()
        + Arrays.stream(values)
            .mapToObj(value -> String.format(Locale.ROOT, ",%.6g", value))
            .collect(Collectors.joining("", "", "," + Schemas.VERSION));
  }

  private static List<EpochMetrics> read(Path file) {
    try {
      return Files.readAllLines(file).stream().skip(1).map(MetricsCsv::parse).toList();
    } catch (IOException | RuntimeException e) {
      throw new InputException(
          "The file %s is not what a run wrote; delete the run folder and start again."
              .formatted(file),
          e);
    }
  }

  private static EpochMetrics parse(String line) {
    String[] cells = line.split(",");
    double[] v =
        Arrays.stream(cells).skip(1).limit(VALUES).mapToDouble(Double::parseDouble).toArray();
    return new EpochMetrics(
        Integer.parseInt(cells[0]),
        v[0],
        v[1],
        v[2],
        v[3],
        v[4],
        v[5],
        v[6],
        v[7],
        v[8],
        v[9],
        v[10],
        v[11]);
  }
}
