package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.Architecture;
import dev.isnet.data.MaskedBatch;
import dev.isnet.explain.Explainer;
import dev.isnet.graph.Networks;
import dev.isnet.graph.Translators;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.BatchNorm;
import dev.isnet.graph.op.ChannelScale;
import dev.isnet.loss.ForegroundForm;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.Backbones;
import dev.isnet.relevance.Dl4jRelevance;
import dev.isnet.relevance.RuleSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What the paper's reference code does wrong and this library must not; each test fails with the
 * reference's behaviour. That its stochastic variant draws 5/11 where ½ is meant is the subject of
 * {@code DrawnLogitTest}.
 */
class ReferenceFaultsTest {

  private static final HeatmapLoss LOSS =
      new HeatmapLoss(1, 3, 0.5, 2, 1, 0.9, ForegroundForm.HYBRID);

  @Test
  void everyDenseBlockOfDenseNet121PairsItsLayersWithTheirOwnBatchNorms() {
    ComputationGraph net = Backbones.create(Architecture.DENSENET121, DataType.DOUBLE);
    INDArray images = Backbones.images(DataType.DOUBLE, 2);
    Map<String, INDArray> expected = new Dl4jRelevance(net, Backbones.SIZE).of(images, 1);
    try (Explainer explainer = new Explainer(net, RuleSet.gradientTimesInput())) {
      for (String vertex :
          List.of(
              "pool",
              "block1.layer6.concat",
              "transition1.pool",
              "block2.layer12.concat",
              "transition2.pool",
              "block3.layer24.concat",
              "transition3.pool",
              "block4.layer16.concat")) {
        INDArray maps = explainer.explainHidden(images, vertex);
        Backbones.assertSame(
            vertex,
            maps.get(NDArrayIndex.all(), NDArrayIndex.point(1)),
            expected.get(vertex),
            DataType.DOUBLE);
      }
    }
  }

  /**
   * Windows of 3×3 cells, two apart and padded by one: the brightest pixel, in row and column 1,
   * wins four of nine, and every other winner is alone.
   */
  @ParameterizedTest
  @CsvSource({
    "IDENTITY,MODIFIED_GRADIENT",
    "IDENTITY,TEXTBOOK",
    "RELU,MODIFIED_GRADIENT",
    "RELU,TEXTBOOK"
  })
  void aCellThatWinsSeveralOverlappingWindowsGetsTheRelevanceOfThemAll(
      Activation activation, RuleSet.Form form) {
    INDArray image = Nd4j.linspace(DataType.DOUBLE, 0.01, 0.01, 25).reshape(1, 1, 5, 5);
    image.putScalar(new int[] {0, 0, 1, 1}, 1.0);
    INDArray expected =
        Nd4j.createFromArray(
            new double[][] {
              {0, 0, 0, 0, 0},
              {0, 4, 0, 0, 0.1},
              {0, 0, 0, 0, 0},
              {0, 0, 0, 0, 0.2},
              {0, 0.22, 0, 0.24, 0.25}
            });
    try (Explainer explainer =
        new Explainer(overlappingPool(activation), new RuleSet(form, 0, true, List.of()))) {
      INDArray maps = explainer.explain(image).reshape(2, 5, 5);
      assertThat(maps.get(NDArrayIndex.point(0)).sub(expected).amaxNumber().doubleValue())
          .isLessThan(1e-12);
      assertThat(maps.get(NDArrayIndex.point(1)).add(expected).amaxNumber().doubleValue())
          .isLessThan(1e-12);
    }
  }

