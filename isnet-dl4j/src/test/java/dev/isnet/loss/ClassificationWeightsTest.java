package dev.isnet.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Networks;
import dev.isnet.graph.Predictor;
import dev.isnet.graph.Twin;
import dev.isnet.train.LossGraph;
import dev.isnet.train.Objective;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ClassificationWeightsTest {
  private static MaskedBatch batch(Networks network, double[][] weights) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 2, 3);
    labels.putScalar(0, 1, 1);
    labels.putScalar(1, 2, 1);
    if (network == Networks.POOLS) { // sigmoid: several labels
      labels.putScalar(1, 0, 1);
    }
    return new MaskedBatch(
        Networks.images(DataType.DOUBLE, 2),
        labels,
        Nd4j.create(weights),
        Nd4j.ones(DataType.DOUBLE, 2, 1, Networks.SIZE.height(), Networks.SIZE.width()),
        Optional.empty(),
        new boolean[] {false, false},
        List.of("a", "b"));
  }

  private static double naive(Networks network, INDArray logits, MaskedBatch batch) {
    double loss = 0;
    for (int b = 0; b < 2; b++) {
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        sum += Math.exp(logits.getDouble(b, k));
      }
      for (int k = 0; k < 3; k++) {
        double z = logits.getDouble(b, k);
        double y = batch.labels().getDouble(b, k);
        double p = network == Networks.POOLS ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / sum;
        double term =
            network == Networks.POOLS
                ? -y * Math.log(p) - (1 - y) * Math.log(1 - p)
                : -y * Math.log(p);
        loss += batch.weights().getDouble(b, k) * term / 2;
      }
    }
    return loss;
  }

  @ParameterizedTest
  @EnumSource(
      value = Networks.class,
      names = {"CONVOLUTIONS", "POOLS"})
  void theLossIsTheWeightedSumAndItsGradientAgreesWithFiniteDifferences(Networks network) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    MaskedBatch batch = batch(network, new double[][] {{0.5, 2, 0}, {3, 0.25, 1.5}});
    try (LossGraph graph = new LossGraph(net, Objective.plain(), Twin.Mode.TRAINING, 3);
        Predictor predictor = new Predictor(net)) {
      double loss = graph.run(batch, 0, 1).classification();
      assertThat(loss)
          .isCloseTo(naive(network, predictor.logits(batch.images()), batch), within(1e-9));
      INDArray gradient = graph.gradient().dup();
      INDArray parameters = net.params();
      int agreeing = 0;
      int tried = 0;
      for (long i = 0; i < parameters.length(); i += 11) {
        double old = parameters.getDouble(i);
        parameters.putScalar(i, old + 1e-6);
        double up = graph.run(batch, 0, 1).classification();
        parameters.putScalar(i, old - 1e-6);
        double down = graph.run(batch, 0, 1).classification();
        parameters.putScalar(i, old);
        double expected = (up - down) / 2e-6;
        tried++;
        agreeing += Math.abs(expected - gradient.getDouble(i)) <= 1e-6 ? 1 : 0;
      }
      assertThat((double) agreeing / tried).isGreaterThan(0.97);
    }
  }

  @Test
  void whatIsUnknownHasNoGradient() {
    ComputationGraph net = Networks.POOLS.create(DataType.DOUBLE);
    MaskedBatch batch = batch(Networks.POOLS, new double[2][3]);
    try (LossGraph graph = new LossGraph(net, Objective.plain(), Twin.Mode.TRAINING, 3)) {
      assertThat(graph.run(batch, 0, 1).classification()).isZero();
      assertThat(graph.gradient().amaxNumber().doubleValue()).isZero();
    }
  }
}
