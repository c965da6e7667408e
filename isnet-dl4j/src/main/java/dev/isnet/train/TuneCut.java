package dev.isnet.train;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The tune-cut procedure of Faster ISNet, which finds C1 and C2: the classifier is trained plainly
 * for some epochs; then, with the parameters as they are after the last of them and over its
 * training images, with augmentation, μ and σ are the mean and the standard deviation of Σ|H| of
 * all maps, and C1 = max(μ/5, μ − 3σ), C2 = min(25·C1, μ + 3σ). Training then starts again from a
 * fresh initialisation.
 *
 * <p>The maps are made in evaluation, with batch norms' running statistics and without dropout, and
 * in the groups that the objective's memory of a step needs.
 */
public final class TuneCut {

  /** Epochs of the reference. */
  public static final int DEFAULT_EPOCHS = 5;

  /**
   * What was found.
   *
   * @param pixels bounds of the pixels' relevance
   * @param layers bounds of the relevance of each supervised hidden layer
   */
  public record Result(DeepSupervision.Bounds pixels, Map<String, DeepSupervision.Bounds> layers) {}

  private TuneCut() {}

  /**
   * Finds C1 and C2.
   *
   * @param network a network of its own, freshly initialised; trained here and of no use afterwards
   * @param objective gives rules, variant, the hidden layers and the memory of a step
   * @param plan the plain training; its schedule of P is not used
   * @param train training images
   * @param validation validation images
   * @return the bounds
   * @throws InputException when the plain classifier has no relevance that bounds could be taken
   *     from, or a step does not fit into its memory
   */
  public static Result of(
      ComputationGraph network,
      Objective.Isnet objective,
      TrainingPlan plan,
      MaskedImageSource train,
      MaskedImageSource validation) {
    int last = fit(network, plan, train, validation);
    try (RelevanceTotals totals = new RelevanceTotals(network, objective, train.classes().size())) {
      Iterator<MaskedBatch> batches = train.epoch(last);
      try {
        while (batches.hasNext()) {
          try (MaskedBatch batch = batches.next()) {
            totals.add(batch.images());
          }
        }
      } finally {
        if (batches instanceof BatchIterator closeable) {
          closeable.close();
        }
      }
      Map<String, DeepSupervision.Bounds> layers = new LinkedHashMap<>();
      totals
          .hidden()
          .forEach(
              (layer, moments) ->
                  layers.put(layer, bounds(moments, "the vertex \"" + layer + "\"")));
      return new Result(bounds(totals.pixels(), "the pixels"), layers);
    }
  }

  /**
   * Trains plainly. The network has the last epoch's parameters afterwards, not the best one's.
   *
   * @return the last epoch
   */
  private static int fit(
      ComputationGraph network,
      TrainingPlan plan,
      MaskedImageSource train,
      MaskedImageSource validation) {
    network.init();
    try (INDArray parameters = network.params().dup()) {
      TrainingResult result =
          Trainer.builder(network, Objective.plain(), plan.withoutSchedule(), train, validation)
              .optListener(
                  new TrainingListener() {
                    @Override
                    public void epoch(EpochMetrics metrics) {
                      parameters.assign(network.params());
                    }
                  })
              .build()
              .fit();
      network.params().assign(parameters);
      return result.epochs() - 1;
    }
  }

  private static DeepSupervision.Bounds bounds(RelevanceTotals.Moments moments, String where) {
    double mean = moments.mean();
    if (!(mean > 0 && mean < Double.POSITIVE_INFINITY)) {
      throw new InputException(
          "Tune-cut finds no bounds: after its plain epochs the mean of Σ|H| at %s is %s, where a number above 0 is needed; give it more epochs, lower the learning rate, or set c1 and c2 yourself."
              .formatted(where, mean));
    }
    return bounds(mean, moments.deviation());
  }

  /**
   * The bounds for totals of a given distribution.
   *
   * @param mean μ of Σ|H|, &gt; 0
   * @param deviation σ of Σ|H|
   * @return C1 and C2
   */
  static DeepSupervision.Bounds bounds(double mean, double deviation) {
    double c1 = Math.max(mean / 5, mean - 3 * deviation);
    return new DeepSupervision.Bounds(c1, Math.min(25 * c1, mean + 3 * deviation));
  }
}
