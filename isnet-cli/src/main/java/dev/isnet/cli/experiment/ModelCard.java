package dev.isnet.cli.experiment;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.model.ModelInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * What one must know about a model before using it: what it was trained on and how, what it
 * achieves, what it looks at, and where that ends. It is written beside the model, for people as
 * MODEL_CARD.md and for programs as model_card.json. What only people can say stays as they said
 * it.
 */
final class ModelCard {
  /** Of fewer test images, a class's numbers say little. */
  private static final int FEW_IMAGES = 30;

  private final TrainedSystem system;
  private final DatasetManifest data;
  private final RunFolder folder;

  ModelCard(TrainedSystem system, DatasetManifest data, RunFolder folder) {
    this.system = system;
    this.data = data;
    this.folder = folder;
  }

  /** Writes both files; says where, when people's answers stand where they cannot be kept. */
  void write(PrintWriter err) throws IOException {
    PeoplesAnswers answers = PeoplesAnswers.of(folder.modelCard(), folder.modelCardJson());
    Map<String, Object> card = json();
    card.put("people", answers.asList());
    answers.writeMarkdown(markdown(card), err);
    answers.writeJson(card, err);
  }

  private Map<String, Object> json() throws IOException {
    ExperimentConfig config = system.config();
    Map<String, Object> card = Schemas.head("model card");
    card.put(
        "created",
        ZonedDateTime.now().truncatedTo(ChronoUnit.SECONDS).toOffsetDateTime().toString());
    card.put("command", "isnet train " + folder.effectiveConfig());
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("file", folder.model().getFileName().toString());
    model.put("sha256", Digests.sha256(folder.model()));
    model.put("system", YamlSection.name(config.system()));
    model.put(
        "architecture",
        YamlSection.name(
            config.system() == ExperimentConfig.System.HAM
                ? config.ham().backbone()
                : config.backbone().name()));
    model.put("parameters", system.network().numParams());
    model.put("height", config.image().height());
    model.put("width", config.image().width());
    model.put("channels", config.image().channels());
    model.put("preprocessing", ModelInfo.UNIT_PIXELS);
    model.put("classes", system.classes());
    card.put("model", model);
    card.put("data", data());
    Map<String, Object> training = new LinkedHashMap<>();
    training.put("epochs", system.epochs().size());
    training.put("seconds", system.seconds());
    training.put("seed", config.training().seed());
    card.put("training", training);
    card.put("configuration", ExperimentYaml.toMap(config));
    List<Map<String, Object>> results = new ArrayList<>();
    for (TestResult test : system.tests()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("split", test.split().toString());
      result.put("scenario", test.scenario().toString());
      result.put("result", MetricsJson.of(test));
      results.add(result);
    }
    card.put("results", results);
    system.background().ifPresent(share -> card.put("background", MetricsJson.of(share)));
    card.put("limits", limits());
    card.put("versions", Versions.asMap());
    return card;
  }

