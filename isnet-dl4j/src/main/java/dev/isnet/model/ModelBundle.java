package dev.isnet.model;

import dev.isnet.data.AtomicFile;
import dev.isnet.data.FileFailure;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.shade.jackson.core.type.TypeReference;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * A trained network and what one must know to use it, in one file: the zip that DL4J's
 * ModelSerializer writes, which any DL4J program can read, with one more entry, {@value #ENTRY}.
 *
 * @param net the network
 * @param info what one must know to use it
 */
public record ModelBundle(ComputationGraph net, ModelInfo info) {

  /** Name of the entry that ModelSerializer does not know. */
  public static final String ENTRY = "isnet.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Writes the file in one step: a crash leaves the old one.
   *
   * @param file the zip
   * @throws IOException when it cannot be written
   */
  public void write(Path file) throws IOException {
    write(file, Map.of());
  }

  /**
   * The same with further entries in the zip.
   *
   * @param file the zip
   * @param entries contents by name
   * @throws IOException when it cannot be written
   */
  public void write(Path file, Map<String, byte[]> entries) throws IOException {
    AtomicFile.write(file, target -> fill(target, entries));
  }

  /**
   * One entry of a zip.
   *
   * @param file the zip
   * @param name the entry's name
   * @return its contents, or nothing when there is no such entry
   * @throws IOException when the zip cannot be read
   */
  public static Optional<byte[]> entry(Path file, String name) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Path entry = zip.getPath(name);
      return Files.exists(entry) ? Optional.of(Files.readAllBytes(entry)) : Optional.empty();
    }
  }

  private void fill(Path file, Map<String, byte[]> entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      ModelSerializer.writeModel(net, out, false);
    }
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("format", 1);
    ImageSize size = info.imageSize();
    entry.put(
        "imageSize",
        Map.of("height", size.height(), "width", size.width(), "channels", size.channels()));
    entry.put("classes", info.classes());
    entry.put("preprocessing", info.preprocessing());
    entry.put("provenance", info.provenance());
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Files.writeString(
          zip.getPath(ENTRY), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(entry));
      for (Map.Entry<String, byte[]> further : entries.entrySet()) {
        Files.write(zip.getPath(further.getKey()), further.getValue());
      }
    }
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @param file the zip
   * @return network and information
   * @throws InputException when the file is missing, damaged or has no {@value #ENTRY}
   */
  public static ModelBundle read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "There is no model file %s; give the .zip that training wrote.".formatted(file));
    }
    try {
      byte[] json =
          entry(file, ENTRY)
              .orElseThrow(
                  () ->
                      new InputException(
                          "The model %s has no entry %s with its input size and class names; it was not written by isnet."
                              .formatted(file, ENTRY)));
      return new ModelBundle(network(file), info(json, file));
    } catch (ZipException | ProviderNotFoundException e) {
      throw new InputException(
          "The model %s is no zip file, or a damaged one; give the .zip that training wrote."
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new InputException(
          "The model %s cannot be read (%s).".formatted(file, FileFailure.reason(e)), e);
    }
  }

  private static ComputationGraph network(Path file) {
    try {
      return ModelSerializer.restoreComputationGraph(file.toFile(), false);
    } catch (IOException | RuntimeException e) { // ModelSerializer throws what it comes upon.
      throw new InputException(
          "The network in the model %s is damaged; give the .zip that training wrote."
              .formatted(file),
          e);
    }
  }

  private static ModelInfo info(byte[] json, Path file) {
    try {
      JsonNode entry = JSON.readTree(json);
      JsonNode size = entry.required("imageSize");
      return new ModelInfo(
          new ImageSize(
              size.required("height").intValue(),
              size.required("width").intValue(),
              size.required("channels").intValue()),
          JSON.convertValue(entry.required("classes"), new TypeReference<List<String>>() {}),
          entry.required("preprocessing").asText(),
          JSON.convertValue(entry.required("provenance"), new TypeReference<>() {}));
    } catch (IOException | IllegalArgumentException | InputException e) {
      throw new InputException(
          "The entry %s of the model %s is damaged; give the .zip that training wrote."
              .formatted(ENTRY, file),
          e);
    }
  }
}
