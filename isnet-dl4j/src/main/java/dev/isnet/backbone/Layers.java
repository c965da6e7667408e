package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.deeplearning4j.nn.weights.WeightInitUniform;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The layers that backbones are made of, added one by one. Every method adds a vertex and gives its
 * name back, so that the next one can follow it.
 */
final class Layers {

  static final String INPUT = "image";
  static final String OUTPUT = "classes";

  /** Cells of a side that dense layers are given at most. */
  static final int CELLS = 7;

  private final ComputationGraphConfiguration.GraphBuilder graph;

  Layers(ImageSize size, int channels, long seed, IUpdater updater) {
    graph =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(updater)
            .weightInit(WeightInit.RELU)
            .activation(Activation.IDENTITY)
            .convolutionMode(ConvolutionMode.Truncate)
            .graphBuilder()
            .addInputs(INPUT)
            .setInputTypes(InputType.convolutional(size.height(), size.width(), channels));
  }

  ComputationGraphConfiguration build(String... outputs) {
    return graph.setOutputs(outputs).build();
  }

  String add(String name, Layer layer, String input) {
    graph.addLayer(name, layer, input);
    return name;
  }

  /**
   * A square convolution without a bias and an activation, padded so that stride 1 keeps the size.
   */
  static ConvolutionLayer.Builder conv(int filters, int kernel, int stride) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(filters)
        .stride(stride, stride)
        .padding(kernel / 2, kernel / 2)
        .hasBias(false);
  }

  /** He's initialisation by the outputs: N(0, 2/(filters·kernel²)). DL4J's divides by strides. */
  static IWeightInit heByOutputs(int filters, int kernel) {
    return normal(Math.sqrt(2.0 / ((long) filters * kernel * kernel)));
  }

  static IWeightInit normal(double deviation) {
    return new WeightInitDistribution(new NormalDistribution(0, deviation));
  }

  String norm(String name, String input) {
    return add(
        name,
        new BatchNormalization.Builder().eps(1e-5).decay(0.9).useLogStd(false).build(),
        input);
  }

  /** A layer of its own, because DL4J ignores the activation of a batch norm. */
  String relu(String name, String input) {
    return activation(name, Activation.RELU, input);
  }

  String maxPool(String name, int kernel, int stride, int padding, String input) {
    SubsamplingLayer.PoolingType max = SubsamplingLayer.PoolingType.MAX;
    return add(name, pool(max, square(kernel), square(stride), square(padding)), input);
  }

  String averagePool(String name, int[] kernel, int[] stride, String input) {
    SubsamplingLayer.PoolingType average = SubsamplingLayer.PoolingType.AVG;
    return add(name, pool(average, kernel, stride, square(0)), input);
  }

  /**
   * A map whose sides have at most {@value #CELLS} cells: one that is longer is averaged by windows
   * that overlap where {@value #CELLS} does not divide it.
   */
  String atMostSevenCells(String name, int height, int width, String input) {
    return Math.max(height, width) <= CELLS
        ? input
        : averagePool(
            name,
            new int[] {window(height), window(width)},
            new int[] {step(height), step(width)},
            input);
  }

  private static int step(int cells) {
    return Math.max(1, cells / CELLS);
  }

  /** Seven windows of this many cells, one step apart, cover the side. */
  private static int window(int cells) {
    return Math.max(1, cells - (CELLS - 1) * step(cells));
  }

  String globalAverage(String name, String input) {
    return add(name, new GlobalPoolingLayer(PoolingType.AVG), input);
  }

  String sum(String name, String... inputs) {
    graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), inputs);
    return name;
  }

  /** What is let through, and a gate of the same shape. */
  String gated(String name, String input, String gate) {
    graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Product), input, gate);
    return name;
  }

  /**
   * A plane [batch, 1, height, width] once for every channel, as products need it: as a row, which
   * is repeated.
   *
   * @return [batch, channels, height, width]
   */
  String repeated(String name, int channels, int height, int width, String plane) {
    String row = reshaped(name + ".row", plane, 1, 1, height * width);
    String rows = upsampled(name + ".rows", channels, 1, row);
    return reshaped(name, rows, channels, height, width);
  }

  String reshaped(String name, String input, int channels, int height, int width) {
    graph.addVertex(name, new ReshapeVertex(-1, channels, height, width), input);
    return name;
  }

  /** Every cell becomes a block of equal cells. */
  String upsampled(String name, int rows, int columns, String input) {
    return add(name, new Upsampling2D.Builder().size(new int[] {rows, columns}).build(), input);
  }

  /** factor·x + shift. */
  String affine(String name, double factor, double shift, String input) {
    String scaled = shift == 0 ? name : name + ".scaled";
    graph.addVertex(scaled, new ScaleVertex(factor), input);
    if (shift != 0) {
      graph.addVertex(name, new ShiftVertex(shift), scaled);
    }
    return name;
  }

  String activation(String name, Activation function, String input) {
    return add(name, new ActivationLayer(function), input);
  }

  /** [batch, channels, height, width] → [batch, channels, 1, 1]. */
  String pooledToOneCell(String name, PoolingType type, String input) {
    return add(name, new GlobalPoolingLayer.Builder(type).collapseDimensions(false).build(), input);
  }

  /** [batch, channels, height, width] → [batch, channels]. */
  String globalSum(String name, String input) {
    return add(name, new GlobalPoolingLayer(PoolingType.SUM), input);
  }

  String concatenation(String name, String... inputs) {
    graph.addVertex(name, new MergeVertex(), inputs);
    return name;
  }

  /** The last layer of every backbone. */
  void output(BackboneBuilder<?> backbone, IWeightInit weights, String input) {
    OutputLayer.Builder output =
        outputLayer(backbone.multiLabel(), backbone.classes()).weightInit(weights);
    add(OUTPUT, dropped(output, backbone.dropout()).build(), input);
  }

  /** An output layer without a bias and dropout, whose weights are maps of what was pooled. */
  void scores(String name, boolean sigmoid, int classes, String input) {
    add(
        name,
        outputLayer(sigmoid, classes).weightInit(new WeightInitUniform()).hasBias(false).build(),
        input);
  }

  private static OutputLayer.Builder outputLayer(boolean sigmoid, int classes) {
    return new OutputLayer.Builder(sigmoid ? LossFunction.XENT : LossFunction.MCXENT)
        .nOut(classes)
        .activation(sigmoid ? Activation.SIGMOID : Activation.SOFTMAX);
  }

  /** Drops numbers of a layer's input in training. */
  static <B extends FeedForwardLayer.Builder<B>> B dropped(B layer, double dropout) {
    return dropout > 0 ? layer.dropOut(1 - dropout) : layer; // DL4J takes the probability to keep
  }

  private static SubsamplingLayer pool(
      SubsamplingLayer.PoolingType type, int[] kernel, int[] stride, int[] padding) {
    return new SubsamplingLayer.Builder(type, kernel, stride, padding).build();
  }

  private static int[] square(int side) {
    return new int[] {side, side};
  }
}
