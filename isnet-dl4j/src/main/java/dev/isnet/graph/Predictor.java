package dev.isnet.graph;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Fast inference: the same function as ComputationGraph.output, run on the twin. Sees later changes
 * of the network's parameters. Owns native memory; close it. Thread-safe: calls take turns; the
 * network must not be trained during one.
 */
public final class Predictor implements AutoCloseable {

  private final Twin twin;
  private final CompiledByBatch graphs;
  private final SDVariable maskLogits;
  private final CompiledByBatch masks;

  /**
   * Builds the twin.
   *
   * @param network an initialised network with one image input and one output, or two: class
   *     scores, and a mask or one more logit
   * @throws dev.isnet.data.InputException when the network has a layer that the twin does not know
   */
  public Predictor(ComputationGraph network) {
    this(network, Translators.standard());
  }

  /**
   * Builds the twin of a network with layers of one's own.
   *
   * @param network an initialised network with one image input and one output, or two: class
   *     scores, and a mask or one more logit
   * @param translators what is known of its layers
   * @throws dev.isnet.data.InputException when the network has a layer that the twin does not know
   */
  public Predictor(ComputationGraph network, Translators translators) {
    twin = Twin.of(network, Twin.Mode.EVALUATION, translators);
    graphs = new CompiledByBatch(twin, Map.of(), List.of(twin.logits().name()));
    maskLogits = twin.maskLogits().orElse(twin.logits());
    masks = new CompiledByBatch(twin, Map.of(), List.of(maskLogits.name()));
  }

  /**
   * The logits, before softmax or sigmoid.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @return [B, K], or [B, planes, h, w] of a network that ends with a CnnLossLayer; the caller's
   *     own
   * @throws IllegalStateException after {@link #close()}
   */
  public synchronized INDArray logits(INDArray images) {
    return run(graphs, images, twin.logits());
  }

  private INDArray run(CompiledByBatch compiled, INDArray images, SDVariable output) {
    CompiledGraph graph = compiled.of(images.shape());
    graph.array(twin.input().name()).assign(images);
    graph.run();
    return graph.array(output.name()).dup();
  }

  /**
   * Where the network sees foreground, if it ends with a CnnLossLayer or gives a mask beside its
   * classes.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @return logits, [B, 1, h, w], above 0 where foreground is likelier; the caller's own
   * @throws IllegalStateException after {@link #close()}
   */
  public synchronized INDArray maskLogits(INDArray images) {
    return run(masks, images, maskLogits);
  }

  /**
   * The probabilities, as the network's output layer gives them.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @return of the logits' shape, the caller's own
   * @throws IllegalStateException after {@link #close()}
   */
  public INDArray probabilities(INDArray images) {
    INDArray logits = logits(images);
    return switch (twin.output()) {
      case SOFTMAX -> Nd4j.exec(new SoftMax(logits, logits, 1))[0];
      case SIGMOID -> Transforms.sigmoid(logits, false);
      case IDENTITY -> logits;
    };
  }

  /**
   * Whether the network says yes or no of each class by itself.
   *
   * @return true for sigmoid outputs; false where the probabilities of all classes add up to 1
   */
  public boolean severalLabels() {
    return twin.output() == Twin.Output.SIGMOID;
  }

  @Override
  public synchronized void close() {
    graphs.close();
    masks.close();
  }
}
