package dev.isnet.cli;

import dev.isnet.cli.experiment.HeatmapExport;
import dev.isnet.cli.experiment.MetricsJson;
import dev.isnet.cli.experiment.SavedModel;
import dev.isnet.cli.experiment.SavedModel.Explained;
import dev.isnet.cli.experiment.Schemas;
import dev.isnet.data.AtomicFile;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.Split;
import dev.isnet.explain.Method;
import dev.isnet.relevance.RuleSet;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "explain",
    description = {
      "Draws where a model sees evidence for a class (red) and against it (blue), over the image.",
      "With --data it does so for a whole data set, and goes on where it was interrupted."
    })
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "m.zip",
      description = "The model, as train wrote it.",
      required = true)
  private Path model;

  @Option(names = "--image", paramLabel = "x.png", description = "The image.")
  private Optional<Path> image = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Instead of one image: the folder with the labels file.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "With --data: the labels file's name in that folder (default: labels.csv).")
  private Optional<String> labels = Optional.empty();

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "With --data: train, val or test (default: all images).",
      converter = Converters.ToSplit.class)
  private Optional<Split> split = Optional.empty();

  @Option(
      names = "--classes",
      paramLabel = "CLASS",
      split = ",",
      description =
          "With --data: the classes to explain (default: all in the raw maps, the predicted one in"
              + " the pictures).")
  private List<String> classes = List.of();

  @Option(
      names = "--class",
      paramLabel = "k",
      description =
          "The class to explain, by name or number from 0 (default: the most likely one).")
  private Optional<String> explained = Optional.empty();

  @Option(
      names = "--rules",
      paramLabel = "RULES",
      description =
          "The rules of relevance: ${COMPLETION-CANDIDATES} (default: those of the training).",
      converter = Converters.ToRules.class)
  private Optional<RuleSet.Preset> rules = Optional.empty();

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description =
          "How: lrp, grad-cam, gradient-input, gradient or attention-rollout (default: that of the"
              + " training, or lrp; attention-rollout for transformers).",
      converter = Converters.ToMethod.class)
  private Optional<MethodName> method = Optional.empty();

  @Option(
      names = "--layer",
      paramLabel = "VERTEX",
      description =
          "The layer whose activations grad-cam weighs (default: the last with height and width).")
  private Optional<String> layer = Optional.empty();

  /** The methods' words. */
  enum MethodName {
    LRP,
    GRAD_CAM,
    GRADIENT_INPUT,
    GRADIENT,
    ATTENTION_ROLLOUT
  }

  @Option(
      names = "--out",
      paramLabel = "heat.png",
      description = "The picture to write; of a data set the folder.",
      required = true)
  private Path out;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    requireOneKind();
    requireFitting();
    BackendPreflight.check();
    return data.isPresent() ? dataSet(data.get()) : single(image.orElseThrow());
  }

  private void requireOneKind() {
    if (image.isPresent() == data.isPresent()) {
      throw new WrongUseException("Give either --image or --data to explain.");
    }
    if (data.isPresent() && explained.isPresent()) {
      throw new WrongUseException("--class belongs to --image; with --data it is --classes.");
    }
    if (image.isPresent() && (labels.isPresent() || split.isPresent() || !classes.isEmpty())) {
      throw new WrongUseException("--labels, --split and --classes belong to --data.");
    }
  }

  private int single(Path image) throws Exception {
    SavedModel saved = SavedModel.read(model);
    Explained result = saved.explain(image, explained, method(saved));
    AtomicFile.write(
        out,
        part -> {
          // Given a File, ImageIO would print the stack trace of a folder that cannot be written.
          try (OutputStream png = Files.newOutputStream(part)) {
            ImageIO.write(result.picture(), "png", png);
          }
        });
    spec.commandLine().getOut().print(json ? json(image, result) : text(result));
    return 0;
  }

  private int dataSet(Path folder) throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    SavedModel saved = SavedModel.read(model);
    HeatmapExport.Request request =
        new HeatmapExport.Request(
            model,
            folder,
            labels.orElse(DatasetManifest.LABELS_FILE),
            split,
            classes,
            method(saved),
            out);
    HeatmapExport.Outcome done =
        Interruption.during(err, "image", () -> new HeatmapExport(saved, request, err).run());
    Map<String, Object> map = Schemas.head("explain data");
    map.put("images", done.images());
    map.put("before", done.before());
    map.put("scale", done.scale());
    map.put("index", done.index().toString());
    spec.commandLine()
        .getOut()
        .print(
            json
                ? MetricsJson.text(map) + "\n"
                : "%d images explained, %d of them before; the index is %s\n"
                    .formatted(done.images(), done.before(), done.index()));
    return 0;
  }

  private void requireFitting() {
    if (rules.isPresent() && method.isPresent() && method.get() != MethodName.LRP) {
      throw new WrongUseException("--rules is given, but only --method lrp has rules.");
    }
    if (layer.isPresent() && !method.equals(Optional.of(MethodName.GRAD_CAM))) {
      throw new WrongUseException("--layer is given, but only --method grad-cam has a layer.");
    }
  }

  private Method method(SavedModel saved) {
    if (method.isEmpty()) {
      return rules.map(preset -> Method.relevance(preset.rules())).orElse(saved.method());
    }
    return switch (method.get()) {
      case LRP -> Method.relevance(rules.map(RuleSet.Preset::rules).orElse(saved.relevanceRules()));
      case GRAD_CAM -> new Method.GradCam(layer);
      case GRADIENT_INPUT -> Method.gradientInput();
      case GRADIENT -> Method.gradient();
      case ATTENTION_ROLLOUT -> Method.attentionRollout();
    };
  }

  private String text(Explained result) {
    Table table = new Table("class", "probability", "logit");
    for (int k = 0; k < result.classes().size(); k++) {
      table.row(
          result.classes().get(k),
          (double) result.probabilities().get(k),
          (double) result.logits().get(k));
    }
    return "%s\nPredicted: %s. Explained: %s, in %s.\n"
        .formatted(
            table,
            result.predicted().isEmpty() ? "none" : String.join(", ", result.predicted()),
            result.explained(),
            out);
  }

  private String json(Path image, Explained result) {
    Map<String, Object> map = Schemas.head("explain image");
    map.put("image", image.toString());
    map.put("predicted", result.severalLabels() ? result.predicted() : result.predicted().get(0));
    map.put("explained", result.explained());
    Map<String, Object> probabilities = new LinkedHashMap<>();
    for (int k = 0; k < result.classes().size(); k++) {
      probabilities.put(result.classes().get(k), result.probabilities().get(k));
    }
    map.put("probabilities", probabilities);
    map.put("heatmap", out.toString());
    return MetricsJson.text(map) + "\n";
  }
}
