package dev.isnet.train;

import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The objective of one batch with its gradient, on any twin, with any number of maps together:
 * {@link LossGraph} without its choices.
 */
final class Step implements AutoCloseable {

  private final Twin twin;
  private final LossTwin step;
  private final CompiledGraph compiled;
  private final Objective objective;
  private final long parameters;
  private final double p;
  private final long[] images;

  Step(ComputationGraph net, Twin twin, Objective objective, MaskedBatch batch, int chunk) {
    this(net, twin, objective, batch, chunk, Map.of(), false);
  }

  /**
   * Compiles.
   *
   * @param chunk largest number of maps that are made together
   * @param constants what the twin has more placeholders for
   * @param mapsKept whether the maps can be read after a run
   */
  Step(
      ComputationGraph net,
      Twin twin,
      Objective objective,
      MaskedBatch batch,
      int chunk,
      Map<String, INDArray> constants,
      boolean mapsKept) {
    this.twin = twin;
    this.objective = objective;
    parameters = net.params().length();
    p = objective instanceof Objective.Isnet isnet ? isnet.p() : 0;
    int classes = (int) batch.labels().size(1);
    images = batch.images().shape();
    step = new LossTwin(twin, Twin.Mode.TRAINING, objective, classes, chunk);
    Map<String, INDArray> inputs = new HashMap<>(constants);
    inputs.put(twin.input().name(), batch.images());
    Map<String, long[]> shapes = new HashMap<>();
    inputs.forEach((name, array) -> shapes.put(name, array.shape()));
    step.inputs()
        .shapes()
        .forEach(
            (name, shape) -> {
              long[] full = shape.clone();
              Arrays.setAll(full, d -> shape[d] < 0 ? images[d] : shape[d]);
              shapes.put(name, full);
            });
    List<String> outputs = new ArrayList<>(step.outputs());
    if (mapsKept) {
      maps().forEach(map -> outputs.add(map.name()));
    }
    compiled = new CompiledGraph(twin.graph(), twin.type(), twin.bound(), shapes, outputs);
    inputs.forEach((name, array) -> compiled.array(name).assign(array));
    step.inputs().fill(compiled, batch, objective.classificationWeight(p), p);
    twin.setSeed(1);
  }

  /** Runs the step; what is minimised, by the parameters as they are. */
  double loss() {
    return objective.total(terms(), p);
  }

  /** Runs the step; its terms, by the parameters as they are. */
  LossGraph.Terms terms() {
    compiled.run();
    return step.terms(compiled);
  }

  /** The gradient of the last run, in the layout of the network's parameters. */
  INDArray gradient() {
    INDArray flat = Nd4j.zeros(twin.type(), parameters);
    step.gradients()
        .forEach(
            (parameter, gradient) -> {
              INDArray values = compiled.array(gradient.name());
              parameter.slot().in(flat).assign(values.reshape(new long[] {values.length()}));
            });
    return flat;
  }

  private List<SDVariable> maps() {
    return ((HeatmapPenalty) step.penalty()).maps();
  }

  /** The maps of the last run, [mB, C, h, w]. */
  INDArray heatmaps() {
    return Nd4j.concat(
        0, maps().stream().map(v -> compiled.array(v.name())).toArray(INDArray[]::new));
  }

  /** What a step with this many maps together allocates, if nobody keeps the maps. */
  long bytes() {
    return new CompiledByBatch(twin, step.inputs().shapes(), step.outputs()).bytes(images);
  }

  @Override
  public void close() {
    compiled.close();
  }
}
