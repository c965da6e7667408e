package dev.isnet.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** What dropout and its relatives do in training: 8 images of 6 channels of 20×20 cells. */
class NoiseTest {

  private static final int CELLS = 8 * 6 * 400;

  /** A run of the noise: what came in, and what came out. */
  private record Run(double[] in, double[] out) {}

  @Test
  void dropoutKeepsAShareOfTheCellsAndScalesThem() {
    Run run = run(new Dropout(0.7), 1);
    int kept = 0;
    for (int i = 0; i < CELLS; i++) {
      if (run.out[i] != 0) {
        assertThat(run.out[i]).isCloseTo(run.in[i] / 0.7, within(1e-12));
        kept++;
      }
    }
    // five standard deviations of a binomial share
    assertThat((double) kept / CELLS).isCloseTo(0.7, within(5 * Math.sqrt(0.7 * 0.3 / CELLS)));
  }

  @Test
  void spatialDropoutDropsWholeChannels() {
    Run run = run(new SpatialDropout(0.5), 1);
    int kept = 0;
    for (int channel = 0; channel < 48; channel++) {
      boolean keeps = run.out[channel * 400] != 0;
      kept += keeps ? 1 : 0;
      for (int i = channel * 400; i < (channel + 1) * 400; i++) {
        assertThat(run.out[i]).isCloseTo(keeps ? run.in[i] * 2 : 0, within(1e-12));
      }
    }
    assertThat(kept).isBetween(7, 41);
  }

  /** With Deeplearning4j's α = 1.673…, λ = 1.0507… what is dropped becomes a·(−αλ) + b. */
  @Test
  void alphaDropoutKeepsMeanAndVariance() {
    Run run = run(new AlphaDropout(0.8), 1);
    double low = -1.6732632423543772 * 1.0507009873554805;
    double a = 1 / Math.sqrt(0.8 + low * low * 0.8 * 0.2);
    double b = -a * 0.2 * low;
    int dropped = 0;
    for (int i = 0; i < CELLS; i++) {
      boolean gone = Math.abs(run.out[i] - (a * low + b)) < 1e-12;
      dropped += gone ? 1 : 0;
      if (!gone) {
        assertThat(run.out[i]).isCloseTo(a * run.in[i] + b, within(1e-12));
      }
    }
    assertThat((double) dropped / CELLS).isCloseTo(0.2, within(5 * Math.sqrt(0.16 / CELLS)));
    assertThat(mean(run.out)).isCloseTo(mean(run.in), within(0.04));
    assertThat(deviation(run.out)).isCloseTo(deviation(run.in), within(0.04));
  }

  @Test
  void gaussianDropoutMultipliesByNormalNumbersAroundOne() {
    Run run = run(new GaussianDropout(0.2), 1);
    double[] factors = new double[CELLS];
    for (int i = 0; i < CELLS; i++) {
      factors[i] = run.out[i] / run.in[i];
    }
    assertThat(mean(factors)).isCloseTo(1, within(5 * 0.5 / Math.sqrt(CELLS)));
    assertThat(deviation(factors)).isCloseTo(0.5, within(0.015)); // √(0.2/0.8)
  }

  @Test
  void gaussianNoiseAddsNormalNumbersAroundZero() {
    Run run = run(new GaussianNoise(0.3), 1);
    double[] added = new double[CELLS];
    for (int i = 0; i < CELLS; i++) {
      added[i] = run.out[i] - run.in[i];
    }
    assertThat(mean(added)).isCloseTo(0, within(5 * 0.3 / Math.sqrt(CELLS)));
    assertThat(deviation(added)).isCloseTo(0.3, within(0.01));
  }

  @Test
  void theSeedAloneDecides() {
    for (IDropout noise :
        List.of(
            new Dropout(0.5),
            new SpatialDropout(0.5),
            new AlphaDropout(0.5),
            new GaussianDropout(0.5),
            new GaussianNoise(0.5))) {
      assertThat(run(noise, 7).out).isEqualTo(run(noise, 7).out);
      assertThat(run(noise, 8).out).isNotEqualTo(run(noise, 7).out);
    }
  }

  private static Run run(IDropout noise, long seed) {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(20, 20, 6))
                .addLayer("noise", new DropoutLayer(noise), "in")
                .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), "noise")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "average")
                .setOutputs("out")
                .build());
    net.init();
    Twin twin = Twin.of(net, Twin.Mode.TRAINING);
    TwinNode node =
        twin.nodes().stream().filter(n -> n instanceof TwinNode.Drop).findFirst().orElseThrow();
    try (CompiledByBatch graphs =
        new CompiledByBatch(twin, Map.of(), List.of(node.output().name()))) {
      CompiledGraph graph = graphs.of(8, 6, 20, 20);
      Nd4j.getRandom().setSeed(3);
      INDArray x = Nd4j.randn(DataType.DOUBLE, 8, 6, 20, 20);
      graph.array(twin.input().name()).assign(x);
      twin.setSeed(seed);
      graph.run();
      INDArray y = graph.array(node.output().name());
      return new Run(x.reshape(CELLS).toDoubleVector(), y.dup('c').reshape(CELLS).toDoubleVector());
    }
  }

  private static double mean(double[] values) {
    return java.util.Arrays.stream(values).average().orElseThrow();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    return Math.sqrt(
        java.util.Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }
}
