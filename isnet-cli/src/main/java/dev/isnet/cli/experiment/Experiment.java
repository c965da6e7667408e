package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.cli.RunLog;
import dev.isnet.cli.experiment.TrainedSystem.Foreground;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskMaker;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.Evaluation;
import dev.isnet.explain.Method;
import dev.isnet.graph.Predictor;
import dev.isnet.model.ModelBundle;
import dev.isnet.segment.SegmentationResult;
import dev.isnet.train.EpochMetrics;
import dev.isnet.train.TuneCut;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/** One experiment: trains, keeps the model, evaluates. */
public final class Experiment {
  private final ExperimentConfig config;
  private final String name;
  private final PrintWriter err;

  /**
   * Prepares an experiment.
   *
   * @param config what to do
   * @param name what progress calls it
   * @param err where progress is shown
   */
  public Experiment(ExperimentConfig config, String name, PrintWriter err) {
    this.config = config;
    this.name = name;
    this.err = err;
  }

  /**
   * Runs it, or what is left of it if it was interrupted before.
   *
   * @return the classifier and its results
   * @throws InputException if something in the data or the run folder is wrong
   * @throws Exception if anything else fails
   */
  public TrainedSystem run() throws Exception {
    if (config.system() == ExperimentConfig.System.PIPELINE) {
      new PipelineTraining(config, name, err).requireSegmenter();
    }
    ExperimentData data = new ExperimentData(config);
    RunFolder folder = new RunFolder(config.out());
    folder.requireUsable(config);
    data.readAll(name + ", reading the images", err);
    return folder.claim(config, () -> RunLog.during(folder.log(), () -> run(data, folder)));
  }

  private TrainedSystem run(ExperimentData data, RunFolder folder) throws Exception {
    MetricsCsv metrics = new MetricsCsv(folder.metricsCsv());
    if (config.system() == ExperimentConfig.System.PIPELINE) {
      return pipeline(data, folder, metrics);
    }
    ModelBundle model = fit(config.training().epochs(), data, folder, metrics);
    model.write(folder.model());
    return trained(
        model.net(),
        data,
        metrics,
        config.system() == ExperimentConfig.System.MULTITASK
            ? new Foreground(masks(model.net(), MaskMaker.DEFAULT_THRESHOLD, data), List.of())
            : Foreground.NONE,
        seconds(metrics));
  }

  /** Trains, or goes on, until so many epochs are done. */
  ModelBundle fit(int epochs, ExperimentData data, RunFolder folder, MetricsCsv metrics)
      throws IOException {
    Nd4j.getRandom().setSeed(config.training().seed());
    return new Fitting(config, name, err)
        .upTo(
            epochs,
            Recipe.network(config, data.classes().size(), data.multiLabel()),
            Recipe.objective(config, tuneCut(data, folder)),
            data.train(),
            data.test(Split.VAL, data.validationScenario()),
            folder,
            metrics);
  }

  private TrainedSystem pipeline(ExperimentData data, RunFolder folder, MetricsCsv metrics)
      throws IOException {
    Nd4j.getRandom().setSeed(config.training().seed());
    PipelineTraining.Result result =
        new PipelineTraining(config, name, err)
            .run(
                data.classes().size(),
                data.multiLabel(),
                data.train(),
                data.test(Split.VAL, data.validationScenario()),
                folder,
                metrics);
    return trained(
        result.model().net(),
        data,
        metrics,
        new Foreground(
            masks(result.segmenter(), config.segmenter().threshold(), data),
            test(result.classifier(), data)),
        seconds(metrics) + result.segmenterMetrics().map(Experiment::seconds).orElse(0.0));
  }

  private static double seconds(MetricsCsv metrics) {
    return metrics.epochs().stream().mapToDouble(EpochMetrics::seconds).sum();
  }

  private Map<Split, SegmentationResult> masks(
      ComputationGraph network, double threshold, ExperimentData data) {
    return new MaskTests(config, name, err).of(network, threshold, data);
  }

  private TrainedSystem trained(
      ComputationGraph network,
      ExperimentData data,
      MetricsCsv metrics,
      Foreground foreground,
      double seconds)
      throws IOException {
    TrainedSystem system =
        new TrainedSystem(
            config,
            network,
            data.classes(),
            metrics.epochs(),
            test(network, data),
            background(network, data),
            seconds,
            foreground);
    new ModelCard(system, data.manifest(), new RunFolder(config.out())).write(err);
    return system;
  }

  /** C1 and C2, when the experiment leaves them to the tune-cut procedure. */
  private Optional<TuneCut.Result> tuneCut(ExperimentData data, RunFolder folder)
      throws IOException {
    IsnetConfig isnet = config.isnet();
    boolean heatmaps =
        switch (config.system()) {
          case ISNET, ISNET_GRADIENT_INPUT -> true;
          default -> false;
        };
    if (!heatmaps || !isnet.c1().isAuto()) {
      return Optional.empty();
    }
    TuneCutFile file = new TuneCutFile(folder.tuneCut());
    Optional<TuneCut.Result> known = file.read();
    if (known.isPresent()) {
      return known;
    }
    err.printf("%s: finding c1 and c2 by %d plain epochs%n", name, isnet.tuneEpochs());
    err.flush();
    ComputationGraph network = Recipe.network(config, data.classes().size(), data.multiLabel());
    network.init();
    TuneCut.Result found =
        TuneCut.of(
            network,
            Recipe.isnet(config, Optional.empty()),
            Recipe.plan(config).withEpochs(isnet.tuneEpochs()),
            data.train(),
            data.test(Split.VAL, data.validationScenario()));
    file.write(found);
    return Optional.of(found);
  }

  /** On the last tests' images as training saw them: what it can look at, it may look at. */
  private Optional<DecisionBackground> background(ComputationGraph network, ExperimentData data) {
    if (config.tests().isEmpty()
        || !(Recipe.method(config) instanceof Method.Relevance relevance)) {
      return Optional.empty();
    }
    Split split = config.tests().get(config.tests().size() - 1);
    BiasScenario scenario = data.scenarios().get(0);
    return DecisionBackground.of(
        network,
        relevance.rules(),
        split,
        scenario,
        data.test(split, scenario),
        data.manifest(),
        config.training().seed());
  }

  private List<TestResult> test(ComputationGraph network, ExperimentData data) {
    List<TestResult> results = new ArrayList<>();
    int total = config.tests().size() * data.scenarios().size();
    try (Predictor predictor = new Predictor(network);
        Progress progress = Progress.of(name + ", tests", total, err)) {
      for (Split split : config.tests()) {
        for (BiasScenario scenario : data.scenarios()) {
          results.add(
              TestResult.of(
                  split,
                  scenario,
                  data.multiLabel()
                      ? Evaluation.evaluateLabels(predictor, data.test(split, scenario))
                      : Evaluation.evaluate(predictor, data.test(split, scenario)),
                  data.manifest(),
                  config.training().seed()));
          progress.at(results.size(), "");
        }
      }
    }
    return results;
  }
}
