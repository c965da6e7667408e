package dev.isnet.graph;

import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Where a twin ends: at the logits of the classes, at those of every pixel, or at both, and beside
 * the classes perhaps at one logit more. What the network applies to logits is no part of the twin.
 */
final class NetworkEnds {
  private final ComputationGraph network;
  private final Translation translation;
  private Optional<Logits> classes = Optional.empty();
  private Optional<Logits> planes = Optional.empty();
  private Optional<TwinNode> anomaly = Optional.empty();
  private Optional<Twin.Output> leftOut = Optional.empty();

  /** A node whose output is logits, and what stands behind them. */
  private record Logits(TwinNode node, Twin.Output output) {}

  NetworkEnds(ComputationGraph network, Translation translation) {
    this.network = network;
    this.translation = translation;
  }

  /** Whether all of the network's outputs are there. */
  boolean complete() {
    int found =
        (classes.isPresent() ? 1 : 0)
            + (planes.isPresent() ? 1 : 0)
            + (anomaly.isPresent() ? 1 : 0);
    return found == network.getNumOutputArrays();
  }

  /** The logits of the classes; of a network without classes, those of every pixel. */
  TwinNode logits() {
    return first().node();
  }

  /** What the network applies to {@link #logits}. */
  Twin.Output output() {
    return first().output();
  }

  private Logits first() {
    return classes.or(() -> planes).orElseThrow();
  }

  /** The logits of every pixel, where there are classes too. */
  Optional<TwinNode> planes() {
    return classes.flatMap(there -> planes).map(Logits::node);
  }

  /** The one logit beside the classes. */
  Optional<TwinNode> anomaly() {
    return anomaly;
  }

  /** Declares that a node's output is the logits of the classes. */
  TwinNode classes(TwinNode input, Twin.Output kind) {
    requireFirst(classes, "scores of classes");
    classes = Optional.of(new Logits(input, kind));
    return input;
  }

  /** Declares what stands behind the logits of every pixel. */
  TwinNode planes(TwinNode input, Twin.Output kind) {
    requireFirst(planes, "a mask");
    planes = Optional.of(new Logits(input, kind));
    return input;
  }

  private void requireFirst(Optional<Logits> earlier, String kind) {
    if (earlier.isPresent()) {
      throw translation.refused(
          "is a second output that gives %s; with two outputs, a twin takes class scores and a mask"
              .formatted(kind));
    }
  }

  /** Declares the one logit that a network gives beside its classes. */
  TwinNode anomaly(TwinNode input) {
    if (anomaly.isPresent()) {
      throw translation.refused(
          "is a further output of one logit; a twin takes one beside the class scores");
    }
    anomaly = Optional.of(input);
    return input;
  }

  /**
   * Whether the current vertex is the network's first output, as the class scores are where there
   * is another output of one logit.
   */
  boolean isFirstOutput() {
    return network.getConfiguration().getNetworkOutputs().get(0).equals(translation.vertex());
  }

  private boolean isOutput() {
    return network.getConfiguration().getNetworkOutputs().contains(translation.vertex());
  }

  /**
   * Whether what the current vertex makes is what the network gives: it is an output, or its only
   * reader is a loss layer that takes it as it is.
   */
  boolean areHere() {
    if (isOutput()) {
      return true;
    }
    VertexIndices[] readers = network.getVertex(translation.vertex()).getOutputVertices();
    return readers != null
        && readers.length == 1
        && network.getVertices()[readers[0].getVertexIndex()] instanceof LayerVertex reader
        && reader.getLayer().conf().getLayer() instanceof LossLayer loss
        && loss.getActivationFn() instanceof ActivationIdentity;
  }

  /**
   * Leaves out the function at the network's end, so that what it is applied to are the logits.
   *
   * @param input the node before it
   * @param kind what is left out
   * @return the node itself
   */
  TwinNode leaveOut(TwinNode input, Twin.Output kind) {
    if (isOutput()) {
      return classes(input, kind);
    }
    leftOut = Optional.of(kind);
    return input;
  }

  /** What was left out before the loss layer that is being translated. */
  Optional<Twin.Output> leftOut() {
    return leftOut;
  }
}
