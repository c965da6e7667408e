package dev.isnet.evaluate;

import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.graph.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a classifier over a data set. */
public final class Evaluation {

  private Evaluation() {}

  /**
   * Classifies every image of the first epoch of a source.
   *
   * @param predictor the classifier
   * @param data the images, with single labels
   * @return probabilities, truths and their confusion matrix
   */
  public static EvaluationResult evaluate(Predictor predictor, MaskedImageSource data) {
    List<double[]> probabilities = new ArrayList<>();
    List<Integer> truth = new ArrayList<>();
    List<String> files = new ArrayList<>();
    Iterator<MaskedBatch> batches = data.epoch(0);
    while (batches.hasNext()) {
      try (MaskedBatch batch = batches.next()) {
        INDArray found = predictor.probabilities(batch.images());
        probabilities.addAll(Arrays.asList(found.toDoubleMatrix()));
        for (int t : batch.labels().argMax(1).toIntVector()) {
          truth.add(t);
        }
        files.addAll(batch.files());
        found.close();
      }
    }
    return EvaluationResult.of(
        probabilities.toArray(new double[0][]),
        truth.stream().mapToInt(Integer::intValue).toArray(),
        files,
        data.classes());
  }
}
