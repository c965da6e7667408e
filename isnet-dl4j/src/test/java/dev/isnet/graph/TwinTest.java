package dev.isnet.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.train.LossGraph;
import dev.isnet.train.Objective;
import java.util.Collections;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class TwinTest {

  @ParameterizedTest
  @EnumSource(Networks.class)
  void forwardPassAgreesWithTheComputationGraph(Networks network) {
    ComputationGraph net = network.create(DataType.FLOAT);
    INDArray x = Networks.images(DataType.FLOAT, 4);
    try (Predictor predictor = new Predictor(net)) {
      INDArray difference = predictor.probabilities(x).sub(net.output(x)[0]);
      assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void forwardPassInDoubleIsTheSameButForRounding(Networks network) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    INDArray x = Networks.images(DataType.DOUBLE, 4);
    try (Predictor predictor = new Predictor(net)) {
      INDArray difference = predictor.probabilities(x).sub(net.output(x)[0]);
      assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-12);
    }
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void plainGradientAgreesWithDl4jsBackpropagation(Networks network) {
    ComputationGraph net = network.create(DataType.FLOAT);
    MaskedBatch batch = batch(DataType.FLOAT, 4);
    net.setInput(0, batch.images());
    net.setLabels(batch.labels());
    Gradient expected = gradientOf(net);
    try (LossGraph loss = new LossGraph(net, Objective.plain(), Twin.Mode.TRAINING, 3)) {
      loss.run(batch, 0, 1);
      INDArray ours = loss.gradient();
      expected
          .gradientForVariable()
          .forEach(
              (name, gradient) -> {
                if (name.endsWith("_mean")
                    || name.endsWith("_var")
                    || name.endsWith("_log10stdev")) {
                  return; // DL4J keeps changes of the running statistics here
                }
                INDArray parameter = net.getParam(name);
                INDArray mine = ParameterSlot.of(parameter, net.params()).in(ours);
                // the flat layout is that of the parameter's own order
                INDArray theirs = gradient.div(4).dup(parameter.ordering());
                INDArray flat = Nd4j.create(theirs.data(), new long[] {theirs.length()});
                // a bias in front of a batch norm has no gradient but rounding
                double scale =
                    Math.max(
                        flat.norm2Number().doubleValue(), 0.05 * ours.norm2Number().doubleValue());
                assertThat(mine.sub(flat).norm2Number().doubleValue() / scale)
                    .as(name)
                    .isLessThan(1e-4);
              });
    }
  }

  private static Gradient gradientOf(ComputationGraph net) {
    net.computeGradientAndScore();
    return net.gradient();
  }

  @Test
  void runningStatisticsMoveAsInDl4j() {
    ComputationGraph theirs = Networks.NORMS.create(DataType.DOUBLE);
    ComputationGraph ours = Networks.NORMS.create(DataType.DOUBLE);
    MaskedBatch batch = batch(DataType.DOUBLE, 4);
    theirs.fit(new org.nd4j.linalg.dataset.DataSet(batch.images(), batch.labels()));
    try (LossGraph loss = new LossGraph(ours, Objective.plain(), Twin.Mode.TRAINING, 3)) {
      loss.run(batch, 0, 1);
      loss.updateStatistics();
    }
    for (String key :
        new String[] {
          "n1_mean", "n1_log10stdev", "n2_mean", "n2_var", "n3_mean", "n3_log10stdev"
        }) {
      assertThat(ours.getParam(key).sub(theirs.getParam(key)).amaxNumber().doubleValue())
          .as(key)
          .isLessThan(1e-6);
    }
  }

  @Test
  void sharesItsParametersWithTheNetwork() {
    ComputationGraph net = Networks.CONVOLUTIONS.create(DataType.FLOAT);
    INDArray x = Networks.images(DataType.FLOAT, 2);
    try (Predictor predictor = new Predictor(net)) {
      net.params().muli(0.5);
      assertThat(predictor.probabilities(x).sub(net.output(x)[0]).amaxNumber().doubleValue())
          .isLessThan(1e-5);
    }
  }

  @Test
  void resultsDoNotDependOnTheBatchTheyAreIn() {
    ComputationGraph net = Networks.NORMS.create(DataType.FLOAT);
    INDArray x = Networks.images(DataType.FLOAT, 4);
    try (Predictor predictor = new Predictor(net)) {
      INDArray all = predictor.logits(x);
      INDArray one = predictor.logits(x.get(NDArrayIndex.interval(2, 3)).dup());
      assertThat(one.getRow(0).sub(all.getRow(2)).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  @Test
  void anUnknownLayerIsNamedWithItsVertex() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(4, 4, 1))
                .addLayer("lrn", new LocalResponseNormalization(), "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "lrn")
                .setOutputs("out")
                .build());
    net.init();
    assertThatThrownBy(() -> Twin.of(net, Twin.Mode.EVALUATION))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"lrn\"")
        .hasMessageContaining("LocalResponseNormalization");
  }

  static MaskedBatch batch(DataType type, int count) {
    INDArray labels = Nd4j.zeros(type, count, 3);
    INDArray masks = Nd4j.zeros(type, count, 1, Networks.SIZE.height(), Networks.SIZE.width());
    boolean[] hasMask = new boolean[count];
    for (int b = 0; b < count; b++) {
      labels.putScalar(b, b % 3, 1);
      hasMask[b] = true;
      masks
          .get(
              NDArrayIndex.point(b),
              NDArrayIndex.point(0),
              NDArrayIndex.interval(2 + b % 2, 8),
              NDArrayIndex.interval(3, 9))
          .assign(1);
    }
    return new MaskedBatch(
        Networks.images(type, count), labels, masks, hasMask, Collections.nCopies(count, "image"));
  }
}
