package dev.isnet.model;

import dev.isnet.data.FileFailure;
import dev.isnet.data.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.Optional;
import java.util.zip.ZipException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Any network that DL4J's ModelSerializer wrote, whoever trained it.
 *
 * @param network the network; a MultiLayerNetwork as the graph that it is
 * @param info what is known about it, if it was trained here
 * @param normalizer what its images went through, if the file says so
 */
public record NetworkFile(
    ComputationGraph network, Optional<ModelInfo> info, Optional<Normalizer<?>> normalizer) {

  private static final String CONFIGURATION = ModelSerializer.CONFIGURATION_JSON;

  /**
   * Reads a file.
   *
   * @param file the zip
   * @return the network
   * @throws InputException when the file is missing, damaged or no model
   */
  public static NetworkFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "There is no model file %s; give the .zip that training, or Deeplearning4j's ModelSerializer, wrote."
              .formatted(file));
    }
    try {
      if (ModelBundle.entry(file, ModelBundle.ENTRY).isPresent()) {
        ModelBundle bundle = ModelBundle.read(file);
        return new NetworkFile(bundle.net(), Optional.of(bundle.info()), Optional.empty());
      }
      byte[] configuration =
          ModelBundle.entry(file, CONFIGURATION)
              .orElseThrow(
                  () ->
                      new InputException(
                          "The zip file %s has no entry %s; it was not written by Deeplearning4j's ModelSerializer."
                              .formatted(file, CONFIGURATION)));
      boolean graph =
          new ObjectMapper()
              .readTree(new String(configuration, StandardCharsets.UTF_8))
              .has("vertices");
      return new NetworkFile(network(file, graph), Optional.empty(), normalizer(file));
    } catch (ZipException | ProviderNotFoundException e) {
      throw new InputException(
          "The model %s is no zip file, or a damaged one; give the .zip that Deeplearning4j's ModelSerializer wrote."
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new InputException(
          "The model %s cannot be read (%s).".formatted(file, FileFailure.reason(e)), e);
    }
  }

  private static ComputationGraph network(Path file, boolean graph) {
    try {
      return graph
          ? ModelSerializer.restoreComputationGraph(file.toFile(), false)
          : SequentialNetwork.asGraph(
              ModelSerializer.restoreMultiLayerNetwork(file.toFile(), false));
    } catch (IOException | RuntimeException e) { // ModelSerializer throws what it comes upon.
      throw new InputException(
          "The network in the model %s cannot be restored (%s); it is damaged, or has layers that this program does not have."
              .formatted(
                  file,
                  Optional.ofNullable(e.getMessage())
                      .flatMap(text -> text.lines().findFirst())
                      .orElse(e.getClass().getSimpleName())),
          e);
    }
  }

  private static Optional<Normalizer<?>> normalizer(Path file) throws IOException {
    if (ModelBundle.entry(file, ModelSerializer.NORMALIZER_BIN).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(ModelSerializer.restoreNormalizerFromFile(file.toFile()));
  }
}
