package dev.isnet.cli.experiment;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.graph.Predictor;
import dev.isnet.graph.Twin;
import dev.isnet.train.LossGraph;
import dev.isnet.train.Objective;
import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What a system costs.
 *
 * @param parameters numbers in the network that is used, the segmenter's included
 * @param secondsPerEpoch mean time of an epoch of training with its validation
 * @param millisecondsPerImage median time of a decision in batches of the training's size
 * @param stepBytes largest memory of the arrays of a training step
 */
public record Cost(
    long parameters, double secondsPerEpoch, double millisecondsPerImage, long stepBytes) {

  private static final int REPEATS = 9;

  /** Measures a trained system; nothing else should run meanwhile. */
  static Cost of(TrainedSystem system) {
    ExperimentConfig config = system.config();
    ExperimentData data = new ExperimentData(config);
    BiasScenario scenario = data.scenarios().get(0);
    try (BatchIterator batches = data.test(Split.TRAIN, scenario).epoch(0);
        MaskedBatch batch = batches.next()) {
      return new Cost(
          system.network().numParams(),
          system.seconds() / Math.max(1, system.epochs().size()),
          milliseconds(system.network(), batch),
          stepBytes(config, system.classes().size(), batch));
    }
  }

  private static double milliseconds(ComputationGraph network, MaskedBatch batch) {
    double[] times = new double[REPEATS];
    try (Predictor predictor = new Predictor(network)) {
      predictor.probabilities(batch.images()).close(); // compiles
      for (int i = 0; i < REPEATS; i++) {
        long start = java.lang.System.nanoTime();
        predictor.probabilities(batch.images()).close();
        times[i] = (java.lang.System.nanoTime() - start) / 1e6 / batch.size();
      }
    }
    Arrays.sort(times);
    return times[REPEATS / 2];
  }

  private static long stepBytes(ExperimentConfig config, int classes, MaskedBatch batch) {
    long ofClassifier =
        stepBytes(
            Recipe.network(config, classes, false),
            Recipe.objective(config, Optional.empty()),
            classes,
            batch);
    return config.system() == ExperimentConfig.System.PIPELINE
        ? Math.max(
            ofClassifier,
            stepBytes(Recipe.segmenter(config), Objective.segmentation(), classes, batch))
        : ofClassifier;
  }

  private static long stepBytes(
      ComputationGraph network, Objective objective, int classes, MaskedBatch batch) {
    try (LossGraph step = new LossGraph(network, objective, Twin.Mode.TRAINING, classes)) {
      step.run(batch, 0.5, 1);
      return step.compiled().bytes();
    }
  }
}