  private Map<String, Object> data() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", name(system.config().data().folder()));
    map.put("labels", data.labelsFile().getFileName().toString());
    Map<String, Object> splits = new LinkedHashMap<>();
    for (Split split : Split.values()) {
      List<Sample> samples = data.split(split);
      Map<String, Object> own = new LinkedHashMap<>();
      own.put("images", samples.size());
      own.put("withMask", samples.stream().filter(sample -> !sample.masks().isEmpty()).count());
      Map<String, Long> classes = new LinkedHashMap<>();
      for (String name : system.classes()) {
        classes.put(name, samples.stream().filter(s -> s.labels().contains(name)).count());
      }
      own.put("classes", classes);
      own.put("sources", sources(samples));
      splits.put(split.toString(), own);
    }
    map.put("splits", splits);
    return map;
  }

  private static String name(Path folder) {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }

  private static List<String> sources(List<Sample> samples) {
    TreeSet<String> names = new TreeSet<>();
    samples.forEach(sample -> sample.source().ifPresent(names::add));
    return List.copyOf(names);
  }

  private List<String> limits() {
    List<String> limits = new ArrayList<>();
    limits.add(
        "All numbers are about images of the same data set; images from elsewhere may differ in ways"
            + " that no interval covers.");
    if (sources(data.samples()).size() < 2) {
      limits.add(
          "The data names no second source, so nothing is known about another hospital, camera or"
              + " place.");
    }
    if (system.config().bias().isPresent()) {
      limits.add(
          "The biased and deceiving tests use cues that were drawn into the images; real biases may"
              + " look different.");
    } else {
      limits.add("No test was made with another background, so a bias in the data may be unseen.");
    }
    if (system.background().isEmpty()) {
      limits.add("No tested image has a mask, so it is not known where the model looks.");
    }
    long without =
        data.split(Split.TRAIN).stream().filter(sample -> sample.masks().isEmpty()).count();
    if (system.config().system() == ExperimentConfig.System.ISNET && without > 0) {
      limits.add(
          without
              + " training images have no mask; nothing kept the model from their backgrounds.");
    }
    if (!system.tests().isEmpty()) {
      TestResult last = system.tests().get(system.tests().size() - 1);
      for (ClassMetrics each : last.performance().counted()) {
        if (each.support() < FEW_IMAGES) {
          limits.add(
              "The class %s was tested on %d images only.".formatted(each.name(), each.support()));
        }
      }
    }
    limits.add(
        "Heatmaps explain the model’s decision, not the patient or the object: relevance on the"
            + " foreground does not mean that the decision is right.");
    return limits;
  }

  private String markdown(Map<String, Object> card) {
    Markdown text = new Markdown();
    text.title("Model card: " + name(folder.path()));
    text.paragraph(
        "Written by isnet beside `%s`. Training again writes it anew, but for the part at its end that people fill in; `%s` has the same for programs."
            .formatted(folder.model().getFileName(), folder.modelCardJson().getFileName()));
    text.heading("Model");
    map(card, "model")
        .forEach(
            (key, value) ->
                text.item(
                    key, key.equals("classes") ? String.join(", ", system.classes()) : value));
    text.heading("Training data");
    text.paragraph("`%s`".formatted(map(card, "data").get("name")));
    dataTable(text);
    text.heading("Training");
    training().forEach(text::item);
    text.item("command", card.get("command"));
    text.paragraph("All settings: `%s`.".formatted(folder.effectiveConfig().getFileName()));
    text.heading("Results");
    text.paragraph(
        "As counted, and the value to expect of further such images with its 95 % interval.");
    resultsTable(text);
    text.heading("What it looks at");
    text.paragraph(
        system
            .background()
            .map(
                found ->
                    String.format(
                        Locale.ROOT,
                        "%.0f %% [%.0f, %.0f] of the relevance for the predicted class lies outside the mask (%d images of the split %s, %s).",
                        100 * found.share().value(),
                        100 * found.share().low(),
                        100 * found.share().high(),
                        found.images(),
                        found.split(),
                        found.scenario()))
            .orElse("Not known: no tested image has a mask."));
    text.heading("Limits");
    limits().forEach(text::bullet);
    text.heading("Versions");
    Versions.asMap().forEach(text::item);
    return text.toString();
  }

  /** The settings that readers ask for first. */
  private Map<String, Object> training() {
    ExperimentConfig config = system.config();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("epochs", system.epochs().size());
    map.put("batch", config.training().batch());
    map.put("seed", config.training().seed());
    map.put("seconds", Math.round(system.seconds()));
    if (config.system() == ExperimentConfig.System.ISNET) {
      map.put("weight of the heatmap loss, P", config.isnet().p());
      map.put("decay of the rank weights, d", config.isnet().d());
    }
    return map;
  }

  private void dataTable(Markdown text) {
    List<String> head = new ArrayList<>(List.of("split", "images", "with mask"));
    head.addAll(system.classes());
    head.add("sources");
    text.row(head);
    text.rule(head.size());
    for (Split split : Split.values()) {
      List<Sample> samples = data.split(split);
      List<String> row = new ArrayList<>();
      row.add(split.toString());
      row.add(String.valueOf(samples.size()));
      row.add(String.valueOf(samples.stream().filter(sample -> !sample.masks().isEmpty()).count()));
      for (String name : system.classes()) {
        row.add(String.valueOf(samples.stream().filter(s -> s.labels().contains(name)).count()));
      }
      List<String> sources = sources(samples);
      row.add(sources.isEmpty() ? "not named" : String.join(", ", sources));
      text.row(row);
    }
    text.blank();
  }

  private void resultsTable(Markdown text) {
    List<String> head =
        List.of("split", "test", "images", "macro F1", "expected", "accuracy", "macro AUC", "ECE");
    text.row(head);
    text.rule(head.size());
    for (TestResult test : system.tests()) {
      text.row(
          List.of(
              test.split().toString(),
              test.scenario().toString(),
              String.valueOf(test.result().size()),
              number(test.result().macroF1()),
              test.performance().posterior().macroF1().toString(),
              number(test.result().accuracy()),
              test.performance().macroAuc().map(Object::toString).orElse("–"),
              number(test.performance().calibration().expectedError())));
    }
    text.blank();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  @SuppressWarnings("unchecked") // Put there by json().
  private static Map<String, Object> map(Map<String, Object> card, String key) {
    return (Map<String, Object>) card.get(key);
  }
}
