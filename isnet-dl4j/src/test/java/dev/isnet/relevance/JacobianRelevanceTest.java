package dev.isnet.relevance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import dev.isnet.graph.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Rules, layers and rule sets against explicit Jacobians and plain loops. */
class JacobianRelevanceTest {

  private static final double EPSILON = 0.01;

  /** All but the plain gradient, which carries no relevance. */
  private static final List<RelevanceRule> RULES =
      List.of(
          RelevanceRule.zero(),
          new RelevanceRule.Epsilon(EPSILON),
          new RelevanceRule.Gamma(0.25, EPSILON),
          new RelevanceRule.AlphaBeta(2, 1, EPSILON),
          RelevanceRule.zPlus(EPSILON),
          new RelevanceRule.Box(0, 1, EPSILON),
          new RelevanceRule.Box(-1, 1, EPSILON),
          new RelevanceRule.WSquare(),
          new RelevanceRule.Flat());

  @ParameterizedTest
  @EnumSource(Networks.class)
  void everyRuleThroughANetwork(Networks network) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    assertRulesAgree(net, images(0));
    assertRulesAgree(net, images(-1));
  }

  @ParameterizedTest
  @EnumSource(OneLayer.class)
  void everyRuleThroughALayer(OneLayer layer) {
    ComputationGraph net = layer.create();
    assertRulesAgree(net, OneLayer.images(0));
    assertRulesAgree(net, OneLayer.images(-1));
  }

  private static void assertRulesAgree(ComputationGraph net, INDArray x) {
    NaiveNetwork naive = NaiveNetwork.of(net, x);
    for (RelevanceRule rule : RULES) {
      double epsilon = rule.equals(RelevanceRule.zero()) ? 0 : EPSILON;
      RuleSet rules = RuleSet.textbook(epsilon).with(new LayerSelector.Range(0, -1), rule);
      JacobianRelevance loops =
          new JacobianRelevance(naive, RuleSet.Form.TEXTBOOK, epsilon, layer -> rule);
      assertAgree(Maps.of(net, rules, x), loops);
    }
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void theModifiedGradientFormIsThePixelsTimesASignalThatEveryReluDamps(Networks network) {
    for (double least : new double[] {0, -1}) {
      ComputationGraph net = network.create(DataType.DOUBLE);
      INDArray x = images(least);
      assertAgree(
          Maps.of(net, RuleSet.epsilon(EPSILON), x),
          JacobianRelevance.of(NaiveNetwork.of(net, x), RuleSet.Form.MODIFIED_GRADIENT, EPSILON));
    }
  }

  @ParameterizedTest
  @EnumSource(OneLayer.class)
  void theModifiedGradientFormThroughALayer(OneLayer layer) {
    ComputationGraph net = layer.create();
    INDArray x = OneLayer.images(-1);
    assertAgree(
        Maps.of(net, RuleSet.epsilon(EPSILON), x),
        JacobianRelevance.of(NaiveNetwork.of(net, x), RuleSet.Form.MODIFIED_GRADIENT, EPSILON));
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void theStandardRulesStartTheBoxFromTheReluBehindIt(Networks network) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    INDArray x = images(0);
    NaiveNetwork naive = NaiveNetwork.of(net, x);
    List<String> first = firstLayers(naive);
    RelevanceRule box = new RelevanceRule.Box(0, 1, EPSILON);
    RelevanceRule others = new RelevanceRule.Epsilon(EPSILON);
    assertAgree(
        Maps.of(net, RuleSet.standard(), x),
        new JacobianRelevance(
            naive,
            RuleSet.Form.MODIFIED_GRADIENT,
            EPSILON,
            layer -> first.contains(layer) ? box : others));
  }

  /** The two of VERTICES and of GATES that see the pixels; elsewhere the one. */
  private static List<String> firstLayers(NaiveNetwork naive) {
    boolean two = naive.outputs().containsKey("stacked") || naive.outputs().containsKey("seen");
    return two ? naive.layers().subList(0, 2) : naive.layers().subList(0, 1);
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void theGradientIsTheProductOfTheJacobians(Networks network) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    INDArray x = images(-1);
    NaiveNetwork naive = NaiveNetwork.of(net, x);
    JacobianRelevance chain = JacobianRelevance.of(naive, RuleSet.Form.MODIFIED_GRADIENT, 0);
    double[] expected = maps(naive, start -> chain.explain(start).gradient());
    assertClose(Maps.of(net, RuleSet.gradient(), x).pixels(), expected);
    assertAgree(Maps.of(net, RuleSet.gradientTimesInput(), x), chain);
  }

  record Preset(String name, RuleSet rules, NaiveSet naive) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A rule set as the naive implementation has it: a rule for a layer by name and position. */
  record NaiveSet(RuleSet.Form form, double epsilon, LayerRule rules) {}

  @FunctionalInterface
  interface LayerRule {
    RelevanceRule of(String layer, int position);
  }

  /** For the network CONVOLUTIONS: four convolutions c1 to c4, the dense layers d1 and out. */
  static List<Preset> presets() {
    RelevanceRule epsilon = new RelevanceRule.Epsilon(0.1);
    RelevanceRule gamma = new RelevanceRule.Gamma(0.25, 0.1);
    RelevanceRule box = new RelevanceRule.Box(0, 1, 0.1);
    RelevanceRule plus = new RelevanceRule.AlphaBeta(1, 0, 0.1);
    RelevanceRule flat = new RelevanceRule.Flat();
    RelevanceRule square = new RelevanceRule.WSquare();
    return List.of(
        new Preset(
            "epsilon",
            RuleSet.epsilon(0.1),
            new NaiveSet(RuleSet.Form.MODIFIED_GRADIENT, 0.1, (layer, i) -> epsilon)),
        new Preset(
            "textbook",
            RuleSet.textbook(0.1),
            new NaiveSet(RuleSet.Form.TEXTBOOK, 0.1, (layer, i) -> epsilon)),
        new Preset(
            "epsilonPlus",
            RuleSet.epsilonPlus(0.1),
            new NaiveSet(
                RuleSet.Form.TEXTBOOK, 0.1, (layer, i) -> layer.startsWith("c") ? plus : epsilon)),
        new Preset(
            "epsilonGammaBox",
            RuleSet.epsilonGammaBox(0.1),
            new NaiveSet(
                RuleSet.Form.TEXTBOOK,
                0.1,
                (layer, i) -> layer.equals("c1") ? box : layer.startsWith("c") ? gamma : epsilon)),
        new Preset(
            "gradientTimesInput",
            RuleSet.gradientTimesInput(),
            new NaiveSet(
                RuleSet.Form.MODIFIED_GRADIENT, 0, (layer, i) -> new RelevanceRule.Epsilon(0))),
        new Preset(
            "a rule by name",
            RuleSet.textbook(0.1).with(new LayerSelector.Named("c3"), gamma),
            new NaiveSet(
                RuleSet.Form.TEXTBOOK, 0.1, (layer, i) -> layer.equals("c3") ? gamma : epsilon)),
        new Preset(
            "a rule by type",
            RuleSet.textbook(0.1).with(new LayerSelector.Of(LayerSelector.Kind.DENSE), square),
            new NaiveSet(
                RuleSet.Form.TEXTBOOK,
                0.1,
                (layer, i) -> List.of("d1", "out").contains(layer) ? square : epsilon)),
        new Preset(
            "rules by position",
            RuleSet.textbook(0.1)
                .with(new LayerSelector.Range(1, 2), gamma)
                .with(new LayerSelector.Range(-1, -1), plus),
            new NaiveSet(
                RuleSet.Form.TEXTBOOK,
                0.1,
                (layer, i) -> i == 1 || i == 2 ? gamma : i == 5 ? plus : epsilon)),
        new Preset(
            "the last refinement counts",
            RuleSet.epsilonPlus(0.1).with(new LayerSelector.First(), flat),
            new NaiveSet(
                RuleSet.Form.TEXTBOOK,
                0.1,
                (layer, i) -> i == 0 ? flat : layer.startsWith("c") ? plus : epsilon)),
        new Preset(
            "a plain gradient amid the modified one",
            RuleSet.epsilon(0.1).with(new LayerSelector.Range(1, 2), new RelevanceRule.Gradient()),
            new NaiveSet(
                RuleSet.Form.MODIFIED_GRADIENT,
                0.1,
                (layer, i) -> i == 1 || i == 2 ? new RelevanceRule.Gradient() : epsilon)),
        new Preset(
            "a plain gradient amid the textbook form",
            RuleSet.textbook(0.1).with(new LayerSelector.Range(1, 2), new RelevanceRule.Gradient()),
            new NaiveSet(
                RuleSet.Form.TEXTBOOK,
                0.1,
                (layer, i) -> i == 1 || i == 2 ? new RelevanceRule.Gradient() : epsilon)),
        new Preset(
            "the plain gradient everywhere in the textbook form",
            RuleSet.textbook(0.1)
                .with(new LayerSelector.Range(0, -1), new RelevanceRule.Gradient()),
            new NaiveSet(RuleSet.Form.TEXTBOOK, 0.1, (layer, i) -> new RelevanceRule.Gradient())),
        new Preset(
            "a rule amid the modified gradient",
            RuleSet.standard().with(new LayerSelector.Named("c3"), gamma),
            new NaiveSet(
                RuleSet.Form.MODIFIED_GRADIENT,
                EPSILON,
                (layer, i) ->
                    layer.equals("c3")
                        ? gamma
                        : layer.equals("c1")
                            ? new RelevanceRule.Box(0, 1, EPSILON)
                            : new RelevanceRule.Epsilon(EPSILON))));
  }

  @ParameterizedTest
  @MethodSource("presets")
  void presetsAndTheirRefinements(Preset preset) {
    ComputationGraph net = Networks.CONVOLUTIONS.create(DataType.DOUBLE);
    INDArray x = images(0);
    NaiveNetwork naive = NaiveNetwork.of(net, x);
    List<String> layers = naive.layers();
    assertAgree(
        Maps.of(net, preset.rules, x),
        new JacobianRelevance(
            naive,
            preset.naive.form,
            preset.naive.epsilon,
            layer -> preset.naive.rules.of(layer, layers.indexOf(layer))));
  }

  /** The plain gradient has no stabiliser: relevance that arrives is divided by z itself. */
  @ParameterizedTest
  @CsvSource({"CONV_LINEAR,x", "CONV_SAME_STRIDE,x", "NORM_FUSED,y", "NORM_OF_A_DENSE,y"})
  void thePlainGradientBelowAnotherRule(OneLayer layer, String vertex) {
    ComputationGraph net = layer.create();
    INDArray x = OneLayer.images(-1);
    RelevanceRule above = new RelevanceRule.Gamma(0.25, EPSILON);
    RelevanceRule others = new RelevanceRule.Epsilon(EPSILON);
    for (RuleSet.Form form : RuleSet.Form.values()) {
      RuleSet rules =
          new RuleSet(form, EPSILON, true, List.of())
              .with(new LayerSelector.Named("out"), above)
              .with(new LayerSelector.Named(vertex), new RelevanceRule.Gradient());
      assertAgree(
          Maps.of(net, rules, x),
          new JacobianRelevance(
              NaiveNetwork.of(net, x),
              form,
              EPSILON,
              name ->
                  name.equals("out")
                      ? above
                      : name.equals(vertex) ? new RelevanceRule.Gradient() : others));
    }
  }

  /** The layers that a batch norm is one with are the only ones without. */
  @ParameterizedTest
  @CsvSource({
    "CONVOLUTIONS,c1 p1 c2 c3 c4 d1",
    "POOLS,c1 p1 c2 p2 c3 g",
    "RESIDUAL,c1 c2 c3 s1 r1 c4 proj s2 r2 g",
    "DENSE_BLOCK,n0 r0 p0 n1 r1 c1 m1 n2 r2 c2 m2 n3 r3 g",
    "SHAPES,pad c1 dw sep up crop de deSame both",
    "NORMS,n1 r1 c2 n2 c3 n3 r3",
    "GATES,seen c1 c2 gated sum average features",
    "VERTICES,c1 c2 shared scaled shifted difference tall c3"
  })
  void hiddenLayersHaveTheirRelevance(Networks network, String vertices) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    INDArray x = images(0);
    NaiveNetwork naive = NaiveNetwork.of(net, x);
    for (RuleSet.Form form : RuleSet.Form.values()) {
      Maps ours = Maps.of(net, new RuleSet(form, EPSILON, true, List.of()), x, vertices.split(" "));
      JacobianRelevance loops = JacobianRelevance.of(naive, form, EPSILON);
      for (String vertex : vertices.split(" ")) {
        assertClose(
            ours.hidden().get(vertex), maps(naive, c -> loops.explain(c).relevance(vertex)));
      }
    }
  }

  @Test
  void aVertexWithoutRelevanceIsRefusedWithThoseThatHaveIt() {
    ComputationGraph net = Networks.NORMS.create(DataType.DOUBLE);
    assertThatThrownBy(() -> Maps.of(net, RuleSet.textbook(EPSILON), images(0), "c1"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "No relevance arrives at a vertex \"c1\"; it arrives at out, r3, n3, c3, n2, c2, r1,"
                + " n1.");
  }

  /** The twin lets such a rectifier change places with its pool; c1 and r0 stand before one. */
  @ParameterizedTest
  @CsvSource({"CONVOLUTIONS,c1", "POOLS,c1", "DENSE_BLOCK,r0"})
  void aRectifierBeforeAMaxPoolHasItsRelevanceAtTheWinners(Networks network, String vertex) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    INDArray x = images(-1);
    INDArray relevance = Maps.of(net, RuleSet.epsilon(EPSILON), x, vertex).hidden().get(vertex);
    NaiveNetwork naive = NaiveNetwork.of(net, x);
    NaiveNetwork.Step rectifier = naive.outputs().get(vertex);
    int n = rectifier.output()[0].length;
    boolean[] winner = new boolean[2 * n];
    naive.steps().stream()
        .filter(step -> step instanceof NaiveNetwork.Max m && m.input() == rectifier)
        .map(step -> (NaiveNetwork.Max) step)
        .forEach(
            pool -> {
              for (int b = 0; b < 2; b++) {
                for (int cell : pool.winners()[b]) {
                  winner[b * n + cell] = true;
                }
              }
            });
    double[] found = NaiveTranslation.flat(relevance);
    assertThat(Arrays.stream(found).filter(r -> r != 0).count()).isPositive();
    for (int i = 0; i < found.length; i++) {
      assertThat(winner[i % winner.length] || found[i] == 0).isTrue();
    }
  }

  @Test
  void anyLinearCombinationOfLogitsCanBeExplained() {
    ComputationGraph net = Networks.RESIDUAL.create(DataType.DOUBLE);
    INDArray x = images(0);
    NaiveNetwork naive = NaiveNetwork.of(net, x);
    // two maps of two images: a contrast and a weighted sum, then one class by itself
    INDArray start =
        Nd4j.createFromArray(new double[][] {{1, -1, 0}, {0.5, 0.25, 0.25}, {0, 0, 1}, {0, 1, 0}});
    for (RuleSet.Form form : RuleSet.Form.values()) {
      JacobianRelevance loops = JacobianRelevance.of(naive, form, EPSILON);
      double[][] first =
          loops.explain(new double[] {1, -1, 0}, new double[] {0.5, 0.25, 0.25}).relevance("in");
      double[][] second =
          loops.explain(new double[] {0, 0, 1}, new double[] {0, 1, 0}).relevance("in");
      assertClose(
          Maps.of(net, new RuleSet(form, EPSILON, true, List.of()), x, start).pixels(),
          joined(List.of(first, second)));
    }
  }

  /** The pixels are those of both halves; the layers that read a half see them all the same. */
  @Test
  void layersBehindAnUnstackOfThePixelsAreFirstLayers() {
    ComputationGraph net = halves();
    INDArray x = Networks.images(DataType.DOUBLE, 4);
    NaiveNetwork naive = NaiveNetwork.of(net, x);
    for (RelevanceRule rule :
        List.of(
            new RelevanceRule.Box(0, 1, EPSILON),
            new RelevanceRule.Flat(),
            new RelevanceRule.WSquare())) {
      RuleSet rules = RuleSet.textbook(EPSILON).with(new LayerSelector.First(), rule);
      JacobianRelevance loops =
          new JacobianRelevance(
              naive,
              RuleSet.Form.TEXTBOOK,
              EPSILON,
              layer -> layer.equals("out") ? new RelevanceRule.Epsilon(EPSILON) : rule);
      assertAgree(Maps.of(net, rules, x), loops);
    }
  }

  private static ComputationGraph halves() {
    ConvolutionLayer.Builder conv =
        new ConvolutionLayer.Builder(3, 3).nOut(2).activation(Activation.RELU);
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .dataType(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(10, 12, 3))
                .addVertex("first", new UnstackVertex(0, 2), "in")
                .addVertex("second", new UnstackVertex(1, 2), "in")
                .addLayer("c1", conv.build(), "first")
                .addLayer("c2", conv.build(), "second")
                .addVertex("both", new MergeVertex(), "c1", "c2")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "both")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }

  /** A network that is linear but for its stabilisers, which the plain gradient does not meet. */
  @Test
  void thePlainGradientGoesThroughAFusedBatchNormUndivided() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .dataType(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(10, 12, 3))
                .addLayer(
                    "c",
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "in")
                .addLayer("n", new BatchNormalization.Builder().useLogStd(false).build(), "c")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "n")
                .setOutputs("out")
                .build());
    net.init();
    RuleSet gradient =
        RuleSet.textbook(0.5).with(new LayerSelector.Range(0, -1), new RelevanceRule.Gradient());
    assertClose(
        Maps.of(net, gradient, images(0)).pixels(),
        NaiveTranslation.flat(Maps.of(net, RuleSet.gradientTimesInput(), images(0)).pixels()));
  }

  private static INDArray images(double least) {
    return Networks.images(DataType.DOUBLE, 2).muli(1 - least).addi(least);
  }

  private static void assertAgree(Maps ours, JacobianRelevance naive) {
    assertClose(
        ours.pixels(), maps(naive.network(), start -> naive.explain(start).relevance("in")));
  }

  /** One map for every class and image, map k of image b at k·B + b. */
  private static double[] maps(NaiveNetwork naive, Function<double[][], double[][]> explain) {
    double[][] logits = naive.logits().output();
    List<double[][]> maps = new ArrayList<>();
    for (int k = 0; k < logits[0].length; k++) {
      double[][] start = new double[logits.length][logits[0].length];
      for (double[] row : start) {
        row[k] = 1;
      }
      maps.add(explain.apply(start));
    }
    return joined(maps);
  }

  private static double[] joined(List<double[][]> maps) {
    return maps.stream().flatMap(Arrays::stream).flatMapToDouble(Arrays::stream).toArray();
  }

  private static void assertClose(INDArray ours, double[] expected) {
    double[] found = NaiveTranslation.flat(ours);
    assertThat(found).hasSameSizeAs(expected);
    double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(scale).isPositive();
    for (int i = 0; i < found.length; i++) {
      assertThat(Math.abs(found[i] - expected[i]) / scale).isLessThan(1e-9);
    }
  }
}
