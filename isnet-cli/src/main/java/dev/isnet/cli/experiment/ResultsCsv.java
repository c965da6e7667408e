package dev.isnet.cli.experiment;

import dev.isnet.data.AtomicFile;
import dev.isnet.data.Split;
import dev.isnet.evaluate.Calibration;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.ConfusionPosterior;
import dev.isnet.evaluate.ConfusionPosterior.ClassPosterior;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.GroupResults;
import dev.isnet.evaluate.MultiLabelResult;
import dev.isnet.evaluate.PairedComparison;
import dev.isnet.evaluate.Performance;
import dev.isnet.evaluate.RocAuc;
import dev.isnet.segment.SegmentationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The results of tests as a table that every program reads: one line for each number. */
public final class ResultsCsv {
  private static final String HEADER =
      "schemaVersion,system,split,scenario,class,measure,value,expected,standardDeviation,low,high,seed,against";

  private final List<String> lines = new ArrayList<>(List.of(HEADER));

  /** Starts a table. */
  public ResultsCsv() {}

  /** What a line is about; what does not apply is empty. */
  private record Key(
      String system, String split, String scenario, String ofClass, String seed, String against) {

    static Key of(String system, long seed) {
      return new Key(system, "", "", "", Long.toString(seed), "");
    }

    Key in(TestResult test) {
      return new Key(
          system, test.split().toString(), test.scenario().toString(), "", seed, against);
    }

    Key in(Split other) {
      return new Key(system, other.toString(), "", "", seed, against);
    }

    Key in(String one, String two) {
      return new Key(system, one, two, "", seed, against);
    }

    Key of(String name) {
      return new Key(system, split, scenario, name, seed, against);
    }

    Key against(String other) {
      return new Key(system, split, scenario, ofClass, seed, other);
    }
  }

  /** Adds all that is known of a run. */
  public ResultsCsv add(TrainedSystem system) {
    String name = YamlSection.name(system.config().system());
    Key key = Key.of(name, system.config().training().seed());
    system.tests().forEach(test -> add(key.in(test), test));
    for (Pairs.Change change : Pairs.changes(system)) {
      line(key.in(change.split()), "macroF1ChangeFromBiasedToDeceiving", change.macroF1());
    }
    system
        .background()
        .ifPresent(
            found -> {
              Key where = key.in(found.split().toString(), found.scenario().toString());
              line(where, "backgroundShare", found.share());
              line(where, "backgroundShareImages", found.images());
              line(where, "backgroundShareUndefined", found.undefined());
            });
    Key without = Key.of(name + " without segmenter", system.config().training().seed());
    system.foreground().withoutSegmenter().forEach(test -> add(without.in(test), test));
    system.foreground().masks().forEach((split, result) -> masks(key.in(split), result));
    line(key, "epochs", system.epochs().size());
    line(key, "seconds", system.seconds());
    return this;
  }

  private void masks(Key key, SegmentationResult result) {
    line(key, "maskImages", result.images());
    line(key, "dice", result.dice());
    line(key, "medianDice", result.medianDice());
    line(key, "leastDice", result.leastDice());
    line(key, "iou", result.iou());
    line(key, "medianIou", result.medianIou());
  }

  /** Adds a system of a comparison, with all its trainings. */
  ResultsCsv add(ComparedSystem system, Split split) {
    system
        .tests()
        .forEach(
            (seed, tests) ->
                tests.forEach(test -> add(Key.of(system.name(), seed).in(test), test)));
    Key key = new Key(system.name(), split.toString(), "", "", "", "");
    system.drop(split).ifPresent(drop -> line(key, "drop", drop.drop()));
    line(key, "parameters", system.cost().parameters());
    line(key, "secondsPerEpoch", system.cost().secondsPerEpoch());
    line(key, "millisecondsPerImage", system.cost().millisecondsPerImage());
    line(key, "stepBytes", system.cost().stepBytes());
    return this;
  }

  /** Adds a number that follows from all trainings of a system. */
  ResultsCsv add(String system, TestResult example, String measure, double value) {
    line(new Key(system, "", "", "", "", "").in(example), measure, value);
    return this;
  }

