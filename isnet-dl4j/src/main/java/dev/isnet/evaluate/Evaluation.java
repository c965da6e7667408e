package dev.isnet.evaluate;

import dev.isnet.data.BatchIterator;
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

  private final List<double[]> probabilities = new ArrayList<>();
  private final List<double[]> answers = new ArrayList<>();
  private final List<String> files = new ArrayList<>();

  private Evaluation(Predictor predictor, MaskedImageSource data) {
    Iterator<MaskedBatch> batches = data.epoch(0);
    try {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next();
            INDArray found = predictor.probabilities(batch.images())) {
          probabilities.addAll(Arrays.asList(found.toDoubleMatrix()));
          answers.addAll(Arrays.asList(batch.labels().toDoubleMatrix()));
          files.addAll(batch.files());
        }
      }
    } finally {
      if (batches instanceof BatchIterator closeable) {
        closeable.close();
      }
    }
  }

  /**
   * Classifies every image of the first epoch of a source.
   *
   * @param predictor the classifier
   * @param data the images, with single labels
   * @return probabilities, truths and their confusion matrix
   */
  public static EvaluationResult evaluate(Predictor predictor, MaskedImageSource data) {
    Evaluation run = new Evaluation(predictor, data);
    return EvaluationResult.of(
        run.probabilities.toArray(new double[0][]),
        run.answers.stream().mapToInt(Evaluation::greatest).toArray(),
        run.files,
        data.classes());
  }

  /**
   * Asks about every label of every image of the first epoch of a source.
   *
   * @param predictor a classifier with sigmoid outputs
   * @param data the images, with any number of labels; those that are unknown are left out
   * @return probabilities and truths, with ½ as the threshold
   */
  public static MultiLabelResult evaluateLabels(Predictor predictor, MaskedImageSource data) {
    Evaluation run = new Evaluation(predictor, data);
    return MultiLabelResult.of(run.probabilities, run.answers, run.files, data.classes());
  }

  private static int greatest(double[] row) {
    int best = 0;
    for (int k = 1; k < row.length; k++) {
      best = row[k] > row[best] ? k : best;
    }
    return best;
  }
}
