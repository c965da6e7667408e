package dev.isnet.train;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Translators;
import dev.isnet.graph.Twin;
import dev.isnet.relevance.Heatmaps;
import dev.isnet.relevance.Variant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The tune-cut procedure of Faster ISNet, which finds C1 and C2: the classifier is trained plainly
 * for some epochs; then, over the training images of the last of them, with augmentation, μ and σ
 * are the mean and the standard deviation of Σ|H| of all maps, and C1 = max(μ/5, μ − 3σ), C2 =
 * min(25·C1, μ + 3σ). Training then starts again from a fresh initialisation.
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
   * @param objective gives rules, variant and the hidden layers
   * @param plan the plain training; its schedule of P is not used
   * @param train training images
   * @param validation validation images
   * @return the bounds
   */
  public static Result of(
      ComputationGraph network,
      Objective.Isnet objective,
      TrainingPlan plan,
      MaskedImageSource train,
      MaskedImageSource validation) {
    Trainer.builder(network, Objective.plain(), plan.withoutSchedule(), train, validation)
        .build()
        .fit();
    Twin twin = Twin.of(network, Twin.Mode.EVALUATION, Translators.standard());
    List<String> layers = objective.deep().layers().keySet().stream().sorted().toList();
    int classes = train.classes().size();
    List<Heatmaps> passes = new ArrayList<>();
    for (Variant.Group group :
        objective.variant().groups(twin, objective.rules(), classes, classes, layers)) {
      passes.add(group.build().get());
    }
    Moments pixels = new Moments();
    Map<String, Moments> hidden = new LinkedHashMap<>();
    layers.forEach(layer -> hidden.put(layer, new Moments()));
    List<String> outputs = new ArrayList<>();
    for (Heatmaps pass : passes) {
      outputs.add(pass.pixels().name());
      pass.hidden().values().forEach(map -> outputs.add(map.name()));
    }
    try (CompiledByBatch graphs = new CompiledByBatch(twin, Map.of(), outputs)) {
      Iterator<MaskedBatch> batches = train.epoch(plan.epochs() - 1);
      try {
        while (batches.hasNext()) {
          try (MaskedBatch batch = batches.next()) {
            CompiledGraph graph = graphs.of(batch.images().shape());
            graph.array(twin.input().name()).assign(batch.images());
            graph.run();
            for (Heatmaps pass : passes) {
              pixels.add(graph, pass.pixels());
              pass.hidden().forEach((layer, map) -> hidden.get(layer).add(graph, map));
            }
          }
        }
      } finally {
        if (batches instanceof BatchIterator closeable) {
          closeable.close();
        }
      }
    }
    Map<String, DeepSupervision.Bounds> found = new LinkedHashMap<>();
    hidden.forEach((layer, moments) -> found.put(layer, moments.bounds()));
    return new Result(pixels.bounds(), found);
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

  /** Mean and deviation of Σ|H| over maps. */
  private static final class Moments {
    private double sum;
    private double squares;
    private long count;

    void add(CompiledGraph graph, SDVariable maps) {
      INDArray array = graph.array(maps.name());
      for (long map = 0; map < array.size(0); map++) {
        double total = array.slice(map).norm1Number().doubleValue();
        sum += total;
        squares += total * total;
        count++;
      }
    }

    DeepSupervision.Bounds bounds() {
      double mean = sum / count;
      return TuneCut.bounds(mean, Math.sqrt(Math.max(0, squares / count - mean * mean)));
    }
  }
}
