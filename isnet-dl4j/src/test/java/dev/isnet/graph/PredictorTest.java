package dev.isnet.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PredictorTest {

  /** Batches of several sizes, so that threads also compile while others run. */
  @Test
  void severalThreadsGetWhatOneGets() throws Exception {
    ComputationGraph net = Networks.RESIDUAL.create(DataType.FLOAT);
    Nd4j.getRandom().setSeed(9);
    List<INDArray> batches = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      batches.add(Nd4j.rand(DataType.FLOAT, 1 + i % 5, 3, 10, 12));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Predictor alone = new Predictor(net);
        Predictor shared = new Predictor(net)) {
      List<INDArray> expected = batches.stream().map(alone::probabilities).toList();
      List<Callable<INDArray>> tasks = new ArrayList<>();
      batches.forEach(batch -> tasks.add(() -> shared.probabilities(batch)));
      List<Future<INDArray>> found = threads.invokeAll(tasks);
      for (int i = 0; i < batches.size(); i++) {
        assertThat(found.get(i).get()).as("batch %d", i).isEqualTo(expected.get(i));
        assertThat(expected.get(i).sumNumber().doubleValue()).isNotNaN();
      }
      assertThat(expected.get(0)).isNotEqualTo(expected.get(5));
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void anImageAloneIsRefused() {
    try (Predictor predictor = new Predictor(Networks.RESIDUAL.create(DataType.FLOAT))) {
      assertThatThrownBy(() -> predictor.logits(Nd4j.zeros(DataType.FLOAT, 3, 10, 12)))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "The images have the shape [3, 10, 12], but must be [B, C, h, w]; one image is a batch of one.");
    }
  }
}
