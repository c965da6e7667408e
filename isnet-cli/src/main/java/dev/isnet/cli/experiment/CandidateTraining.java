package dev.isnet.cli.experiment;

import dev.isnet.cli.RunLog;
import dev.isnet.data.InputException;
import dev.isnet.model.ModelBundle;
import java.io.PrintWriter;
import java.util.Map;

/** One trial of a search: an experiment that is trained for some of its epochs and measured. */
public final class CandidateTraining {
  private CandidateTraining() {}

  /**
   * Trains, or goes on, until so many epochs are done, and measures on the validation images.
   *
   * @param config the candidate
   * @param epochs epochs in all, at most those of the configuration
   * @param err where progress is shown
   * @return the measures by name
   * @throws InputException if something in the data or the run folder is wrong
   * @throws Exception if anything else fails
   */
  public static Map<String, Double> run(ExperimentConfig config, int epochs, PrintWriter err)
      throws Exception {
    ExperimentData data = new ExperimentData(config);
    RunFolder folder = new RunFolder(config.out());
    return folder.claim(
        config,
        () ->
            RunLog.during(
                folder.log(),
                () -> {
                  MetricsCsv metrics = new MetricsCsv(folder.metricsCsv());
                  ModelBundle model =
                      new Experiment(config, "candidate", err).fit(epochs, data, folder, metrics);
                  return Measure.all(model.net(), config, data, metrics.epochs());
                }));
  }
}
