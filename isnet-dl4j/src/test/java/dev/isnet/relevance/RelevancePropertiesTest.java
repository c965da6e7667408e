package dev.isnet.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.data.MaskedBatch;
import dev.isnet.explain.Explainer;
import dev.isnet.graph.Networks;
import dev.isnet.graph.Predictor;
import dev.isnet.graph.Twin;
import dev.isnet.loss.ForegroundForm;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.train.LossGraph;
import dev.isnet.train.Objective;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class RelevancePropertiesTest {

  /** Layer norm's statistics are constants to relevance, so its maps are not Gradient×Input. */
  @ParameterizedTest
  @EnumSource(value = Networks.class, mode = EnumSource.Mode.EXCLUDE, names = "LAYER_NORM")
  void withoutEpsilonTheMapIsGradientTimesInput(Networks network) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    INDArray x = Networks.images(DataType.DOUBLE, 1);
    try (Explainer explainer = new Explainer(net, RuleSet.gradientTimesInput());
        Predictor predictor = new Predictor(net)) {
      INDArray maps = explainer.explain(x);
      double largest = maps.amaxNumber().doubleValue();
      double step = 1e-6;
      for (int pixel = 0; pixel < x.length(); pixel += 37) {
        INDArray up = x.dup('c');
        INDArray down = x.dup('c');
        up.data().put(pixel, x.data().getDouble(pixel) + step);
        down.data().put(pixel, x.data().getDouble(pixel) - step);
        INDArray slope = predictor.logits(up).sub(predictor.logits(down)).div(2 * step);
        for (int k = 0; k < 3; k++) {
          double expected = slope.getDouble(0, k) * x.data().getDouble(pixel);
          double ours = maps.data().getDouble(k * x.length() + pixel);
          assertThat(Math.abs(ours - expected)).isLessThan(1e-6 * largest);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CONVOLUTIONS,TEXTBOOK",
    "CONVOLUTIONS,MODIFIED_GRADIENT",
    "POOLS,TEXTBOOK",
    "POOLS,MODIFIED_GRADIENT"
  })
  void withoutBiasAndEpsilonTheRelevanceOfThePixelsIsTheLogit(Networks network, RuleSet.Form form) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    net.paramTable()
        .forEach(
            (name, array) -> {
              if (name.endsWith("_b")) array.assign(0);
            });
    INDArray x = Networks.images(DataType.DOUBLE, 3);
    RuleSet rules = new RuleSet(form, 1e-12, true, List.of());
    try (Explainer explainer = new Explainer(net, rules);
        Predictor predictor = new Predictor(net)) {
      INDArray sums = explainer.explain(x).sum(2, 3, 4);
      INDArray logits = predictor.logits(x);
      assertThat(sums.sub(logits).amaxNumber().doubleValue())
          .isLessThan(1e-6 * logits.amaxNumber().doubleValue());
    }
  }

  @Test
  void aMapDoesNotDependOnTheBatchItIsIn() {
    ComputationGraph net = Networks.NORMS.create(DataType.DOUBLE);
    INDArray x = Networks.images(DataType.DOUBLE, 3);
    try (Explainer explainer = new Explainer(net, RuleSet.standard())) {
      INDArray all = explainer.explain(x);
      INDArray one = explainer.explain(x.get(NDArrayIndex.interval(1, 2)).dup());
      INDArray same = all.get(NDArrayIndex.interval(1, 2));
      assertThat(one.sub(same).amaxNumber().doubleValue())
          .isLessThan(1e-12 * all.amaxNumber().doubleValue());
    }
  }

  /**
   * The batch norms' statistics are constants to relevance, so the check holds them: evaluation
   * mode has none.
   */
  @ParameterizedTest
  @CsvSource({"CONVOLUTIONS,true", "CONVOLUTIONS,false", "POOLS,true", "POOLS,false"})
  void theGradientOfTheIsnetLossAgreesWithFiniteDifferences(Networks network, boolean box) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    MaskedBatch batch = maskedBatch();
    HeatmapLoss loss = new HeatmapLoss(1, 3, 0.5, 2, 1, 0.9, ForegroundForm.HYBRID);
    RuleSet rules = box ? RuleSet.standard() : RuleSet.epsilon(RuleSet.DEFAULT_EPSILON);
    Objective objective = Objective.isnet(0.7, loss, rules);
    try (LossGraph graph = new LossGraph(net, objective, Twin.Mode.TRAINING, 3)) {
      graph.run(batch, 0.7, 1);
      INDArray gradient = graph.gradient().dup();
      double least = 1e-2 * gradient.amaxNumber().doubleValue();
      INDArray parameters = net.params();
      double step = 1e-6;
      int agreeing = 0;
      int tried = 0;
      for (long i = 0; i < parameters.length(); i += 7) {
        double old = parameters.getDouble(i);
        parameters.putScalar(i, old + step);
        double up = graph.total(graph.run(batch, 0.7, 1), 0.7);
        parameters.putScalar(i, old - step);
        double down = graph.total(graph.run(batch, 0.7, 1), 0.7);
        parameters.putScalar(i, old);
        double expected = (up - down) / (2 * step);
        tried++;
        double allowed = 1e-5 * Math.max(least, Math.abs(expected));
        if (Math.abs(expected - gradient.getDouble(i)) <= allowed) {
          agreeing++;
        }
      }
      // A step across a kink (ReLU, arg-max, |H|, rank) spoils a difference quotient now and then.
      assertThat((double) agreeing / tried).isGreaterThan(0.97);
    }
  }

  @Test
  void anImageWithoutAMaskAddsOnlyItsClassificationLoss() {
    ComputationGraph net = Networks.CONVOLUTIONS.create(DataType.DOUBLE);
    MaskedBatch batch = maskedBatch();
    Objective objective = Objective.isnet(0.7, HeatmapLoss.standard(), RuleSet.standard());
    try (LossGraph graph = new LossGraph(net, objective, Twin.Mode.TRAINING, 3)) {
      MaskedBatch unmasked =
          new MaskedBatch(
              batch.images(),
              batch.labels(),
              batch.masks(),
              new boolean[] {false, false},
              batch.files());
      LossGraph.Terms terms = graph.run(unmasked, 0.7, 1);
      assertThat(terms.background()).isZero();
      assertThat(terms.foreground()).isZero();
      INDArray ours = graph.gradient().dup();
      try (LossGraph plain = new LossGraph(net, Objective.plain(), Twin.Mode.TRAINING, 3)) {
        plain.run(batch, 0, 1);
        assertThat(ours.sub(plain.gradient().mul(0.3)).amaxNumber().doubleValue())
            .isLessThan(1e-12);
      }
    }
  }

  private static MaskedBatch maskedBatch() {
    INDArray masks =
        Nd4j.zeros(DataType.DOUBLE, 2, 1, Networks.SIZE.height(), Networks.SIZE.width());
    masks
        .get(
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.interval(2, 7),
            NDArrayIndex.interval(3, 9))
        .assign(1);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 2, 3);
    labels.putScalar(0, 1, 1);
    labels.putScalar(1, 2, 1);
    return new MaskedBatch(
        Networks.images(DataType.DOUBLE, 2),
        labels,
        masks,
        new boolean[] {true, true},
        List.of("a", "b"));
  }
}
