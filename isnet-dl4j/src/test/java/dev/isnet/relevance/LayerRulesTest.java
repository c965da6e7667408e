package dev.isnet.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.explain.Explainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Every rule and every kind of layer against {@link NaiveRelevance}. */
class LayerRulesTest {

  private static final int CHANNELS = 2;
  private static final int HEIGHT = 5;
  private static final int WIDTH = 6;
  private static final int PIXELS = CHANNELS * HEIGHT * WIDTH;
  private static final double EPSILON = 0.05;

  /** Layers with weights; the vertex under test is "L", or ends there. */
  enum Weighted {
    STRIDED(conv(3).stride(2, 2).padding(1, 1).build()),
    SAME(conv(3).convolutionMode(ConvolutionMode.Same).build()),
    DILATED(conv(2).dilation(2, 2).build()),
    WITHOUT_BIAS(conv(3).hasBias(false).build()),
    POINTWISE(conv(1).build()),
    DEPTHWISE(
        new DepthwiseConvolution2D.Builder(3, 3)
            .depthMultiplier(2)
            .activation(Activation.IDENTITY)
            .build()),
    DECONVOLUTION(
        new Deconvolution2D.Builder(2, 3)
            .stride(2, 1)
            .nOut(3)
            .activation(Activation.IDENTITY)
            .build()),
    DENSE(new DenseLayer.Builder().nOut(5).activation(Activation.IDENTITY).build()),
    NORMED(conv(3).padding(1, 1).build());

    private final Layer layer;

    Weighted(Layer layer) {
      this.layer = layer;
    }

    String end() {
      return this == NORMED ? "norm" : "L";
    }

    ComputationGraph network() {
      GraphBuilder graph = graph().addLayer("L", layer, "in");
      if (this == NORMED) {
        graph.addLayer("norm", new BatchNormalization.Builder().useLogStd(false).build(), "L");
      }
      return finished(graph.addLayer("relu", new ActivationLayer(Activation.RELU), end()), "relu");
    }
  }

