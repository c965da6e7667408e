package dev.isnet.cli.experiment;

import dev.isnet.cli.RunLog;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskMaker;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.model.ModelBundle;
import dev.isnet.segment.SegmentationResult;
import dev.isnet.train.EpochMetrics;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;

/** An experiment with the system segmenter: trains a U-Net on the masks that there are. */
public final class SegmenterExperiment {
  private final ExperimentConfig config;
  private final String name;
  private final PrintWriter err;

  /**
   * A finished run.
   *
   * @param config what was run
   * @param epochs epochs done
   * @param tests how well masks are made, by split, in the images' own size
   * @param seconds how long training took, over all attempts
   */
  public record Trained(
      ExperimentConfig config, int epochs, Map<Split, SegmentationResult> tests, double seconds) {}

  /**
   * Prepares an experiment.
   *
   * @param config what to do; its system is segmenter
   * @param name what progress calls it
   * @param err where progress is shown
   */
  public SegmenterExperiment(ExperimentConfig config, String name, PrintWriter err) {
    this.config = config;
    this.name = name;
    this.err = err;
  }

  /**
   * Runs it, or what is left of it if it was interrupted before.
   *
   * @return its results
   * @throws InputException if something in the data or the run folder is wrong
   * @throws Exception if anything else fails
   */
  public Trained run() throws Exception {
    ExperimentData data = new ExperimentData(config);
    RunFolder folder = new RunFolder(config.out());
    folder.requireUsable(config);
    data.readAll(name + ", reading the images", err);
    return folder.claim(config, () -> RunLog.during(folder.log(), () -> run(data, folder)));
  }

  private Trained run(ExperimentData data, RunFolder folder) throws Exception {
    Nd4j.getRandom().setSeed(config.training().seed());
    MetricsCsv metrics = new MetricsCsv(folder.metricsCsv());
    ModelBundle model =
        new Fitting(config, name, err)
            .run(
                Recipe.segmenter(config),
                Recipe.objective(config, Optional.empty()),
                data.train(),
                data.test(Split.VAL, BiasScenario.STANDARD),
                folder,
                metrics);
    return new Trained(
        config,
        metrics.epochs().size(),
        new MaskTests(config, name, err).of(model.net(), MaskMaker.DEFAULT_THRESHOLD, data),
        metrics.epochs().stream().mapToDouble(EpochMetrics::seconds).sum());
  }
}
