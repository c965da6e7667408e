package dev.isnet.relevance;

import dev.isnet.data.InputException;
import dev.isnet.graph.Twin;
import dev.isnet.graph.TwinNode;
import dev.isnet.graph.op.Bilinear;
import dev.isnet.graph.op.ClassActivation;
import dev.isnet.graph.op.Elementwise;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Grad-CAM (Selvaraju et al., ICCV 2017): A = ReLU(Σ_c w_c·F_c), F a feature layer's channels and
 * w_c the mean over the cells of ∂z/∂F_c. The gradient is a walk of the gradient rule down to the
 * layer, made of forward operations, so that the maps can be minimised too.
 */
public final class GradCam {

  private GradCam() {}

  /**
   * Grad-CAM at the size of the images, by bilinear interpolation.
   *
   * @param twin the twin; operations are added to its graph
   * @param start coefficients at the logits, [mB, K], of what is explained
   * @param layer the feature layer's vertex; empty for {@link #lastLayer}
   * @return [mB, 1, H, W], at least 0
   * @throws InputException when there is no such layer, or it has no height and width
   */
  public static SDVariable maps(Twin twin, SDVariable start, Optional<String> layer) {
    String vertex = layer.orElseGet(() -> lastLayer(twin));
    SDVariable gradients =
        RelevanceGraph.of(twin, RuleSet.gradient(), start, List.of(vertex)).hidden().get(vertex);
    SDVariable small = new ClassActivation(gradients, activation(twin, vertex), start).out(0);
    return Bilinear.resized(small, twin.input());
  }

  /**
   * The last vertex with height and width on the way to the classes: the last convolution or max
   * pool with all that follows it cell by cell, such as an activation function, a batch norm or a
   * sum.
   *
   * @param twin the twin
   * @return the vertex's name
   * @throws InputException when the network has no convolution and no max pool
   */
  public static String lastLayer(Twin twin) {
    Set<TwinNode> spatial = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<String, TwinNode> outputs = new HashMap<>(); // the last node of a vertex is its output
    for (TwinNode node : twin.nodes()) {
      outputs.put(node.vertex(), node);
      if (node instanceof TwinNode.Conv
          || node instanceof TwinNode.Deconv
          || node instanceof TwinNode.MaxPool
          || cellByCell(node) && node.inputs().stream().anyMatch(spatial::contains)) {
        spatial.add(node);
      }
    }
    Set<TwinNode> towardsClasses = behind(twin.last());
    String last = "";
    for (TwinNode node : twin.nodes()) {
      // Dropout is there in training alone, and the layer must be the same one afterwards.
      if (spatial.contains(node)
          && towardsClasses.contains(node)
          && outputs.get(node.vertex()) == node
          && !(node instanceof TwinNode.Drop)) {
        last = node.vertex();
      }
    }
    if (last.isEmpty()) {
      throw new InputException(
          "The network has no convolution and no max pool; Grad-CAM needs a layer with height and width.");
    }
    return last;
  }

  /** All that a node depends on, itself included. */
  private static Set<TwinNode> behind(TwinNode last) {
    Set<TwinNode> found = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<TwinNode> open = new ArrayDeque<>(List.of(last));
    while (!open.isEmpty()) {
      TwinNode node = open.pop();
      if (found.add(node)) {
        open.addAll(node.inputs());
      }
    }
    return found;
  }

  private static boolean cellByCell(TwinNode node) {
    return !(node instanceof TwinNode.Input
        || node instanceof TwinNode.Dense
        || node instanceof TwinNode.Fixed
        || node instanceof TwinNode.Moved);
  }

  /** A vertex's output. A rectifier that was moved behind its pool is made again in its place. */
  private static SDVariable activation(Twin twin, String vertex) {
    SDVariable output = twin.input();
    for (TwinNode node : twin.nodes()) {
      if (node instanceof TwinNode.Rectifier rectifier
          && rectifier.from().equals(Optional.of(vertex))) {
        TwinNode.MaxPool pool = (TwinNode.MaxPool) rectifier.input();
        return new Elementwise(pool.input().output(), rectifier.function()).out(0);
      }
      if (node.vertex().equals(vertex)) {
        output = node.output();
      }
    }
    return output;
  }
}
