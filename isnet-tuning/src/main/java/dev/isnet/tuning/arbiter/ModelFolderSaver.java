package dev.isnet.tuning.arbiter;

import dev.isnet.data.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultSaver;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Saves the network of each candidate as {@code candidate-<index>.zip}, which Deeplearning4j's
 * ModelSerializer reads.
 */
public final class ModelFolderSaver implements ResultSaver {
  private final String folder;

  /**
   * Makes a saver.
   *
   * @param folder created when it is missing
   */
  @JsonCreator
  public ModelFolderSaver(@JsonProperty("folder") String folder) {
    this.folder = folder;
  }

  @Override
  public ResultReference saveModel(OptimizationResult result, Object model) throws IOException {
    Path file = Path.of(folder, "candidate-" + result.getIndex() + ".zip");
    ComputationGraph network = ((TrainedCandidate) model).network();
    AtomicFile.write(file, part -> ModelSerializer.writeModel(network, part.toFile(), false));
    return new Reference(result, file);
  }

  private record Reference(OptimizationResult result, Path file) implements ResultReference {
    @Override
    public OptimizationResult getResult() {
      return result;
    }

    @Override
    public Object getResultModel() throws IOException {
      return ModelSerializer.restoreComputationGraph(file.toFile());
    }
  }

  @Override
  public List<Class<?>> getSupportedCandidateTypes() {
    return List.of(Map.class);
  }

  @Override
  public List<Class<?>> getSupportedModelTypes() {
    return List.of(TrainedCandidate.class);
  }
}
