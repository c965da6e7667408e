package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
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
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The layers that backbones are made of, added one by one. Every method adds a vertex and gives its
 * name back, so that the next one can follow it.
 */
final class Layers {

  static final String INPUT = "image";
  private static final String OUTPUT = "classes";

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

  ComputationGraphConfiguration build() {
    return build(OUTPUT);
  }

  ComputationGraphConfiguration build(String output) {
    return graph.setOutputs(output).build();
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
    return add(name, new ActivationLayer(Activation.RELU), input);
  }

  String maxPool(String name, int kernel, int stride, int padding, String input) {
    SubsamplingLayer.PoolingType max = SubsamplingLayer.PoolingType.MAX;
    return add(name, pool(max, square(kernel), square(stride), square(padding)), input);
  }

  String averagePool(String name, int[] kernel, int[] stride, String input) {
    SubsamplingLayer.PoolingType average = SubsamplingLayer.PoolingType.AVG;
    return add(name, pool(average, kernel, stride, square(0)), input);
  }

  String globalAverage(String name, String input) {
    return add(name, new GlobalPoolingLayer(PoolingType.AVG), input);
  }

  String sum(String name, String... inputs) {
    graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), inputs);
    return name;
  }

  String concatenation(String name, String... inputs) {
    graph.addVertex(name, new MergeVertex(), inputs);
    return name;
  }

  /** The last layer of every backbone. */
  void output(BackboneBuilder<?> backbone, IWeightInit weights, String input) {
    OutputLayer.Builder output =
        new OutputLayer.Builder(backbone.multiLabel() ? LossFunction.XENT : LossFunction.MCXENT)
            .nOut(backbone.classes())
            .weightInit(weights)
            .activation(backbone.multiLabel() ? Activation.SIGMOID : Activation.SOFTMAX);
    add(OUTPUT, dropped(output, backbone.dropout()).build(), input);
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
