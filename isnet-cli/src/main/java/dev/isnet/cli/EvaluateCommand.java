package dev.isnet.cli;

import dev.isnet.cli.experiment.MetricsJson;
import dev.isnet.cli.experiment.SavedModel;
import dev.isnet.cli.experiment.TestResult;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.ConfusionPosterior;
import dev.isnet.evaluate.Estimate;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "evaluate", description = "Tells what a trained model achieves on a data set.")
final class EvaluateCommand implements Callable<Integer> {
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
      description = "train, val or test (default: ${DEFAULT-VALUE}).",
      defaultValue = "test",
      converter = Converters.ToSplit.class)
  private Split split;

  @Option(
      names = "--bias",
      paramLabel = "SCENARIO",
      description =
          "biased, standard or deceiving: draw the shapes that the model was trained with, none, or"
              + " those of other classes (default: ${DEFAULT-VALUE}).",
      defaultValue = "standard",
      converter = Converters.ToScenario.class)
  private BiasScenario bias;

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    BackendPreflight.check();
    TestResult test =
        SavedModel.read(model).evaluate(data, labels, split, bias, spec.commandLine().getErr());
    spec.commandLine()
        .getOut()
        .print(
            json ? MetricsJson.text(MetricsJson.evaluation(test, command())) + "\n" : text(test));
    return 0;
  }

  private String command() {
    return "isnet evaluate --model %s --data %s --labels %s --split %s --bias %s"
        .formatted(model, data, labels, split, bias);
  }

  private static String text(TestResult test) {
    ConfusionMatrix confusion = test.confusion();
    ConfusionPosterior expected = test.performance().posterior();
    Table classes = new Table("class", "images", "precision", "recall", "specificity", "F1");
    for (ClassMetrics m : confusion.perClass()) {
      classes.row(m.name(), m.support(), m.precision(), m.recall(), m.specificity(), m.f1());
    }
    Table counts = new Table(header(confusion));
    for (int k = 0; k < confusion.classes().size(); k++) {
      Object[] row = new Object[confusion.classes().size() + 1];
      row[0] = confusion.classes().get(k);
      for (int j = 1; j < row.length; j++) {
        row[j] = confusion.count(k, j - 1);
      }
      counts.row(row);
    }
    Table measures = new Table("measure", "counted", "expected", "low", "high");
    row(measures, "macro F1", confusion.macroF1(), expected.macroF1());
    row(measures, "accuracy", confusion.accuracy(), expected.accuracy());
    row(measures, "balanced accuracy", confusion.macroRecall(), expected.macroRecall());
    row(measures, "MCC", confusion.mcc(), expected.mcc());
    test.performance().macroAuc().ifPresent(auc -> row(measures, "macro AUC", auc.value(), auc));
    return "%s\n%s\n%s\nmacro F1 %.3f, accuracy %.3f, %d images\n"
        .formatted(
            classes,
            counts,
            measures,
            confusion.macroF1(),
            confusion.accuracy(),
            confusion.total());
  }

  private static void row(Table table, String measure, double counted, Estimate expected) {
    table.row(measure, counted, expected.value(), expected.low(), expected.high());
  }

  private static String[] header(ConfusionMatrix confusion) {
    return Stream.concat(Stream.of("truth \\ predicted"), confusion.classes().stream())
        .toArray(String[]::new);
  }
}
