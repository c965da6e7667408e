package dev.isnet.model;

import dev.isnet.data.ImageSize;
import java.util.List;
import java.util.Map;

/**
 * What one must know to use a trained network.
 *
 * @param imageSize size of the input
 * @param classes class names in the order of the outputs
 * @param preprocessing in words, what turns a picture into the network's input
 * @param provenance what it was trained on and how: data, configuration, seed, versions
 */
public record ModelInfo(
    ImageSize imageSize,
    List<String> classes,
    String preprocessing,
    Map<String, Object> provenance) {

  /** The preprocessing of everything that is trained here. */
  public static final String UNIT_PIXELS = "grey or RGB, channel after channel, values in [0, 1]";

  /** Copies the lists. */
  public ModelInfo {
    classes = List.copyOf(classes);
    provenance = Map.copyOf(provenance);
  }
}
