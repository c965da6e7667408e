package dev.isnet.graph;

import dev.isnet.data.InputException;
import dev.isnet.graph.op.Dropout.Noise;
import dev.isnet.graph.op.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.InputVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;

/** Walks through a ComputationGraph in topological order and translates vertex by vertex. */
final class TwinBuilder {

  private final ComputationGraph network;
  private final Translators translators;
  private final Translation to;
  private final Map<Integer, TwinNode> byIndex = new HashMap<>();

  TwinBuilder(ComputationGraph network, Twin.Mode mode, Translators translators) {
    this(network, translators, new Translation(network, mode));
  }

  private TwinBuilder(ComputationGraph network, Translators translators, Translation to) {
    this.network = network;
    this.translators = translators;
    this.to = to;
    if (network.getNumInputArrays() != 1 || network.getNumOutputArrays() > 2) {
      throw new InputException(
          "The network has %d inputs and %d outputs; a twin needs exactly one image input and one output, or two: class scores and a mask."
              .formatted(network.getNumInputArrays(), network.getNumOutputArrays()));
    }
  }

  Twin build() {
    Set<Integer> used = used();
    for (int index : network.topologicalSortOrder()) {
      if (!used.contains(index)) {
        continue; // a vertex that leads nowhere
      }
      GraphVertex vertex = network.getVertices()[index];
      to.at(vertex.getVertexName());
      if (to.ends().complete()) {
        throw to.refused("comes after an output layer; the output layer must be the last");
      }
      byIndex.put(index, translate(vertex));
      to.done();
    }
    if (!to.ends().complete()) {
      throw new InputException(
          "The network's output vertex \"%s\" is not an output or loss layer and has no softmax or sigmoid; end the network with one of these."
              .formatted(network.getConfiguration().getNetworkOutputs().get(0)));
    }
    return to.twin(
        images -> new TwinBuilder(network, translators, to.again(images)).build().logits());
  }

  /** The vertices that the outputs depend on, themselves included. */
  private Set<Integer> used() {
    Set<Integer> used = new HashSet<>();
    Deque<GraphVertex> open = new ArrayDeque<>();
    network
        .getConfiguration()
        .getNetworkOutputs()
        .forEach(name -> open.push(network.getVertex(name)));
    while (!open.isEmpty()) {
      GraphVertex vertex = open.pop();
      if (used.add(vertex.getVertexIndex()) && !vertex.isInputVertex()) {
        for (VertexIndices input : vertex.getInputVertices()) {
          open.push(network.getVertices()[input.getVertexIndex()]);
        }
      }
    }
    return used;
  }

  private TwinNode translate(GraphVertex vertex) {
    if (vertex instanceof InputVertex) {
      return to.input();
    }
    List<TwinNode> inputs = new ArrayList<>();
    for (VertexIndices index : vertex.getInputVertices()) {
      inputs.add(byIndex.get(index.getVertexIndex()));
    }
    if (vertex instanceof LayerVertex layer) {
      TwinNode input = inputs.get(0);
      if (layer.getLayerPreProcessor() != null) {
        input = preprocessed(input, layer.getLayerPreProcessor());
      }
      return layer(vertex.getLayer().conf().getLayer(), input);
    }
    var configuration = network.getConfiguration().getVertices().get(vertex.getVertexName());
    if (configuration instanceof PreprocessorVertex preprocessor) {
      return preprocessed(inputs.get(0), preprocessor.getPreProcessor());
    }
    return translators
        .of(configuration)
        .orElseThrow(() -> unknown(configuration.getClass(), "withVertex"))
        .translate(configuration, inputs, to);
  }

  private TwinNode layer(Layer layer, TwinNode input) {
    if (layer instanceof BaseLayer base && base.getWeightNoise() != null) {
      throw to.refused(
          "uses the weight noise %s, which a twin does not know; remove it"
              .formatted(base.getWeightNoise().getClass().getSimpleName()));
    }
    TwinNode noisy =
        layer.getIDropout() == null ? input : to.noise(input, noise(layer.getIDropout()));
    return translators
        .of(layer)
        .orElseThrow(() -> unknown(layer.getClass(), "withLayer"))
        .translate(layer, noisy, to);
  }

  private TwinNode preprocessed(TwinNode input, InputPreProcessor preprocessor) {
    // A subclass may do something else, so only the class itself counts.
    Class<?> type = preprocessor.getClass();
    if (type == CnnToFeedForwardPreProcessor.class) {
      return flat(input);
    }
    if (type == FeedForwardToCnnPreProcessor.class
        && preprocessor instanceof FeedForwardToCnnPreProcessor cnn) {
      return to.moved(
          input,
          x -> View.shaped(x, cnn.getNumChannels(), cnn.getInputHeight(), cnn.getInputWidth()),
          signal -> View.shaped(signal, input.output()));
    }
    if (preprocessor instanceof ComposableInputPreProcessor several) {
      TwinNode node = input;
      for (InputPreProcessor each : several.getInputPreProcessors()) {
        node = preprocessed(node, each);
      }
      return node;
    }
    throw to.refused(
        "has the preprocessor %s, which a twin does not know; known are CnnToFeedForward, FeedForwardToCnn and their compositions"
            .formatted(nameOf(type)));
  }

  private TwinNode flat(TwinNode input) {
    return to.moved(input, View::flat, signal -> View.shaped(signal, input.output()));
  }

  private Noise noise(IDropout dropout) {
    if (dropout instanceof Dropout d && d.getPSchedule() == null) {
      return new Noise.Drop(d.getP(), false);
    }
    if (dropout instanceof SpatialDropout d && d.getPSchedule() == null) {
      return new Noise.Drop(d.getP(), true);
    }
    if (dropout instanceof AlphaDropout d && d.getPSchedule() == null) {
      return new Noise.Alpha(d.getP(), -d.getLambda() * d.getAlpha());
    }
    if (dropout instanceof GaussianDropout d && d.getRateSchedule() == null) {
      return new Noise.Multiplied(Math.sqrt(d.getRate() / (1 - d.getRate())));
    }
    if (dropout instanceof GaussianNoise d && d.getStddevSchedule() == null) {
      return new Noise.Added(d.getStddev());
    }
    throw to.refused(
        "uses %s, which a twin does not know; known are Dropout, SpatialDropout, AlphaDropout, GaussianDropout and GaussianNoise without schedules"
            .formatted(dropout));
  }

  private InputException unknown(Class<?> type, String method) {
    return to.refused(
        "is a %s, which a twin does not know; known are %s; teach it by Translators.standard().%s(%s.class, …)"
            .formatted(nameOf(type), translators.names(), method, nameOf(type)));
  }

  /** The short name; that of an anonymous class tells where it was written. */
  private static String nameOf(Class<?> type) {
    return type.isAnonymousClass() ? type.getName() : type.getSimpleName();
  }
}
