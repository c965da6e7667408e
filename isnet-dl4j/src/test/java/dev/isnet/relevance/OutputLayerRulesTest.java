package dev.isnet.relevance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The rules of the output layer where relevance does not start at single logits. The network is the
 * average x of three channels and z = W·x + b.
 */
class OutputLayerRulesTest {

  private static final double[][] W = {{0.5, -0.4, 0.3}, {-0.6, 0.2, 0.1}, {0.3, 0.7, -0.2}};
  private static final double[] B = {0.1, -0.2, 0.05};
  private static final double[] X = {0.9, 0.4, 0.6};
  private static final LayerSelector OUT = new LayerSelector.Named("out");

  /** q_j·v_j/(v_j + ε·s(v_j)) goes through W_c − W_j, c the least logit, v_j = z_c − z_j. */
  private static double[] odds(double epsilon) {
    double[] z = logits(0, 1, 2);
    int c = z[0] < z[1] ? (z[0] < z[2] ? 0 : 2) : (z[1] < z[2] ? 1 : 2);
    double sum = 1e-5;
    for (int j = 0; j < 3; j++) {
      sum += j == c ? 0 : Math.exp(z[j] - z[c]);
    }
    double[] r = new double[3];
    for (int j = 0; j < 3; j++) {
      double v = z[c] - z[j];
      for (int i = 0; i < 3 && j != c; i++) {
        r[i] += X[i] * (W[c][i] - W[j][i]) * Math.exp(-v) / sum * v / (v - epsilon);
      }
    }
    return r;
  }

  private static double[] logits(int... classes) {
    return java.util.Arrays.stream(classes)
        .mapToDouble(k -> B[k] + W[k][0] * X[0] + W[k][1] * X[1] + W[k][2] * X[2])
        .toArray();
  }

  @Test
  void theLogOddsOfTheTextbookFormFollowTheOutputLayersOwnEpsilon() {
    RuleSet rules = RuleSet.textbook(0).with(OUT, new RelevanceRule.Epsilon(0.2));
    assertClose(
        channels(rules, twin -> RelevanceGraph.ofLogOdds(twin, rules, List.of())), odds(0.2));
    RuleSet plain = RuleSet.textbook(0).with(OUT, new RelevanceRule.Gradient());
    assertClose(channels(plain, twin -> RelevanceGraph.ofLogOdds(twin, plain, List.of())), odds(0));
  }

