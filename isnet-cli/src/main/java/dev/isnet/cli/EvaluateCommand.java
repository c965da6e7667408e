package dev.isnet.cli;

import dev.isnet.cli.experiment.MetricsJson;
import dev.isnet.cli.experiment.SavedModel;
import dev.isnet.cli.experiment.SavedSegmenter;
import dev.isnet.cli.experiment.TestResult;
import dev.isnet.cli.experiment.TestedImages;
import dev.isnet.data.InputException;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.evaluate.ClassifierResult;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.ConfusionPosterior;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.GroupResults;
import dev.isnet.evaluate.MultiLabelResult;
import dev.isnet.model.ModelBundle;
import dev.isnet.segment.SegmentationResult;
import dev.isnet.segment.Segmenter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "evaluate", description = "Tells what a trained model achieves on a data set.")
final class EvaluateCommand implements Callable<Integer> {
  /** How many of the images with the worst masks are named. */
  private static final int WORST = 5;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "m.zip",
      description = "The model, as train wrote it.",
      required = true)
  private Path model;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The folder with the labels file.",
      required = true)
  private Path data;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The labels file's name in that folder (default: ${DEFAULT-VALUE}).",
      defaultValue = "labels.csv")
  private String labels;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description =
          "train, val or test (default: test, or all images of a data set without splits).",
      converter = Converters.ToSplit.class)
  private Optional<Split> split = Optional.empty();

  @Option(
      names = "--bias",
      paramLabel = "SCENARIO",
      description =
          "biased, standard or deceiving: draw the shapes that the model was trained with, none, or"
              + " those of other classes (default: ${DEFAULT-VALUE}).",
      defaultValue = "standard",
      converter = Converters.ToScenario.class)
  private BiasScenario bias;

  /** What the images may be grouped by. */
  enum Group {
    SOURCE
  }

  @Option(
      names = "--by",
      paramLabel = "GROUP",
      description =
          "source: also tell what the model achieves on the images of each source, and on which it is"
              + " worst.",
      converter = Converters.ToGroup.class)
  private Optional<Group> by = Optional.empty();

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    BackendPreflight.check();
    PrintWriter err = spec.commandLine().getErr();
    ModelBundle bundle = ModelBundle.read(model);
    if (Segmenter.segments(bundle.net())) {
      if (bias != BiasScenario.STANDARD) {
        throw new WrongUseException(
            "--bias %s needs a classifier, but the model %s is a segmenter."
                .formatted(bias, model));
      }
      if (by.isPresent()) {
        throw new WrongUseException(
            "--by source needs a classifier, but the model %s is a segmenter.".formatted(model));
      }
      SavedSegmenter saved = SavedSegmenter.of(bundle, model);
      TestedImages images = TestedImages.read("evaluate", data, labels, split, err);
      SegmentationResult result = saved.evaluate(images, err);
      print(
          json
              ? MetricsJson.text(MetricsJson.evaluation(result, images.split(), command())) + "\n"
              : text(result));
      return 0;
    }
    SavedModel saved = SavedModel.of(bundle, model);
    TestedImages images = TestedImages.read("evaluate", data, labels, split, err);
    TestResult test = saved.evaluate(images, bias, err);
    if (by.isPresent() && test.sources().isEmpty()) {
      throw new InputException(
          "No image of the split '%s' of %s has a source, so results cannot be told by source; fill the column source."
              .formatted(images.split(), data.resolve(labels)));
    }
    print(json ? MetricsJson.text(MetricsJson.evaluation(test, command())) + "\n" : text(test));
    return 0;
  }

  private String command() {
    return "isnet evaluate --model %s --data %s --labels %s%s --bias %s%s"
        .formatted(
            model,
            data,
            labels,
            split.map(given -> " --split " + given).orElse(""),
            bias,
            by.isPresent() ? " --by source" : "");
  }

  private void print(String text) {
    spec.commandLine().getOut().print(text);
  }

  private static String text(SegmentationResult result) {
    Table measures = new Table("measure", "mean", "median");
    measures.row("Dice", result.dice(), result.medianDice());
    measures.row("IoU", result.iou(), result.medianIou());
    Table worst = new Table("worst images", "Dice", "IoU");
    result.worst(WORST).forEach(each -> worst.row(each.file(), each.dice(), each.iou()));
    return "%s\n%s\n%d images\n".formatted(measures, worst, result.images());
  }

  private String text(TestResult test) {
    ClassifierResult result = test.result();
    Table classes = new Table("class", "images", "precision", "recall", "specificity", "F1");
    for (ClassMetrics m : result.perClass()) {
      if (m.present()) {
        classes.row(m.name(), m.support(), m.precision(), m.recall(), m.specificity(), m.f1());
      } else {
        classes.row(m.name(), m.support(), "–", "–", m.specificity(), "–");
      }
    }
    String details =
        result instanceof MultiLabelResult several
            ? labels(several)
            : counts(((EvaluationResult) result).confusion());
    return "%s%s\n%s\n%s\n%smacro F1 %.3f, accuracy %.3f, %d images\n"
        .formatted(
            classes,
            absent(result),
            details,
            measures(test),
            by.isPresent() ? sources(test.sources().orElseThrow()) : "",
            result.macroF1(),
            result.accuracy(),
            result.size());
  }

  /** What macro values are means over, if not over all classes. */
  private static String absent(ClassifierResult result) {
    long present = result.perClass().stream().filter(ClassMetrics::present).count();
    return present == result.classes().size()
        ? ""
        : "macro values are means over the classes that have images: %d of %d\n"
            .formatted(present, result.classes().size());
  }

  private static String sources(GroupResults groups) {
    Table table = new Table("source", "images", "right", "low", "high", "macro F1");
    for (GroupResults.Group group : groups.groups()) {
      table.row(
          group.name(),
          group.images(),
          group.accuracy().value(),
          group.accuracy().low(),
          group.accuracy().high(),
          Double.isNaN(group.macroF1()) ? "-" : (Object) group.macroF1());
    }
    GroupResults.Group worst = groups.worst();
    return "%s\nworst source: %s, %.3f right [%.3f, %.3f]\n\n"
        .formatted(
            table,
            worst.name(),
            worst.accuracy().value(),
            worst.accuracy().low(),
            worst.accuracy().high());
  }

  /** Of each label by itself how often it was there and said, over the images where it is known. */
  private static String labels(MultiLabelResult result) {
    Table table = new Table("label", "known", "there and said", "missed", "only said", "AUC");
    for (int k = 0; k < result.classes().size(); k++) {
      ConfusionMatrix counts = result.confusion(k);
      table.row(
          result.classes().get(k),
          counts.total(),
          counts.count(1, 1),
          counts.count(1, 0),
          counts.count(0, 1),
          result.auc(k).map(area -> (Object) area.value()).orElse("-"));
    }
    return table.toString();
  }

  private static String counts(ConfusionMatrix confusion) {
    Table counts = new Table(header(confusion));
    for (int k = 0; k < confusion.classes().size(); k++) {
      Object[] row = new Object[confusion.classes().size() + 1];
      row[0] = confusion.classes().get(k);
      for (int j = 1; j < row.length; j++) {
        row[j] = confusion.count(k, j - 1);
      }
      counts.row(row);
    }
    return counts.toString();
  }

  /** As counted, and what to expect of further images. */
  private static String measures(TestResult test) {
    ConfusionPosterior expected = test.performance().posterior();
    Table measures = new Table("measure", "counted", "expected", "low", "high");
    row(measures, "macro F1", test.result().macroF1(), expected.macroF1());
    row(measures, "accuracy", test.result().accuracy(), expected.accuracy());
    if (test.performance().bootstrap().patients() < test.result().size()) {
      Estimate byPatient = test.performance().bootstrap().macroF1();
      row(measures, "macro F1 by patient", byPatient.value(), byPatient);
    }
    if (test.result() instanceof EvaluationResult single) {
      row(measures, "balanced accuracy", single.confusion().macroRecall(), expected.macroRecall());
      row(measures, "MCC", single.confusion().mcc(), expected.mcc());
    }
    test.performance().macroAuc().ifPresent(auc -> row(measures, "macro AUC", auc.value(), auc));
    return measures.toString();
  }

  private static void row(Table table, String measure, double counted, Estimate expected) {
    table.row(measure, counted, expected.value(), expected.low(), expected.high());
  }

  private static String[] header(ConfusionMatrix confusion) {
    return Stream.concat(Stream.of("truth \\ predicted"), confusion.classes().stream())
        .toArray(String[]::new);
  }
}