  /** Adds systems compared on the same images. */
  ResultsCsv add(List<Pairs.Pair> pairs) {
    for (Pairs.Pair pair : pairs) {
      Key key =
          Key.of(pair.first(), pair.seed())
              .in(pair.split().toString(), pair.scenario().toString())
              .against(pair.second());
      PairedComparison paired = pair.paired();
      line(key, "macroF1Difference", paired.macroF1());
      line(key, "accuracyDifference", paired.accuracy());
      line(key, "mcNemarOnlyFirst", paired.mcNemar().onlyFirst());
      line(key, "mcNemarOnlySecond", paired.mcNemar().onlySecond());
      line(key, "mcNemarP", paired.mcNemar().pValue());
      for (int k = 0; k < pair.classes().size(); k++) {
        Optional<RocAuc.Difference> area = paired.auc().get(k);
        if (area.isPresent()) {
          Key ofClass = key.of(pair.classes().get(k));
          line(ofClass, "aucDifference", area.get().difference());
          area.get().z().ifPresent(z -> line(ofClass, "aucDifferenceZ", z));
          area.get().pValue().ifPresent(p -> line(ofClass, "aucDifferenceP", p));
        }
      }
    }
    return this;
  }

  private void add(Key key, TestResult test) {
    Performance found = test.performance();
    ConfusionPosterior posterior = found.posterior();
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
    line(key, "macroF1Bootstrap", found.bootstrap().macroF1());
    line(key, "accuracyBootstrap", found.bootstrap().accuracy());
    line(key, "patients", found.bootstrap().patients());
    found.macroAuc().ifPresent(auc -> line(key, "macroAuc", auc));
    line(key, "macroAveragePrecision", found.macroAveragePrecision());
    calibration(key, found.calibration());
    line(key, "images", test.result().size());
    for (int k = 0; k < found.counted().size(); k++) {
      ofClass(key.of(found.counted().get(k).name()), found, k);
    }
    confusion(key, test);
    test.sources().ifPresent(groups -> sources(key, groups));
  }

  private void calibration(Key key, Calibration calibration) {
    line(key, "expectedCalibrationError", calibration.expectedError());
    line(key, "largestCalibrationError", calibration.largestError());
    for (Calibration.Bin bin : calibration.bins()) {
      String range = String.format(Locale.ROOT, "bin %.2f-%.2f: ", bin.low(), bin.high());
      line(key, range + "samples", bin.samples());
      bin.right()
          .ifPresent(
              right -> {
                line(key, range + "confidence", bin.confidence());
                line(key, range + "right", right);
              });
    }
  }

  private void ofClass(Key key, Performance found, int k) {
    ClassMetrics own = found.counted().get(k);
    ClassPosterior expected = found.posterior().perClass().get(k);
    line(key, "support", own.support());
    if (own.present()) {
      line(key, "precision", own.precision(), expected.precision());
      line(key, "recall", own.recall(), expected.recall());
      line(key, "f1", own.f1(), expected.f1());
    }
    line(key, "specificity", own.specificity(), expected.specificity());
    Performance.Ranking ranking = found.rankings().get(k);
    ranking.auc().ifPresent(auc -> line(key, "auc", auc));
    ranking.averagePrecision().ifPresent(ap -> line(key, "averagePrecision", ap));
  }

  /** The class is the true one, the measure has the predicted one; with several labels yes, no. */
  private void confusion(Key key, TestResult test) {
    if (test.result() instanceof EvaluationResult single) {
      List<String> classes = single.classes();
      for (int truth = 0; truth < classes.size(); truth++) {
        for (int said = 0; said < classes.size(); said++) {
          line(
              key.of(classes.get(truth)),
              "predicted: " + classes.get(said),
              single.confusion().count(truth, said));
        }
      }
    } else if (test.result() instanceof MultiLabelResult several) {
      for (int k = 0; k < several.classes().size(); k++) {
        ConfusionMatrix counts = several.confusion(k);
        Key label = key.of(several.classes().get(k));
        line(label, "there and said", counts.count(1, 1));
        line(label, "missed", counts.count(1, 0));
        line(label, "only said", counts.count(0, 1));
        line(label, "neither", counts.count(0, 0));
      }
    }
  }

  private void sources(Key key, GroupResults groups) {
    for (GroupResults.Group group : groups.groups()) {
      String source = "source " + group.name() + ": ";
      line(key, source + "images", group.images());
      line(key, source + "accuracy", group.accuracy());
      if (!Double.isNaN(group.macroF1())) {
        line(key, source + "macroF1", group.macroF1());
      }
    }
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

  private void line(Key key, String measure, double value) {
    add(key, measure, number(value) + ",,,,");
  }

  /** A measure whose estimate is the measure itself. */
  private void line(Key key, String measure, Estimate estimate) {
    line(key, measure, estimate.value(), estimate);
  }

  private void line(Key key, String measure, double value, Estimate expected) {
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

  private void add(Key key, String measure, String numbers) {
    lines.add(
        String.join(
            ",",
            Schemas.VERSION,
            Csv.cell(key.system()),
            key.split(),
            key.scenario(),
            Csv.cell(key.ofClass()),
            Csv.cell(measure),
            numbers,
            key.seed(),
            Csv.cell(key.against())));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%.6g", value);
  }
}
