package dev.isnet.audit;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.graph.Twin;
import dev.isnet.model.ModelBundle;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A network with what one must know to show it images.
 *
 * @param network initialised, with one image input and one output; never changed
 * @param size of its images
 * @param classes the class names in the order of its outputs; of a network with one sigmoid output
 *     first the class of 0, then that of 1
 * @param low what it takes for black
 * @param high what it takes for white
 * @param output what stands behind its logits
 * @param multiLabel whether an image may have several classes, or none: then all labels above 0.5
 *     are what is decided
 */
public record AuditedNetwork(
    ComputationGraph network,
    ImageSize size,
    List<String> classes,
    double low,
    double high,
    Twin.Output output,
    boolean multiLabel) {

  /**
   * Checks the values.
   *
   * @throws InputException if white is not above black, or several labels come from a network that
   *     gives one
   */
  public AuditedNetwork {
    classes = List.copyOf(classes);
    if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
      throw new InputException(
          "The scale of the pixels is %s to %s, but the first number must be below the second."
              .formatted(low, high));
    }
    if (multiLabel && output != Twin.Output.SIGMOID) {
      throw new InputException(
          "The data has images with several labels or none, but the network gives one class each: it"
              + " does not end with a sigmoid.");
    }
  }

  /**
   * A model that was trained here, which says itself what it takes: images of one class each, black
   * 0, white 1.
   *
   * @param model as {@link ModelBundle#read} reads it
   * @return the network
   * @throws InputException if the network has a layer that the twin does not know
   */
  public static AuditedNetwork of(ModelBundle model) {
    return new AuditedNetwork(
        model.net(),
        model.info().imageSize(),
        model.info().classes(),
        0,
        1,
        Twin.of(model.net(), Twin.Mode.EVALUATION).output(),
        false);
  }
}