  @Test
  void aRuleThatTheLogOddsCannotFollowIsRefused() {
    RuleSet rules = RuleSet.textbook(0.01).with(OUT, new RelevanceRule.Gamma(0.25, 0.01));
    assertThatThrownBy(
            () -> channels(rules, twin -> RelevanceGraph.ofLogOdds(twin, rules, List.of())))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "The output layer \"out\" has the rule Gamma[gamma=0.25, epsilon=0.01]; explaining log-odds in the textbook form takes LRP-ε or the plain gradient there.");
  }

  /** Of each logit its positive part z⁺, which it shares by z⁺ + ε. */
  @Test
  void thePositivePartsFollowTheOutputLayersOwnEpsilon() {
    RuleSet rules = RuleSet.textbook(0).with(OUT, new RelevanceRule.Epsilon(0.2));
    double[] expected = new double[3];
    for (int k = 0; k < 3; k++) {
      double z = Math.max(B[k], 0);
      for (int i = 0; i < 3; i++) {
        z += Math.max(W[k][i], 0) * X[i];
      }
      for (int i = 0; i < 3; i++) {
        expected[i] += X[i] * Math.max(W[k][i], 0) * z / (z + 0.2);
      }
    }
    assertClose(
        channels(rules, twin -> RelevanceGraph.ofPositiveParts(twin, rules, List.of())), expected);
  }

  /** Whatever rule the user names last counts, LRP-ε too, which then is z⁺ in the first map. */
  @Test
  void aLaterEpsilonUndoesAnEarlierRule() {
    RuleSet rules =
        RuleSet.textbook(0)
            .with(OUT, new RelevanceRule.WSquare())
            .with(OUT, new RelevanceRule.Epsilon(0.2));
    RuleSet same = RuleSet.textbook(0).with(OUT, new RelevanceRule.Epsilon(0.2));
    assertClose(
        channels(rules, twin -> RelevanceGraph.ofPositiveParts(twin, rules, List.of())),
        channels(same, twin -> RelevanceGraph.ofPositiveParts(twin, same, List.of())));
  }

  /** R = z at the logits; w² shares it by the squares of the weights. */
  @Test
  void anOutputLayerWithAnotherRuleStartsTheFirstMapAtTheLogits() {
    RuleSet rules = RuleSet.textbook(0).with(OUT, new RelevanceRule.WSquare());
    double[] z = logits(0, 1, 2);
    double[] expected = new double[3];
    for (int k = 0; k < 3; k++) {
      double squares = W[k][0] * W[k][0] + W[k][1] * W[k][1] + W[k][2] * W[k][2];
      for (int i = 0; i < 3; i++) {
        expected[i] += z[k] * W[k][i] * W[k][i] / squares;
      }
    }
    assertClose(
        channels(rules, twin -> RelevanceGraph.ofPositiveParts(twin, rules, List.of())), expected);
  }

  /** αβ with β = 1: twice the positive contributions' shares of z less the negative ones'. */
  @Test
  void alphaBetaInTheOutputLayerSharesTheLogitsThemselves() {
    RuleSet rules = RuleSet.textbook(0).with(OUT, new RelevanceRule.AlphaBeta(2, 1, 0.2));
    double[] z = logits(0, 1, 2);
    double[] expected = new double[3];
    for (int k = 0; k < 3; k++) {
      double plus = Math.max(B[k], 0);
      double minus = Math.min(B[k], 0);
      for (int i = 0; i < 3; i++) {
        plus += Math.max(W[k][i], 0) * X[i];
        minus += Math.min(W[k][i], 0) * X[i];
      }
      for (int i = 0; i < 3; i++) {
        expected[i] +=
            2 * z[k] * X[i] * Math.max(W[k][i], 0) / (plus + 0.2)
                - z[k] * X[i] * Math.min(W[k][i], 0) / (minus - 0.2);
      }
    }
    assertClose(
        channels(rules, twin -> RelevanceGraph.ofPositiveParts(twin, rules, List.of())), expected);
  }

  @Test
  void whereTheOutputLayerIsOneWithTheStartItHasNoRelevanceOfItsOwn() {
    RuleSet rules = RuleSet.textbook(0.01);
    String message = "No relevance arrives at a vertex \"out\"; it arrives at average.";
    Twin odds = Twin.of(network(), Twin.Mode.EVALUATION);
    assertThatThrownBy(() -> RelevanceGraph.ofLogOdds(odds, rules, List.of("out")))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
    Twin positive = Twin.of(network(), Twin.Mode.EVALUATION);
    assertThatThrownBy(() -> RelevanceGraph.ofPositiveParts(positive, rules, List.of("out")))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  /** In the modified-gradient form the logits' relevance is c·z. */
  @Test
  void elsewhereTheLogitsHaveTheirRelevance() {
    RuleSet rules = RuleSet.epsilon(0.01);
    double[] coefficients =
        values(twin -> RelevanceGraph.ofLogOdds(twin, rules, List.of("out")), true);
    double[] z = logits(0, 1, 2);
    double sum = 0;
    for (int k = 0; k < 3; k++) {
      sum += coefficients[k] / z[k];
    }
    assertThat(Math.abs(sum)).isLessThan(1e-12); // odds do not change with all logits together
  }

  @Test
  void theSelectiveVariantTakesSoftmaxAndBareLogitsButNoSigmoids() {
    for (Activation activation : List.of(Activation.SOFTMAX, Activation.IDENTITY)) {
      Twin twin = Twin.of(ending(activation), Twin.Mode.EVALUATION);
      assertThat(Variant.SELECTIVE.groups(twin, RuleSet.standard(), 3, 3, List.of())).hasSize(1);
    }
    Twin sigmoids = Twin.of(ending(Activation.SIGMOID), Twin.Mode.EVALUATION);
    assertThatThrownBy(
            () -> Variant.SELECTIVE.groups(sigmoids, RuleSet.standard(), 3, 3, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the network has sigmoid outputs");
  }

  private static ComputationGraph ending(Activation activation) {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(2, 2, 3))
                .addLayer(
                    "logits",
                    new DenseLayer.Builder().nOut(3).activation(Activation.IDENTITY).build(),
                    "in")
                .addLayer(
                    "out",
                    new LossLayer.Builder(LossFunctions.LossFunction.MSE)
                        .activation(activation)
                        .build(),
                    "logits")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(1, 1, 3))
                .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "average")
                .setOutputs("out")
                .build());
    net.init();
    net.getParam("out_W").assign(Nd4j.createFromArray(W).transpose());
    net.getParam("out_b").assign(Nd4j.createFromArray(B));
    return net;
  }

  private static double[] channels(RuleSet rules, Function<Twin, Heatmaps> walk) {
    assertThat(rules.form()).isEqualTo(RuleSet.Form.TEXTBOOK);
    return values(walk, false);
  }

  private static double[] values(Function<Twin, Heatmaps> walk, boolean atOutput) {
    Twin twin = Twin.of(network(), Twin.Mode.EVALUATION);
    Heatmaps maps = walk.apply(twin);
    String name = (atOutput ? maps.hidden().get("out") : maps.pixels()).name();
    try (CompiledByBatch graphs = new CompiledByBatch(twin, Map.of(), List.of(name))) {
      CompiledGraph graph = graphs.of(1, 3, 1, 1);
      INDArray x = Nd4j.createFromArray(X).reshape(1, 3, 1, 1);
      graph.array(twin.input().name()).assign(x);
      graph.run();
      return NaiveTranslation.flat(graph.array(name));
    }
  }

  private static void assertClose(double[] ours, double[] expected) {
    for (int i = 0; i < 3; i++) {
      assertThat(ours[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-12));
    }
  }
}
