package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Twin;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ValidationScoreTest {

  private static MaskedBatch batch(double[][] labels) {
    int images = labels.length;
    boolean[] hasMask = new boolean[images];
    INDArray answers = Nd4j.create(labels);
    return new MaskedBatch(
        Nd4j.zeros(images, 1, 2, 2),
        answers,
        answers.gte(0).castTo(answers.dataType()),
        Nd4j.ones(images, 1, 2, 2),
        Optional.empty(),
        hasMask,
        java.util.Collections.nCopies(images, "image"));
  }

  /** First label: 1 right, 1 missed. Second: 1 right, 1 too many; the third answer is unknown. */
  @Test
  void ofSeveralLabelsItIsTheMeanOfTheirF1OverKnownAnswers() {
    ValidationScore score =
        ValidationScore.of(Objective.plain(), Twin.Output.SIGMOID, List.of("a", "b"));
    score.add(
        batch(new double[][] {{1, 1}, {1, 0}}), Nd4j.create(new double[][] {{2, 1}, {-1, 3}}));
    score.add(batch(new double[][] {{0, -1}}), Nd4j.create(new double[][] {{-2, 5}}));
    assertThat(score.value()).isEqualTo(2.0 / 3, within(1e-12));
  }

  @Test
  void ofSingleLabelsItCountsTheGreatestLogit() {
    ValidationScore score =
        ValidationScore.of(Objective.plain(), Twin.Output.SOFTMAX, List.of("a", "b"));
    score.add(
        batch(new double[][] {{1, 0}, {0, 1}, {0, 1}}),
        Nd4j.create(new double[][] {{-3, -4}, {1, 2}, {5, 2}}));
    assertThat(score.value()).isEqualTo(2.0 / 3, within(1e-12));
  }
}
