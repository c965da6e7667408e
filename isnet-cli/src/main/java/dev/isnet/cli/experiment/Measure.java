package dev.isnet.cli.experiment;

import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.Evaluation;
import dev.isnet.explain.BackgroundShare;
import dev.isnet.explain.Explainer;
import dev.isnet.graph.Predictor;
import dev.isnet.train.EpochMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** What the validation images say of a candidate, each of which a search's score can weigh. */
enum Measure {
  /** The training's own loss, of which less is better. */
  LOSS("loss", true),
  /** Macro F1 with the cues as in training. */
  MACRO_F1("macroF1", false),
  /** Macro F1 without the cues. */
  BIAS_REMOVED_F1("biasRemovedF1", false),
  /** The smallest F1 of any class with the cues as in training, without and with false ones. */
  WORST_GROUP_F1("worstGroupF1", false),
  /** The share of the heatmaps' absolute relevance that lies in the background; less is better. */
  BACKGROUND_SHARE("backgroundShare", true);

  private final String key;
  private final boolean lessIsBetter;

  Measure(String key, boolean lessIsBetter) {
    this.key = key;
    this.lessIsBetter = lessIsBetter;
  }

  String key() {
    return key;
  }

  boolean lessIsBetter() {
    return lessIsBetter;
  }

  static Measure of(YamlSection yaml, String name) {
    String key = yaml.text(name);
    return Arrays.stream(values())
        .filter(measure -> measure.key.equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                yaml.wrong(
                    name,
                    "'" + key + "'",
                    "one of "
                        + Arrays.stream(values())
                            .map(Measure::key)
                            .collect(Collectors.joining(", "))
                        + ", or a section with weights of these"));
  }

  /** All measures of a classifier by their keys; without masks there is no background share. */
  static Map<String, Double> all(
      ComputationGraph network,
      ExperimentConfig config,
      ExperimentData data,
      List<EpochMetrics> epochs) {
    Map<BiasScenario, ConfusionMatrix> confusions = new TreeMap<>();
    try (Predictor predictor = new Predictor(network)) {
      for (BiasScenario scenario : data.scenarios()) {
        confusions.put(
            scenario, Evaluation.evaluate(predictor, data.test(Split.VAL, scenario)).confusion());
      }
    }
    Map<String, Double> measures = new TreeMap<>();
    measures.put(LOSS.key, loss(config, epochs));
    measures.put(MACRO_F1.key, confusions.get(data.validationScenario()).macroF1());
    measures.put(BIAS_REMOVED_F1.key, confusions.get(BiasScenario.STANDARD).macroF1());
    measures.put(
        WORST_GROUP_F1.key,
        confusions.values().stream()
            .flatMap(confusion -> confusion.perClass().stream())
            .mapToDouble(ClassMetrics::f1)
            .min()
            .orElseThrow());
    try (Explainer explainer = new Explainer(network, Recipe.rules(config))) {
      BackgroundShare.of(explainer, data.test(Split.VAL, data.validationScenario()))
          .ifPresent(share -> measures.put(BACKGROUND_SHARE.key, share));
    }
    return measures;
  }

  private static double loss(ExperimentConfig config, List<EpochMetrics> epochs) {
    double loss =
        config.training().checkpoint() == TrainingConfig.Checkpoint.LAST
            ? epochs.get(epochs.size() - 1).validationLoss()
            : epochs.stream().mapToDouble(EpochMetrics::validationLoss).min().orElseThrow();
    // As in metrics.csv, where epochs of an interrupted run come from: the same run, the same
    // score.
    return Double.parseDouble(String.format(Locale.ROOT, "%.6g", loss));
  }
}