  record Case(Weighted layer, RelevanceRule rule, boolean signed) {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Weighted layer : Weighted.values()) {
      for (boolean signed : new boolean[] {false, true}) {
        for (RelevanceRule rule :
            List.of(
                RelevanceRule.zero(),
                new RelevanceRule.Epsilon(0.1),
                new RelevanceRule.Gamma(0.25, 0.1),
                new RelevanceRule.AlphaBeta(2, 1, 0.1),
                RelevanceRule.zPlus(0.1),
                new RelevanceRule.Box(signed ? -1 : 0, 1, 0.1),
                new RelevanceRule.WSquare(),
                new RelevanceRule.Flat())) {
          cases.add(new Case(layer, rule, signed));
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aRuleGivesWhatItsFormulaGives(Case c) {
    ComputationGraph net = c.layer().network();
    INDArray x = pixels(c.signed());
    double[] pixels = numbers(x);
    NaiveRelevance.Layer layer = probed(net, c.layer().end());
    RuleSet rules = RuleSet.textbook(EPSILON).with(new LayerSelector.Named("L"), c.rule());
    double[] z = layer.z(pixels);
    double[] a = Arrays.stream(z).map(v -> Math.max(v, 0)).toArray();
    for (int k = 0; k < 3; k++) {
      double[] hidden = outputLayerRelevance(net, a, k);
      double[] expected = NaiveRelevance.relevance(c.rule(), layer, pixels, hidden);
      assertClose(map(net, rules, x, k), expected);
    }
  }

  @ParameterizedTest
  @EnumSource(Weighted.class)
  void theModifiedGradientFormGatesTheBackwardSignal(Weighted weighted) {
    ComputationGraph net = weighted.network();
    INDArray x = pixels(false);
    double[] pixels = numbers(x);
    NaiveRelevance.Layer layer = probed(net, weighted.end());
    double[] a = Arrays.stream(layer.z(pixels)).map(v -> Math.max(v, 0)).toArray();
    for (int k = 0; k < 3; k++) {
      double[] c = output(net).weights()[k].clone();
      for (int i = 0; i < c.length; i++) {
        c[i] *= a[i] / (a[i] + EPSILON);
      }
      double[] expected = NaiveRelevance.times(pixels, layer.transposed(c));
      assertClose(map(net, RuleSet.epsilon(EPSILON), x, k), expected);
      // and without ε and ⊙ x it is the gradient
      double[] slope = output(net).weights()[k].clone();
      for (int i = 0; i < slope.length; i++) {
        slope[i] = a[i] > 0 ? slope[i] : 0;
      }
      assertClose(map(net, RuleSet.gradient(), x, k), layer.transposed(slope));
      assertClose(
          map(net, RuleSet.gradientTimesInput(), x, k),
          NaiveRelevance.times(pixels, layer.transposed(slope)));
    }
  }

  /** Linear maps without weights, behind a convolution with a ReLU. */
  enum Unweighted {
    AVERAGE_POOL(pool(SubsamplingLayer.PoolingType.AVG), true),
    GLOBAL_AVERAGE(new GlobalPoolingLayer(PoolingType.AVG), true),
    GLOBAL_SUM(new GlobalPoolingLayer(PoolingType.SUM), true),
    NORM_ALONE(new BatchNormalization.Builder().useLogStd(false).build(), true),
    SCALE(new ScaleVertex(0.7), true),
    SHIFT(new ShiftVertex(0.3), true),
    ZERO_PADDING(new ZeroPaddingLayer.Builder(1, 0, 2, 1).build(), false),
    CROPPING(new Cropping2D(1, 0, 0, 2), false),
    UPSAMPLING(new Upsampling2D.Builder(2).build(), false);

    private final Object vertex;
    private final boolean divides; // by its stabilised output, in the textbook form

    Unweighted(Object vertex, boolean divides) {
      this.vertex = vertex;
      this.divides = divides;
    }
  }

  @ParameterizedTest
  @EnumSource(Unweighted.class)
  void aMapWithoutWeightsFollowsTheRuleOfAConvolutionOrMovesRelevance(Unweighted u) {
    GraphBuilder graph = rectified(graph());
    if (u.vertex instanceof Layer layer) {
      graph.addLayer("P", layer, "a");
    } else {
      graph.addVertex("P", (org.deeplearning4j.nn.conf.graph.GraphVertex) u.vertex, "a");
    }
    ComputationGraph net = finished(graph, "P");
    INDArray x = pixels(true);
    double[] a = activation(net, x, "a");
    double[] y = activation(net, x, "P");
    NaiveRelevance.Layer map = probedFrom(net, "P", a.length);
    for (int k = 0; k < 3; k++) {
      double[] above = outputLayerRelevance(net, y, k);
      double[] below =
          u.divides
              ? NaiveRelevance.times(a, map.transposed(NaiveRelevance.divided(above, y, EPSILON)))
              : map.transposed(above);
      assertClose(map(net, RuleSet.textbook(EPSILON), x, k), throughConvolution(net, x, below));
    }
  }

  @Test
  void anOverlappingMaxPoolSendsRelevanceToItsWinnersAndAddsThere() {
    ComputationGraph net =
        finished(
            rectified(graph()).addLayer("P", pool(SubsamplingLayer.PoolingType.MAX), "a"), "P");
    INDArray x = pixels(true);
    double[] a = activation(net, x, "a");
    double[] y = activation(net, x, "P");
    int[] winners = winners(a, 3, 3, 4, 2, 2);
    for (int k = 0; k < 3; k++) {
      double[] above = NaiveRelevance.divided(outputLayerRelevance(net, y, k), y, EPSILON);
      double[] below = new double[a.length];
      for (int o = 0; o < y.length; o++) {
        below[winners[o]] += a[winners[o]] * above[o];
      }
      assertClose(map(net, RuleSet.textbook(EPSILON), x, k), throughConvolution(net, x, below));
      // the ReLU stands behind the pool in the twin, but its relevance is asked for where it stood
      try (Explainer explainer = new Explainer(net, RuleSet.textbook(EPSILON))) {
        INDArray hidden = explainer.explainHidden(x, "a");
        assertClose(numbers(hidden.slice(0).slice(k).dup('c')), below);
      }
    }
  }

  @Test
  void aSumSplitsRelevanceByItsParts() {
    GraphBuilder graph =
        rectified(graph())
            .addLayer("c2", conv(3).padding(1, 1).build(), "a")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "c2");
    ComputationGraph net = finished(graph, "sum");
    INDArray x = pixels(true);
    double[] a = activation(net, x, "a");
    double[] z = activation(net, x, "c2");
    NaiveRelevance.Layer second = probedFrom(net, "c2", a.length);
    for (int k = 0; k < 3; k++) {
      double[] above = outputLayerRelevance(net, NaiveRelevance.plus(a, z), k);
      double[] sigma = NaiveRelevance.divided(above, NaiveRelevance.plus(a, z), EPSILON);
      double[] below =
          NaiveRelevance.plus(
              NaiveRelevance.times(a, sigma),
              NaiveRelevance.relevance(
                  new RelevanceRule.Epsilon(EPSILON), second, a, NaiveRelevance.times(z, sigma)));
      assertClose(map(net, RuleSet.textbook(EPSILON), x, k), throughConvolution(net, x, below));
    }
  }

  @Test
  void aMergeHandsEachPartItsOwnChannels() {
    GraphBuilder graph =
        rectified(graph())
            .addLayer("c2", conv(3).padding(1, 1).build(), "a")
            .addVertex("both", new MergeVertex(), "a", "c2");
    ComputationGraph net = finished(graph, "both");
    INDArray x = pixels(true);
    double[] a = activation(net, x, "a");
    NaiveRelevance.Layer second = probedFrom(net, "c2", a.length);
    for (int k = 0; k < 3; k++) {
      double[] above = outputLayerRelevance(net, activation(net, x, "both"), k);
      double[] direct = Arrays.copyOfRange(above, 0, a.length);
      double[] second2 = Arrays.copyOfRange(above, a.length, above.length);
      double[] below =
          NaiveRelevance.plus(
              direct,
              NaiveRelevance.relevance(new RelevanceRule.Epsilon(EPSILON), second, a, second2));
      assertClose(map(net, RuleSet.textbook(EPSILON), x, k), throughConvolution(net, x, below));
    }
  }

  @Test
  void rulesAreChosenByNameTypeAndPlace() {
    RuleSet rules =
        RuleSet.textbook(0.1)
            .with(new LayerSelector.Of(LayerSelector.Kind.CONVOLUTION), new RelevanceRule.WSquare())
            .with(new LayerSelector.Range(-1, -1), new RelevanceRule.Gamma(1, 0))
            .with(new LayerSelector.Named("c"), new RelevanceRule.Flat())
            .withBox(0, 1);
    assertThat(rules.of(position("a", LayerSelector.Kind.CONVOLUTION, 1, false)))
        .isEqualTo(new RelevanceRule.WSquare());
    assertThat(rules.of(position("b", LayerSelector.Kind.DENSE, 1, false)))
        .isEqualTo(new RelevanceRule.Epsilon(0.1));
    assertThat(rules.of(position("b", LayerSelector.Kind.DENSE, 3, false)))
        .isEqualTo(new RelevanceRule.Gamma(1, 0));
    assertThat(rules.of(position("c", LayerSelector.Kind.DENSE, 3, false)))
        .isEqualTo(new RelevanceRule.Flat());
    assertThat(rules.of(position("c", LayerSelector.Kind.CONVOLUTION, 0, true)))
        .isEqualTo(new RelevanceRule.Box(0, 1, 0.1));
  }

  @Test
  void chosenClassesAreThoseOfAllClasses() {
    ComputationGraph net = Weighted.STRIDED.network();
    INDArray x = pixels(false);
    try (Explainer explainer = new Explainer(net, RuleSet.standard())) {
      INDArray all = explainer.explain(x);
      INDArray chosen = explainer.explain(x, 2, 0);
      assertThat(chosen.size(1)).isEqualTo(2);
      assertClose(numbers(chosen.slice(0).slice(0).dup()), numbers(all.slice(0).slice(2).dup()));
      assertClose(numbers(chosen.slice(0).slice(1).dup()), numbers(all.slice(0).slice(0).dup()));
    }
  }

  private static LayerSelector.Position position(
      String vertex, LayerSelector.Kind kind, int index, boolean first) {
    return new LayerSelector.Position(vertex, kind, index, 4, first);
  }

  private static GraphBuilder graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.convolutional(HEIGHT, WIDTH, CHANNELS));
  }

