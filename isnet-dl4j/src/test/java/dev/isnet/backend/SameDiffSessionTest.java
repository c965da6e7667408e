package dev.isnet.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** What else of SameDiff works. */
@BackendContract
class SameDiffSessionTest {

  @Test
  void trainingResumesExactlyFromAFile(@TempDir Path folder) {
    SameDiff whole = network();
    train(whole, 3);
    File file = folder.resolve("network.zip").toFile();
    whole.save(file, true);
    SameDiff resumed = SameDiff.load(file, true);
    train(whole, 2);
    train(resumed, 2);
    for (String name : List.of("w", "v")) {
      assertThat(resumed.getArrForVarName(name)).as(name).isEqualTo(whole.getArrForVarName(name));
    }
  }

  @Test
  void outputMayBeAskedForByFourThreads() throws Exception {
    SameDiff network = network();
    List<INDArray> inputs =
        IntStream.range(0, 64).mapToObj(i -> Numbers.uniform(DataType.FLOAT, i, 3, 6)).toList();
    List<INDArray> alone = inputs.stream().map(x -> output(network, x)).toList();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<INDArray>> tasks =
          inputs.stream().<Callable<INDArray>>map(x -> () -> output(network, x)).toList();
      List<Future<INDArray>> together = threads.invokeAll(tasks);
      for (int i = 0; i < inputs.size(); i++) {
        assertThat(together.get(i).get()).isEqualTo(alone.get(i));
      }
    } finally {
      threads.shutdown();
    }
  }

  private static INDArray output(SameDiff network, INDArray x) {
    return network.outputSingle(Map.of("x", x), "y").dup();
  }

  private static SameDiff network() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 6);
    SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, -1, 2);
    SDVariable w = sd.var("w", Numbers.uniform(DataType.FLOAT, 1, 6, 5));
    SDVariable v = sd.var("v", Numbers.uniform(DataType.FLOAT, 2, 5, 2));
    SDVariable y = sd.nn().softmax("y", sd.nn().relu(x.mmul(w), 0).mmul(v), 1);
    sd.math().log(y).mul(labels).mean().neg("loss");
    sd.setLossVariables("loss");
    sd.setTrainingConfig(
        new TrainingConfig.Builder()
            .updater(new Adam(0.01))
            .dataSetFeatureMapping("x")
            .dataSetLabelMapping("labels")
            .build());
    return sd;
  }

  private static void train(SameDiff network, int steps) {
    DataSet batch =
        new DataSet(
            Numbers.uniform(DataType.FLOAT, 5, 4, 6),
            Numbers.between(0, 1, DataType.FLOAT, 6, 4, 2));
    DataSetIterator data = new SingletonDataSetIterator(batch);
    Expression.silently(() -> network.fit(data, steps));
  }
}