  /** Logits ±Σ of a 3×3/2 max pool of the pixels themselves. */
  private static ComputationGraph overlappingPool(Activation activation) {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .weightInit(WeightInit.ONES)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(5, 5, 1))
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(1, 1).nOut(1).activation(activation).build(),
                    "in")
                .addLayer(
                    "pool",
                    new SubsamplingLayer.Builder(
                            SubsamplingLayer.PoolingType.MAX,
                            new int[] {3, 3},
                            new int[] {2, 2},
                            new int[] {1, 1})
                        .build(),
                    "conv")
                .addLayer("sum", new GlobalPoolingLayer(PoolingType.SUM), "pool")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "sum")
                .setOutputs("out")
                .build());
    net.init();
    net.getParam("out_W").putScalar(1, -1);
    return net;
  }

  /**
   * The difference quotients are those of a network whose forward pass takes the batch's statistics
   * while its relevance pass divides by deviations that stay what they are.
   */
  @ParameterizedTest
  @EnumSource(
      value = Networks.class,
      names = {"NORMS", "DENSE_BLOCK"})
  void inTrainingTheRelevancePassHoldsTheBatchsStatisticsConstant(Networks network) {
    ComputationGraph net = network.create(DataType.DOUBLE);
    MaskedBatch batch = Batches.of(Networks.images(DataType.DOUBLE, 3), 3);
    Objective.Isnet objective = Objective.isnet(1, LOSS, RuleSet.epsilon(RuleSet.DEFAULT_EPSILON));
    Map<String, INDArray> variances = new HashMap<>();
    batchStatistics(net, batch.images(), ReferenceFaultsTest::biased)
        .forEach((name, statistics) -> variances.put(name + "/held", statistics.variance()));
    Twin held = Twin.of(net, Twin.Mode.TRAINING, heldInRelevance());
    try (LossGraph ours = new LossGraph(net, objective, Twin.Mode.TRAINING, 3);
        Step holding = new Step(net, held, objective, batch, 3, variances, false)) {
      double loss = ours.total(ours.run(batch, 1, 1), 1);
      INDArray gradient = ours.gradient().dup();
      assertThat(Math.abs(holding.loss() - loss)).isLessThan(1e-10 * loss);
      long every = net.params().length() / 80;
      DifferenceQuotients.assertAgree(
          net.params(),
          LongStream.iterate(0, i -> i < net.params().length(), i -> i + every)
              .filter(i -> !statistic(net, i)),
          gradient,
          holding::loss);
      // the quotients of the loss itself, statistics and all, are others, in the first layer too
      double whole =
          LongStream.range(0, 20)
              .mapToDouble(
                  i ->
                      Math.abs(
                          DifferenceQuotients.quotient(
                                  net.params(), i, 1e-6, () -> ours.total(ours.run(batch, 1, 1), 1))
                              - gradient.getDouble(i)))
              .max()
              .orElseThrow();
      assertThat(whole).isGreaterThan(0.01 * gradient.amaxNumber().doubleValue());
    }
  }

  /** Batch norms whose relevance takes its variances from placeholders. */
  private static Translators heldInRelevance() {
    return Translators.standard()
        .withLayer(
            BatchNormalization.class,
            (layer, input, to) -> {
              double epsilon = layer.getEps();
              SDVariable gamma = to.vector("gamma");
              SDVariable beta = to.vector("beta");
              SDVariable variance =
                  gamma
                      .getSameDiff()
                      .placeHolder(to.vertex() + "/held", DataType.DOUBLE, layer.getNOut());
              return to.fixed(
                  input,
                  new BatchNorm(input.output(), gamma, beta, epsilon).out(0),
                  signal -> new ChannelScale(signal, 1, gamma, variance, epsilon).out(0));
            });
  }

  /** Training's maps are those of evaluation with the batch's mean and biased variance. */
  @ParameterizedTest
  @CsvSource({
    "NORMS,MODIFIED_GRADIENT", "NORMS,TEXTBOOK",
    "DENSE_BLOCK,MODIFIED_GRADIENT", "DENSE_BLOCK,TEXTBOOK"
  })
  void theFusedBatchNormUsesTheBiasedVarianceOfTheForwardPass(Networks network, RuleSet.Form form) {
    MaskedBatch batch = Batches.of(Networks.images(DataType.DOUBLE, 2), 3);
    RuleSet rules = new RuleSet(form, RuleSet.DEFAULT_EPSILON, true, List.of()).withBox(0, 1);
    ComputationGraph net = network.create(DataType.DOUBLE);
    Objective.Isnet objective = Objective.isnet(1, LOSS, rules);
    try (Step step =
        new Step(net, Twin.of(net, Twin.Mode.TRAINING), objective, batch, 3, Map.of(), true)) {
      step.loss();
      INDArray maps = step.heatmaps();
      double largest = maps.amaxNumber().doubleValue();
      INDArray biased = evaluated(net, batch.images(), rules, ReferenceFaultsTest::biased);
      assertThat(maps.sub(biased).amaxNumber().doubleValue()).isLessThan(1e-9 * largest);
      INDArray unbiased = evaluated(net, batch.images(), rules, (x, axes) -> x.var(true, axes));
      assertThat(maps.sub(unbiased).amaxNumber().doubleValue()).isGreaterThan(1e-4 * largest);
    }
  }

  /** The maps in evaluation where the running statistics are those of the batch, [KB, C, h, w]. */
  private static INDArray evaluated(
      ComputationGraph net,
      INDArray images,
      RuleSet rules,
      BiFunction<INDArray, int[], INDArray> variance) {
    ComputationGraph copy = net.clone();
    batchStatistics(net, images, variance)
        .forEach(
            (name, statistics) -> {
              Map<String, INDArray> parameters = copy.getLayer(name).paramTable();
              parameters.get("mean").assign(statistics.mean());
              if (parameters.containsKey("var")) {
                parameters.get("var").assign(statistics.variance());
              } else {
                INDArray deviation = Transforms.sqrt(statistics.variance());
                parameters.get("log10stdev").assign(Transforms.log(deviation, 10));
              }
            });
    try (Explainer explainer = new Explainer(copy, rules)) {
      INDArray maps = explainer.explain(images).permute(1, 0, 2, 3, 4).dup('c');
      return maps.reshape(
          'c', maps.size(0) * maps.size(1), maps.size(2), maps.size(3), maps.size(4));
    }
  }

  private record Statistics(INDArray mean, INDArray variance) {}

  /** Of what arrives at each batch norm in DL4J's own forward pass in training. */
  private static Map<String, Statistics> batchStatistics(
      ComputationGraph net, INDArray images, BiFunction<INDArray, int[], INDArray> variance) {
    Map<String, INDArray> activations = net.clone().feedForward(images, true);
    Map<String, Statistics> statistics = new HashMap<>();
    for (org.deeplearning4j.nn.api.Layer layer : net.getLayers()) {
      if (layer.conf().getLayer() instanceof BatchNormalization) {
        String name = layer.conf().getLayer().getLayerName();
        INDArray x = activations.get(net.getConfiguration().getVertexInputs().get(name).get(0));
        int[] axes = x.rank() == 4 ? new int[] {0, 2, 3} : new int[] {0};
        statistics.put(name, new Statistics(x.mean(axes), variance.apply(x, axes)));
      }
    }
    return statistics;
  }

  private static INDArray biased(INDArray x, int... axes) {
    return x.var(false, axes);
  }

  private static boolean statistic(ComputationGraph net, long position) {
    return net.paramTable().entrySet().stream()
        .filter(e -> e.getKey().matches(".*_(mean|var|log10stdev)"))
        .anyMatch(
            e -> {
              long from = e.getValue().offset() - net.params().offset();
              return position >= from && position < from + e.getValue().length();
            });
  }
}
