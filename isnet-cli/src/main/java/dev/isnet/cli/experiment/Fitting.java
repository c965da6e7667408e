package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.model.ModelBundle;
import dev.isnet.train.EpochMetrics;
import dev.isnet.train.Objective;
import dev.isnet.train.Trainer;
import dev.isnet.train.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** The training of an experiment in its run folder, whatever is trained. */
final class Fitting {
  private final ExperimentConfig config;
  private final String name;
  private final PrintWriter err;

  /**
   * Prepares a training.
   *
   * @param name what progress calls it
   * @param err where progress is shown
   */
  Fitting(ExperimentConfig config, String name, PrintWriter err) {
    this.config = config;
    this.name = name;
    this.err = err;
  }

  /** Trains, or goes on, and keeps the model. */
  ModelBundle run(
      ComputationGraph network,
      Objective objective,
      MaskedImageSource train,
      MaskedImageSource validation,
      RunFolder folder,
      MetricsCsv metrics)
      throws IOException {
    try (Progress progress =
        Progress.of(name, (long) steps(train) * config.training().epochs(), err)) {
      Trainer.builder(network, objective, Recipe.plan(config), train, validation)
          .optCheckpoints(folder.path())
          .optProvenance(provenance())
          .optListener(new Listener(progress, metrics))
          .build()
          .fit();
    }
    ModelBundle model = ModelBundle.read(folder.checkpoint(config.training().checkpoint()));
    model.write(folder.model());
    return model;
  }

  /** What makes a model, and each checkpoint, evaluable and explainable by itself. */
  private Map<String, Object> provenance() {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("configuration", ExperimentYaml.toMap(config));
    provenance.put("seed", config.training().seed());
    provenance.put("versions", Versions.asMap());
    return provenance;
  }

  private int steps(MaskedImageSource train) {
    return (train.size() + config.training().batch() - 1) / config.training().batch();
  }

  private String score() {
    return config.system() == ExperimentConfig.System.SEGMENTER ? "Dice" : "macro F1";
  }

  private final class Listener implements TrainingListener {
    private final Progress progress;
    private final MetricsCsv metrics;

    Listener(Progress progress, MetricsCsv metrics) {
      this.progress = progress;
      this.metrics = metrics;
    }

    @Override
    public void step(int epoch, int step, int steps, double loss) {
      progress.at(
          (long) epoch * steps + step + 1,
          String.format(Locale.ROOT, "epoch %d, loss %.3f", epoch + 1, loss));
    }

    @Override
    public void epoch(EpochMetrics m) {
      metrics.add(m);
      progress.note(
          String.format(
              Locale.ROOT,
              "%s: epoch %d of %d: loss %.4f, validation loss %.4f, validation %s %.3f (%.1f s)",
              name,
              m.epoch() + 1,
              config.training().epochs(),
              m.trainLoss(),
              m.validationLoss(),
              score(),
              m.validationMacroF1(),
              m.seconds()));
    }
  }
}
