package dev.isnet.train;

import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a step's graph reads beside the images: variables that are there as soon as a loss asks for
 * them, and are filled from each batch.
 */
final class StepInputs {

  static final String LABELS = "labels";
  static final String WEIGHTS = "weights";
  static final String MASKS = "masks";
  static final String COUNTED = "counted";
  static final String CLASSIFICATION_WEIGHT = "classificationWeight";
  static final String HEATMAP_WEIGHT = "heatmapWeight";

  private final Twin twin;
  private final int classes;
  private final boolean classMasks;
  private final Map<String, long[]> shapes = new LinkedHashMap<>();

  StepInputs(Twin twin, int classes, boolean classMasks) {
    this.twin = twin;
    this.classes = classes;
    this.classMasks = classMasks;
  }

  /** [B, K]. */
  SDVariable labels() {
    return variable(LABELS, -1, classes);
  }

  /** How much each class of each image counts in the classification loss, [B, K]. */
  SDVariable weights() {
    return variable(WEIGHTS, -1, classes);
  }

  /** 1 foreground, 0 background, [B, 1, h, w], or [B, K, h, w] with a mask for each class. */
  SDVariable masks() {
    return variable(MASKS, -1, classMasks ? classes : 1, -1, -1);
  }

  /** 1 for images with a mask, 0 for others, [B]. */
  SDVariable counted() {
    return variable(COUNTED, -1);
  }

  /** Factor of the classification loss's gradient, [1]. */
  SDVariable classificationWeight() {
    return variable(CLASSIFICATION_WEIGHT, 1);
  }

  /** Factor of the heatmap loss's gradient, [1]. */
  SDVariable heatmapWeight() {
    return variable(HEATMAP_WEIGHT, 1);
  }

  private SDVariable variable(String name, long... shape) {
    return shapes.putIfAbsent(name, shape) == null
        ? twin.graph().placeHolder(name, twin.type(), shape)
        : twin.graph().getVariable(name);
  }

  /** Shapes of what was asked for; −1 stands for the batch's size on that axis. */
  Map<String, long[]> shapes() {
    return Collections.unmodifiableMap(shapes);
  }

  /**
   * Fills all that the graph reads.
   *
   * @param classificationWeight (1 − P) or 1
   * @param heatmapWeight P
   */
  void fill(
      CompiledGraph graph, MaskedBatch batch, double classificationWeight, double heatmapWeight) {
    for (String name : shapes.keySet()) {
      INDArray array = graph.array(name);
      switch (name) {
        case LABELS -> array.assign(batch.labels());
        case WEIGHTS -> array.assign(batch.weights());
        case MASKS -> array.assign(classMasks ? batch.classMasks().orElseThrow() : batch.masks());
        case CLASSIFICATION_WEIGHT -> array.assign(classificationWeight);
        case HEATMAP_WEIGHT -> array.assign(heatmapWeight);
        case COUNTED -> {
          for (int b = 0; b < batch.size(); b++) {
            array.putScalar(b, batch.hasMask()[b] ? 1 : 0);
          }
        }
        default -> throw new IllegalStateException("nothing fills " + name);
      }
    }
  }
}
