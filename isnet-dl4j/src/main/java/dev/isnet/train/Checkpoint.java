package dev.isnet.train;

import dev.isnet.data.FileFailure;
import dev.isnet.data.InputException;
import dev.isnet.model.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Where training stands after an epoch.
 *
 * @param epochs epochs done
 * @param steps steps done
 * @param bestEpoch epoch with the smallest validation loss, counted from 0
 * @param bestLoss that loss
 */
record Checkpoint(int epochs, int steps, int bestEpoch, double bestLoss) {

  static final Checkpoint START = new Checkpoint(0, 0, -1, Double.POSITIVE_INFINITY);

  private static final String STATE = "training.json";
  private static final String UPDATER = "training-updater.bin";
  private static final ObjectMapper JSON = new ObjectMapper();

  static Path last(Path folder) {
    return folder.resolve("last.zip");
  }

  static Path best(Path folder) {
    return folder.resolve("best.zip");
  }

  /** Writes the last checkpoint: network, updater state and this record, in one step. */
  void write(Path folder, ModelBundle bundle, Optional<INDArray> updater) throws IOException {
    Map<String, Object> state =
        Map.of("epochs", epochs, "steps", steps, "bestEpoch", bestEpoch, "bestLoss", bestLoss);
    byte[] json = JSON.writeValueAsBytes(state);
    if (updater.isPresent()) {
      bundle.write(last(folder), Map.of(STATE, json, UPDATER, Nd4j.toByteArray(updater.get())));
    } else {
      bundle.write(last(folder), Map.of(STATE, json));
    }
  }

  /**
   * Reads the last checkpoint, when there is one, into a network's parameters and an updater's
   * state.
   */
  static Checkpoint resume(Path folder, INDArray parameters, Optional<INDArray> updater) {
    Path file = last(folder);
    if (!Files.exists(file)) {
      return START;
    }
    try {
      copy(ModelBundle.read(file).net().params(), parameters, file);
      if (updater.isPresent()) {
        byte[] saved =
            ModelBundle.entry(file, UPDATER)
                .orElseThrow(() -> mismatch(file, "it has no updater state"));
        copy(Nd4j.fromByteArray(saved), updater.get(), file);
      }
      JsonNode state =
          JSON.readTree(
              ModelBundle.entry(file, STATE)
                  .orElseThrow(() -> mismatch(file, "it has no training state")));
      return new Checkpoint(
          state.get("epochs").asInt(),
          state.get("steps").asInt(),
          state.get("bestEpoch").asInt(),
          state.get("bestLoss").asDouble());
    } catch (IOException e) {
      throw new InputException(
          "The checkpoint %s cannot be read (%s); delete it to start again."
              .formatted(file, FileFailure.reason(e)),
          e);
    }
  }

  static void copy(INDArray from, INDArray to, Path file) {
    if (from.length() != to.length()) {
      throw mismatch(
          file, "it holds %d numbers where %d are needed".formatted(from.length(), to.length()));
    }
    to.assign(from.reshape(to.shape()));
  }

  private static InputException mismatch(Path file, String why) {
    return new InputException(
        "The checkpoint %s does not belong to this training: %s; choose another folder or delete it."
            .formatted(file, why));
  }
}