  /** A convolution "c" with its ReLU "a", three maps of 3×4 cells. */
  private static GraphBuilder rectified(GraphBuilder graph) {
    return graph
        .addLayer("c", conv(3).build(), "in")
        .addLayer("a", new ActivationLayer(Activation.RELU), "c");
  }

  private static ComputationGraph finished(GraphBuilder graph, String last) {
    ComputationGraph net =
        new ComputationGraph(
            graph
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    last)
                .setOutputs("out")
                .build());
    net.init();
    Nd4j.getRandom().setSeed(17);
    net.paramTable()
        .forEach(
            (name, array) -> {
              if (!name.endsWith("_W")) {
                array.addi(Nd4j.rand(DataType.DOUBLE, array.shape()).muli(0.4).subi(0.1));
              }
            });
    return net;
  }

  private static ConvolutionLayer.Builder conv(int kernel) {
    return new ConvolutionLayer.Builder(kernel, kernel).nOut(3).activation(Activation.IDENTITY);
  }

  private static SubsamplingLayer pool(SubsamplingLayer.PoolingType type) {
    return new SubsamplingLayer.Builder(type, new int[] {3, 3}, new int[] {2, 2}, new int[] {1, 1})
        .build();
  }

  /** Winners of 3×3 windows with stride 2 and padding 1, by plain comparison. */
  private static int[] winners(double[] a, int maps, int h, int w, int outH, int outW) {
    int[] winners = new int[maps * outH * outW];
    for (int m = 0; m < maps; m++) {
      for (int i = 0; i < outH; i++) {
        for (int j = 0; j < outW; j++) {
          int best = -1;
          for (int r = 2 * i - 1; r <= 2 * i + 1; r++) {
            for (int c = 2 * j - 1; c <= 2 * j + 1; c++) {
              int at = (m * h + r) * w + c;
              if (r >= 0 && r < h && c >= 0 && c < w && (best < 0 || a[at] > a[best])) {
                best = at;
              }
            }
          }
          winners[(m * outH + i) * outW + j] = best;
        }
      }
    }
    return winners;
  }

  private static INDArray pixels(boolean signed) {
    Nd4j.getRandom().setSeed(23);
    INDArray x = Nd4j.rand(DataType.DOUBLE, 1, CHANNELS, HEIGHT, WIDTH);
    return signed ? x.muli(2).subi(1) : x;
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static double[] activation(ComputationGraph net, INDArray x, String vertex) {
    Map<String, INDArray> all = net.feedForward(x, false);
    return numbers(all.get(vertex));
  }

  /** The map from the pixels to a vertex, through "L" when it is the norm behind that. */
  private static NaiveRelevance.Layer probed(ComputationGraph net, String vertex) {
    if (!vertex.equals("norm") && net.getParam(vertex + "_W").rank() == 2) {
      return dense(net, vertex);
    }
    return NaiveRelevance.probed(
        v -> {
          INDArray x = array(v, CHANNELS, HEIGHT, WIDTH);
          return numbers(
              vertex.equals("norm")
                  ? forward(net, "norm", forward(net, "L", x))
                  : forward(net, vertex, x));
        },
        PIXELS);
  }

  /** The map from a vertex with three channels of four columns to the one behind it. */
  private static NaiveRelevance.Layer probedFrom(ComputationGraph net, String to, int inputs) {
    return NaiveRelevance.probed(
        v -> numbers(forward(net, to, array(v, 3, inputs / 12, 4))), inputs);
  }

  /** One vertex alone: in a whole forward pass DL4J's ReLU overwrites what stands before it. */
  private static INDArray forward(ComputationGraph net, String name, INDArray input) {
    GraphVertex vertex = net.getVertex(name);
    vertex.setInput(0, input, LayerWorkspaceMgr.noWorkspaces());
    return vertex.doForward(false, LayerWorkspaceMgr.noWorkspaces()).dup('c');
  }

  private static INDArray array(double[] values, long... example) {
    return Nd4j.createFromArray(values).reshape('c', 1, example[0], example[1], example[2]);
  }

  private static NaiveRelevance.Layer output(ComputationGraph net) {
    return dense(net, "out");
  }

  private static NaiveRelevance.Layer dense(ComputationGraph net, String vertex) {
    INDArray w = net.getParam(vertex + "_W");
    double[][] weights = new double[(int) w.size(1)][(int) w.size(0)];
    for (int k = 0; k < weights.length; k++) {
      for (int j = 0; j < weights[k].length; j++) {
        weights[k][j] = w.getDouble(j, k);
      }
    }
    return new NaiveRelevance.Layer(weights, numbers(net.getParam(vertex + "_b")));
  }

  /** Relevance of the output layer's inputs when logit k is explained. */
  private static double[] outputLayerRelevance(ComputationGraph net, double[] a, int k) {
    NaiveRelevance.Layer out = output(net);
    double[] start = new double[3];
    start[k] = out.z(a)[k];
    return NaiveRelevance.relevance(new RelevanceRule.Epsilon(EPSILON), out, a, start);
  }

  /** Relevance of the pixels when that of the rectified convolution is known. */
  private static double[] throughConvolution(ComputationGraph net, INDArray x, double[] relevance) {
    return NaiveRelevance.relevance(
        new RelevanceRule.Epsilon(EPSILON), probed(net, "c"), numbers(x), relevance);
  }

  private static double[] map(ComputationGraph net, RuleSet rules, INDArray x, int k) {
    try (Explainer explainer = new Explainer(net, rules)) {
      return numbers(explainer.explain(x, k));
    }
  }

  private static void assertClose(double[] ours, double[] expected) {
    double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(scale).isPositive();
    assertThat(ours).hasSize(expected.length);
    for (int i = 0; i < ours.length; i++) {
      assertThat(Math.abs(ours[i] - expected[i])).isLessThan(1e-9 * scale);
    }
  }
}
