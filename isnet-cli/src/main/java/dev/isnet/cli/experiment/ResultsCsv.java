package dev.isnet.cli.experiment;

import dev.isnet.data.AtomicFile;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.ConfusionPosterior;
import dev.isnet.evaluate.ConfusionPosterior.ClassPosterior;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.Performance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results of tests as a table that every program reads: one line for each measure. */
public final class ResultsCsv {
  private static final String HEADER =
      "schemaVersion,system,split,scenario,class,measure,value,expected,standardDeviation,low,high";

  private final List<String> lines = new ArrayList<>(List.of(HEADER));

  /** Starts a table. */
  public ResultsCsv() {}

  /** Adds all tests of a system. */
  public ResultsCsv add(TrainedSystem system) {
    String name = YamlSection.name(system.config().system());
    system.tests().forEach(test -> add(name, test));
    system
        .background()
        .ifPresent(
            found ->
                line(
                    List.of(name, found.split().toString(), found.scenario().toString(), ""),
                    "backgroundShare",
                    found.share()));
    return this;
  }

  /** Adds one test. */
  ResultsCsv add(String system, TestResult test) {
    Performance found = test.performance();
    ConfusionPosterior posterior = found.posterior();
    List<String> key = key(system, test, "");
    line(key, "macroF1", test.result().macroF1(), posterior.macroF1());
    line(key, "accuracy", test.result().accuracy(), posterior.accuracy());
    if (test.result() instanceof EvaluationResult single) {
      ConfusionMatrix counted = single.confusion();
      line(key, "balancedAccuracy", counted.macroRecall(), posterior.macroRecall());
      line(key, "macroPrecision", counted.macroPrecision(), posterior.macroPrecision());
      line(key, "macroRecall", counted.macroRecall(), posterior.macroRecall());
      line(key, "macroSpecificity", counted.macroSpecificity(), posterior.macroSpecificity());
      line(key, "mcc", counted.mcc(), posterior.mcc());
    }
    found.macroAuc().ifPresent(auc -> line(key, "macroAuc", auc));
    line(key, "macroAveragePrecision", found.macroAveragePrecision());
    line(key, "expectedCalibrationError", found.calibration().expectedError());
    line(key, "largestCalibrationError", found.calibration().largestError());
    line(key, "images", test.result().size());
    for (int k = 0; k < found.counted().size(); k++) {
      ClassMetrics own = found.counted().get(k);
      ClassPosterior expected = posterior.perClass().get(k);
      List<String> ofClass = key(system, test, own.name());
      line(ofClass, "support", own.support());
      line(ofClass, "precision", own.precision(), expected.precision());
      line(ofClass, "recall", own.recall(), expected.recall());
      line(ofClass, "specificity", own.specificity(), expected.specificity());
      line(ofClass, "f1", own.f1(), expected.f1());
      Performance.Ranking ranking = found.rankings().get(k);
      ranking.auc().ifPresent(auc -> line(ofClass, "auc", auc));
      ranking.averagePrecision().ifPresent(ap -> line(ofClass, "averagePrecision", ap));
    }
    return this;
  }

  /**
   * Writes the table.
   *
   * @param file where to
   * @throws IOException if that fails; the file is then what it was before
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, part -> Files.write(part, lines));
  }

  private static List<String> key(String system, TestResult test, String ofClass) {
    return List.of(system, test.split().toString(), test.scenario().toString(), ofClass);
  }

  private void line(List<String> key, String measure, double value) {
    add(key, measure, number(value) + ",,,,");
  }

  /** A measure whose estimate is the measure itself. */
  private void line(List<String> key, String measure, Estimate estimate) {
    line(key, measure, estimate.value(), estimate);
  }

  private void line(List<String> key, String measure, double value, Estimate expected) {
    add(
        key,
        measure,
        String.join(
            ",",
            number(value),
            number(expected.value()),
            number(expected.standardDeviation()),
            number(expected.low()),
            number(expected.high())));
  }

  private void add(List<String> key, String measure, String numbers) {
    lines.add(
        Schemas.VERSION
            + ","
            + String.join(",", key.stream().map(Csv::cell).toList())
            + ","
            + measure
            + ","
            + numbers);
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%.6g", value);
  }
}
