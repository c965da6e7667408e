package dev.isnet.train;

import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import dev.isnet.loss.HeatmapLoss;
import java.util.ArrayList;
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
  private final Objective.Isnet objective;
  private final long parameters;
  private final int classes;
  private final long[] images;

  Step(ComputationGraph net, Twin twin, Objective.Isnet objective, MaskedBatch batch, int chunk) {
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
      Objective.Isnet objective,
      MaskedBatch batch,
      int chunk,
      Map<String, INDArray> constants,
      boolean mapsKept) {
    this.twin = twin;
    this.objective = objective;
    parameters = net.params().length();
    classes = (int) batch.labels().size(1);
    images = batch.images().shape();
    step =
        new LossTwin(
            twin, Twin.Mode.TRAINING, objective, classes, chunk, batch.classMasks().isPresent());
    Map<String, INDArray> inputs = new HashMap<>(constants);
    inputs.put(twin.input().name(), batch.images());
    inputs.put(LossTwin.LABELS, batch.labels());
    inputs.put(LossTwin.WEIGHTS, batch.weights());
    inputs.put(LossTwin.MASKS, batch.classMasks().orElse(batch.masks()));
    inputs.put(LossTwin.COUNTED, Nd4j.ones(twin.type(), batch.size()));
    inputs.put(LossTwin.CLASSIFICATION_WEIGHT, scalar(1 - objective.p()));
    inputs.put(LossTwin.HEATMAP_WEIGHT, scalar(objective.p()));
    Map<String, long[]> shapes = new HashMap<>();
    inputs.forEach((name, array) -> shapes.put(name, array.shape()));
    List<String> outputs = new ArrayList<>(step.outputs());
    if (mapsKept) {
      step.heatmaps().forEach(maps -> outputs.add(maps.name()));
    }
    compiled = new CompiledGraph(twin.graph(), twin.type(), twin.bound(), shapes, outputs);
    inputs.forEach((name, array) -> compiled.array(name).assign(array));
    twin.setSeed(1);
  }

  private INDArray scalar(double value) {
    return Nd4j.valueArrayOf(new long[] {1}, value, twin.type());
  }

  /** Runs the step; what is minimised, by the parameters as they are. */
  double loss() {
    compiled.run();
    HeatmapLoss loss = objective.loss();
    double heatmaps = 0;
    List<List<SDVariable>> layers = step.heatmapTerms();
    for (int layer = 0; layer < layers.size(); layer++) {
      int at = layer;
      double factor =
          step.layerFactors().map(f -> compiled.array(f.name()).getDouble(at)).orElse(1.0);
      for (SDVariable pass : layers.get(layer)) {
        INDArray terms = compiled.array(pass.name());
        heatmaps += factor * (loss.w1() * terms.getDouble(0) + loss.w2() * terms.getDouble(1));
      }
    }
    double classification = compiled.array(step.outputTerms().name()).getDouble(0);
    return (1 - objective.p()) * classification + objective.p() * heatmaps;
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

  /** The maps of the last run, [mB, C, h, w]. */
  INDArray heatmaps() {
    return Nd4j.concat(
        0, step.heatmaps().stream().map(v -> compiled.array(v.name())).toArray(INDArray[]::new));
  }

  /** The logits of the last run, [B, K]. */
  INDArray logits() {
    return compiled.array(twin.logits().name());
  }

  /** What a step with this many maps together allocates, if nobody keeps the maps. */
  long bytes() {
    return new CompiledByBatch(twin, step.inputs(classes), step.outputs()).bytes(images);
  }

  @Override
  public void close() {
    compiled.close();
  }
}
