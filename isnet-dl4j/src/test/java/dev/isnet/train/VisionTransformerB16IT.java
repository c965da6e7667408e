package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.Architecture;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.explain.Explainer;
import dev.isnet.explain.Method;
import dev.isnet.graph.Predictor;
import dev.isnet.graph.Twin;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** ViT-B/16 as published, 1,000 classes at 224×224: it predicts, learns and is explained. */
class VisionTransformerB16IT {

  private static final int BLOCKS = 12;
  private static final int HEADS = 12;
  private static final int HEAD_WIDTH = 64;
  private static final int TOKENS = 197;
  private static final int PATCH = 16;

  @Test
  void itPredictsLearnsAndIsExplained() {
    ComputationGraph net =
        new ComputationGraph(
            Architecture.named("vit-b16")
                .builder(new ImageSize(224, 224, 3), 1000)
                .optSeed(3)
                .build());
    net.init();
    assertThat(net.numParams()).isEqualTo(86_567_656);
    Nd4j.getRandom().setSeed(5);
    INDArray image = Nd4j.rand(DataType.FLOAT, 1, 3, 224, 224);
    MaskedBatch batch = Batches.of(image, 1000); // of class 1

    Map<String, INDArray> activations = net.feedForward(image, false);
    double expected = activations.get("classes").getDouble(0, 1);
    double itself = classTokensShareOfItself(activations);
    assertPredicts(net, image, activations.get("classes"));
    assertRollsOut(net, image, 1 - itself);
    assertLearns(net, batch, -Math.log(expected));
  }

  private static void assertPredicts(ComputationGraph net, INDArray image, INDArray expected) {
    try (Predictor predictor = new Predictor(net)) {
      INDArray classes = predictor.probabilities(image);
      assertThat(classes.shape()).containsExactly(1, 1000);
      assertThat(classes.sumNumber().doubleValue()).isCloseTo(1, within(1e-5));
      assertThat(classes.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-6);
    }
  }

  /** Every pixel of a patch has the same share; they add up to what the class token leaves. */
  private static void assertRollsOut(ComputationGraph net, INDArray image, double sum) {
    try (Explainer explainer = new Explainer(net, Method.attentionRollout())) {
      INDArray map = explainer.explain(image, 7);
      assertThat(map.shape()).containsExactly(1, 1, 3, 224, 224);
      assertThat(map.castTo(DataType.DOUBLE).sumNumber().doubleValue())
          .isCloseTo(sum, within(1e-5));
      assertThat(map.minNumber().doubleValue()).isPositive();
      INDArray patch =
          map.get(
              NDArrayIndex.point(0),
              NDArrayIndex.point(0),
              NDArrayIndex.all(),
              NDArrayIndex.interval(5 * PATCH, 6 * PATCH),
              NDArrayIndex.interval(13 * PATCH, 14 * PATCH));
      assertThat(patch.maxNumber()).isEqualTo(patch.minNumber());
    }
  }

  /** The class token's row of (A₁₂ + I)/2 · … · (A₁ + I)/2, A the mean over the heads. */
  private static double classTokensShareOfItself(Map<String, INDArray> activations) {
    INDArray share = Nd4j.zeros(DataType.FLOAT, 1, TOKENS).putScalar(0, 1);
    for (int block = BLOCKS; block > 0; block--) {
      INDArray qkv =
          activations.get("block" + block + ".qkv").reshape(3, HEADS, HEAD_WIDTH, TOKENS);
      INDArray sum = Nd4j.zeros(DataType.FLOAT, 1, TOKENS);
      for (int head = 0; head < HEADS; head++) {
        INDArray queries = qkv.slice(0).slice(head);
        INDArray keys = qkv.slice(1).slice(head);
        INDArray scores = queries.transpose().mmul(keys).div(Math.sqrt(HEAD_WIDTH));
        sum.addi(share.mmul(Nd4j.exec(new SoftMax(scores, scores, 1))[0]));
      }
      share = share.add(sum.div(HEADS)).div(2);
    }
    return share.getDouble(0);
  }

  private static void assertLearns(ComputationGraph net, MaskedBatch batch, double crossEntropy) {
    try (LossGraph graph = new LossGraph(net, Objective.plain(), Twin.Mode.TRAINING, 1000)) {
      double before = graph.total(graph.run(batch, 0, 1), 0);
      assertThat(before).isCloseTo(crossEntropy, within(1e-4));
      INDArray gradient = graph.gradient();
      double squares = squares(gradient);
      assertThat(squares).isFinite().isPositive();
      double rate = 0.01 / squares; // a straight loss would fall by 0.01
      net.params().subi(gradient.muli(rate).reshape(net.params().shape()));
      double after = graph.total(graph.run(batch, 0, 2), 0);
      assertThat(before - after).isCloseTo(0.01, within(0.001));
    }
  }

  /** In double precision, in which the small ones of so many are not lost. */
  private static double squares(INDArray gradient) {
    double sum = 0;
    for (long i = 0; i < gradient.length(); i++) {
      double g = gradient.data().getFloat(i);
      sum += g * g;
    }
    return sum;
  }
}
