package dev.isnet.train;

import dev.isnet.data.MaskedBatch;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.MultiLabelResult;
import dev.isnet.graph.Twin;
import dev.isnet.segment.Overlap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What the validation images say of a network in one number from 0 to 1. */
interface ValidationScore {

  /** Macro F1 of a classifier, mean Dice coefficient of a segmenter. */
  static ValidationScore of(Objective objective, Twin.Output output, List<String> classes) {
    if (objective instanceof Objective.Segmentation) {
      return new MeanDice();
    }
    return output == Twin.Output.SIGMOID ? new LabelsMacroF1(classes) : new MacroF1(classes);
  }

  /**
   * Counts a batch.
   *
   * @param logits what the network says of it
   */
  void add(MaskedBatch batch, INDArray logits);

  /** The score of all batches so far. */
  double value();

  /** Counts the most likely classes. */
  final class MacroF1 implements ValidationScore {
    private final List<String> classes;
    private final List<Integer> truth = new ArrayList<>();
    private final List<Integer> predicted = new ArrayList<>();

    private MacroF1(List<String> classes) {
      this.classes = classes;
    }

    @Override
    public void add(MaskedBatch batch, INDArray logits) {
      for (int b = 0; b < batch.size(); b++) {
        truth.add(batch.labels().getRow(b).argMax(0).getInt(0));
        predicted.add(logits.getRow(b).argMax(0).getInt(0));
      }
    }

    @Override
    public double value() {
      return ConfusionMatrix.of(array(truth), array(predicted), classes).macroF1();
    }

    private static int[] array(List<Integer> values) {
      return values.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** Counts for each label by itself whether its logit is above 0, where the answer is known. */
  final class LabelsMacroF1 implements ValidationScore {
    private final List<String> classes;
    private final List<double[]> probabilities = new ArrayList<>();
    private final List<double[]> answers = new ArrayList<>();
    private final List<String> files = new ArrayList<>();

    private LabelsMacroF1(List<String> classes) {
      this.classes = classes;
    }

    @Override
    public void add(MaskedBatch batch, INDArray logits) {
      try (INDArray found = Transforms.sigmoid(logits, true)) {
        probabilities.addAll(Arrays.asList(found.toDoubleMatrix()));
      }
      answers.addAll(Arrays.asList(batch.labels().toDoubleMatrix()));
      files.addAll(batch.files());
    }

    @Override
    public double value() {
      return MultiLabelResult.of(probabilities, answers, files, classes).macroF1();
    }
  }

  /** Compares masks at the network's size; a pixel is foreground where its logit is above 0. */
  final class MeanDice implements ValidationScore {
    private double sum;
    private int images;

    @Override
    public void add(MaskedBatch batch, INDArray logits) {
      int pixels = (int) (logits.length() / batch.size());
      float[] found = floats(logits);
      float[] masks = floats(batch.masks());
      for (int b = 0; b < batch.size(); b++) {
        if (batch.hasMask()[b]) {
          sum += Overlap.of(part(found, b, pixels), part(masks, b, pixels)).dice();
          images++;
        }
      }
    }

    @Override
    public double value() {
      return images == 0 ? 0 : sum / images;
    }

    private static float[] floats(INDArray array) {
      try (INDArray copy = array.dup('c')) {
        return copy.data().asFloat();
      }
    }

    private static boolean[] part(float[] values, int image, int pixels) {
      boolean[] above = new boolean[pixels];
      IntStream.range(0, pixels).forEach(i -> above[i] = values[image * pixels + i] > 0);
      return above;
    }
  }
}
