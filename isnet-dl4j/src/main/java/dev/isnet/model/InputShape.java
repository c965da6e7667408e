package dev.isnet.model;

import dev.isnet.data.InputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;

/**
 * What a network's configuration says about its images. DL4J keeps the number of channels, as what
 * its first layer takes, but not the size; where maps become rows of numbers, their size is kept
 * there, and leads back to that of square images.
 *
 * @param channels number of channels
 * @param size height and width, if they can be told
 */
public record InputShape(int channels, Optional<Size> size) {

  /**
   * Height and width.
   *
   * @param height rows
   * @param width columns
   */
  public record Size(int height, int width) {}

  /** The square images that are tried, in pixels. */
  private static final int LARGEST = 640;

  /** A place where maps become rows of numbers, with the vertex that it gets them from. */
  private record Flattening(String from, CnnToFeedForwardPreProcessor by) {}

  /**
   * Asks a configuration.
   *
   * @param configuration of an initialised network with one image input; not changed
   * @return what it says
   * @throws InputException if the network does not take images
   */
  public static InputShape of(ComputationGraphConfiguration configuration) {
    String input = input(configuration);
    List<Flattening> flattenings = new ArrayList<>();
    Optional<InputShape> stated = Optional.empty();
    Optional<Integer> channels = Optional.empty();
    for (String name : configuration.getTopologicalOrderStr()) {
      GraphVertex vertex = configuration.getVertices().get(name);
      if (vertex == null) {
        continue; // the input itself
      }
      String from = configuration.getVertexInputs().get(name).get(0);
      Optional<InputPreProcessor> before = preprocessor(vertex);
      if (before.isPresent() && before.get() instanceof CnnToFeedForwardPreProcessor flat) {
        flattenings.add(new Flattening(from, flat));
        if (from.equals(input)) {
          stated =
              Optional.of(
                  stated(flat.getNumChannels(), flat.getInputHeight(), flat.getInputWidth()));
        }
      }
      if (before.isPresent() && before.get() instanceof FeedForwardToCnnPreProcessor cnn) {
        if (from.equals(input)) {
          stated =
              Optional.of(stated(cnn.getNumChannels(), cnn.getInputHeight(), cnn.getInputWidth()));
        }
      }
      if (channels.isEmpty() && stated.isEmpty() && vertex instanceof LayerVertex layer) {
        channels = channels(name, layer);
      }
    }
    if (stated.isPresent()) {
      return stated.get();
    }
    int found =
        channels.orElseThrow(
            () ->
                new InputException(
                    "The network has no layer that says how many channels its images have."));
    return new InputShape(found, size(configuration, found, flattenings));
  }

  /**
   * Asks for the input.
   *
   * @param configuration of a network
   * @return the name of its only input
   * @throws InputException if it has several
   */
  public static String input(ComputationGraphConfiguration configuration) {
    List<String> inputs = configuration.getNetworkInputs();
    if (inputs.size() != 1) {
      throw new InputException(
          "The network has %d inputs (%s), but must have one, for images."
              .formatted(inputs.size(), String.join(", ", inputs)));
    }
    return inputs.get(0);
  }

  private static InputShape stated(long channels, long height, long width) {
    return new InputShape((int) channels, Optional.of(new Size((int) height, (int) width)));
  }

  private static Optional<InputPreProcessor> preprocessor(GraphVertex vertex) {
    if (vertex instanceof LayerVertex layer) {
      return Optional.ofNullable(layer.getPreProcessor());
    }
    return vertex instanceof PreprocessorVertex own
        ? Optional.ofNullable(own.getPreProcessor())
        : Optional.empty();
  }

  private static Optional<Integer> channels(String name, LayerVertex vertex) {
    if (vertex.getLayerConf().getLayer() instanceof FeedForwardLayer layer && layer.getNIn() > 0) {
      if (layer instanceof DenseLayer && vertex.getPreProcessor() == null) {
        throw new InputException(
            "The network takes rows of %d numbers at its layer \"%s\", but an audit needs one that takes images."
                .formatted(layer.getNIn(), name));
      }
      return Optional.of((int) layer.getNIn());
    }
    return Optional.empty();
  }

  /** Of all square sizes that give the maps their stated size the one most often halved evenly. */
  private static Optional<Size> size(
      ComputationGraphConfiguration configuration, int channels, List<Flattening> flattenings) {
    if (flattenings.isEmpty()) {
      return Optional.empty();
    }
    Optional<Integer> best = Optional.empty();
    for (int side = 4; side <= LARGEST; side++) {
      if (fits(configuration, channels, side, flattenings.get(0))
          && (best.isEmpty()
              || Integer.numberOfTrailingZeros(side) > Integer.numberOfTrailingZeros(best.get()))) {
        best = Optional.of(side);
      }
    }
    return best.map(side -> new Size(side, side));
  }

  private static boolean fits(
      ComputationGraphConfiguration configuration, int channels, int side, Flattening place) {
    try {
      // DL4J's own walk over a graph sets numbers of inputs and preprocessors on its way.
      Map<String, InputType> types = new HashMap<>();
      types.put(
          configuration.getNetworkInputs().get(0), InputType.convolutional(side, side, channels));
      for (String name : configuration.getTopologicalOrderStr()) {
        if (types.containsKey(place.from())) {
          break;
        }
        if (configuration.getVertices().containsKey(name)) {
          InputType[] inputs =
              configuration.getVertexInputs().get(name).stream()
                  .map(types::get)
                  .toArray(InputType[]::new);
          types.put(name, configuration.getVertices().get(name).getOutputType(0, inputs));
        }
      }
      return types.get(place.from()) instanceof InputTypeConvolutional found
          && found.getHeight() == place.by().getInputHeight()
          && found.getWidth() == place.by().getInputWidth();
    } catch (RuntimeException e) {
      return false; // DL4J throws what it comes upon for sizes that do not go through.
    }
  }
}
