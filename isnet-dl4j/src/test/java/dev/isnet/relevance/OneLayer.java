package dev.isnet.relevance;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A first convolution, then what is looked at, then the output layer. */
enum OneLayer {
  CONV_SAME_STRIDE(conv(3, 3, c -> c.stride(2, 2).convolutionMode(ConvolutionMode.Same))),
  CONV_SAME_EVEN(conv(2, 2, c -> c.convolutionMode(ConvolutionMode.Same))),
  CONV_SAME_DILATED(conv(3, 3, c -> c.dilation(2, 2).convolutionMode(ConvolutionMode.Same))),
  CONV_PADDED_LEFTOVER(conv(3, 3, c -> c.stride(2, 3).padding(1, 1))),
  CONV_OBLONG(conv(3, 2, c -> c.stride(2, 1).padding(0, 1))),
  CONV_DILATED(conv(2, 2, c -> c.dilation(2, 3).padding(2, 1))),
  CONV_STRICT(conv(3, 3, c -> c.convolutionMode(ConvolutionMode.Strict))),
  CONV_1X1(conv(1, 1, c -> c.stride(2, 2).hasBias(false))),
  CONV_LINEAR(conv(3, 3, c -> c.activation(Activation.IDENTITY))),
  CONV_LEAKY(conv(3, 3, c -> c.activation(Activation.LEAKYRELU))),
  CONV_RELU6(conv(3, 3, c -> c.activation(Activation.RELU6))),
  CONV_TANH(conv(3, 3, c -> c.activation(Activation.TANH))),
  CONV_DROPPED(conv(3, 3, c -> c.dropOut(0.5))),
  DEPTHWISE_SAME(
      g ->
          g.addLayer(
              "x",
              new DepthwiseConvolution2D.Builder(3, 3)
                  .depthMultiplier(2)
                  .stride(2, 2)
                  .convolutionMode(ConvolutionMode.Same)
                  .activation(Activation.RELU)
                  .build(),
              "c")),
  DEPTHWISE_DILATED(
      g ->
          g.addLayer(
              "x",
              new DepthwiseConvolution2D.Builder(2, 2)
                  .depthMultiplier(3)
                  .dilation(2, 2)
                  .padding(1, 1)
                  .hasBias(false)
                  .activation(Activation.RELU)
                  .build(),
              "c")),
  SEPARABLE_SAME(
      g ->
          g.addLayer(
              "x",
              new SeparableConvolution2D.Builder(3, 3)
                  .depthMultiplier(2)
                  .nOut(5)
                  .stride(2, 2)
                  .convolutionMode(ConvolutionMode.Same)
                  .activation(Activation.RELU)
                  .build(),
              "c")),
  DECONV(deconv(3, d -> d.stride(2, 2))),
  DECONV_PADDED(deconv(3, d -> d.stride(2, 1).padding(1, 1))),
  DECONV_SAME(deconv(3, d -> d.stride(2, 2).convolutionMode(ConvolutionMode.Same))),
  DECONV_2X2(deconv(2, d -> d.stride(2, 2).hasBias(false))),
  DENSE(
      g ->
          g.addLayer(
              "x", new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build(), "c")),
  LAYER_NORM(
      g ->
          g.addLayer(
              "x",
              new DenseLayer.Builder()
                  .nOut(5)
                  .hasLayerNorm(true)
                  .activation(Activation.RELU)
                  .build(),
              "c")),
  MAX_2X2(pool(SubsamplingLayer.PoolingType.MAX, 2, 2, 0, ConvolutionMode.Truncate, true)),
  MAX_OVERLAPPING(pool(SubsamplingLayer.PoolingType.MAX, 3, 2, 1, ConvolutionMode.Truncate, true)),
  MAX_EVERY_CELL(pool(SubsamplingLayer.PoolingType.MAX, 3, 1, 1, ConvolutionMode.Truncate, true)),
  MAX_SAME(pool(SubsamplingLayer.PoolingType.MAX, 3, 2, 0, ConvolutionMode.Same, true)),
  AVERAGE_OVERLAPPING(
      pool(SubsamplingLayer.PoolingType.AVG, 3, 2, 1, ConvolutionMode.Truncate, true)),
  AVERAGE_OF_CELLS(
      pool(SubsamplingLayer.PoolingType.AVG, 3, 2, 1, ConvolutionMode.Truncate, false)),
  AVERAGE_SAME(pool(SubsamplingLayer.PoolingType.AVG, 2, 2, 0, ConvolutionMode.Same, false)),
  GLOBAL_MAX(g -> g.addLayer("x", new GlobalPoolingLayer(PoolingType.MAX), "c")),
  GLOBAL_AVERAGE(g -> g.addLayer("x", new GlobalPoolingLayer(PoolingType.AVG), "c")),
  GLOBAL_SUM(g -> g.addLayer("x", new GlobalPoolingLayer(PoolingType.SUM), "c")),
  NORM_FUSED(
      g -> g.addLayer("y", plain().build(), "c").addLayer("x", new BatchNormalization(), "y")),
  NORM_FUSED_WITHOUT_BIAS(
      g ->
          g.addLayer("y", plain().hasBias(false).build(), "c")
              .addLayer("x", new BatchNormalization.Builder().useLogStd(false).build(), "y")),
  NORM_LOCKED(
      g ->
          g.addLayer("y", plain().build(), "c")
              .addLayer(
                  "x",
                  new BatchNormalization.Builder().lockGammaBeta(true).gamma(1.3).beta(0.2).build(),
                  "y")),
  NORM_ALONE(g -> g.addLayer("x", new BatchNormalization(), "c")),
  NORM_OF_TWO_READERS(
      g ->
          g.addLayer("y", plain().build(), "c")
              .addLayer("n", new BatchNormalization(), "y")
              .addVertex("x", new ElementWiseVertex(ElementWiseVertex.Op.Add), "n", "y")),
  NORM_OF_A_DEPTHWISE(
      g ->
          g.addLayer(
                  "y",
                  new DepthwiseConvolution2D.Builder(2, 2)
                      .depthMultiplier(2)
                      .activation(Activation.IDENTITY)
                      .build(),
                  "c")
              .addLayer("x", new BatchNormalization(), "y")),
  NORM_OF_A_DECONV(
      g ->
          g.addLayer(
                  "y",
                  new Deconvolution2D.Builder(2, 2)
                      .nOut(3)
                      .stride(2, 2)
                      .activation(Activation.IDENTITY)
                      .build(),
                  "c")
              .addLayer("x", new BatchNormalization(), "y")),
  NORM_OF_A_DENSE(
      g ->
          g.addLayer(
                  "y",
                  new DenseLayer.Builder().nOut(5).activation(Activation.IDENTITY).build(),
                  "c")
              .addLayer("x", new BatchNormalization(), "y")),
  ADD_OF_THREE(both(new ElementWiseVertex(ElementWiseVertex.Op.Add))),
  AVERAGE_OF_THREE(both(new ElementWiseVertex(ElementWiseVertex.Op.Average))),
  MERGE_OF_THREE(both(new MergeVertex())),
  PADDING(g -> g.addLayer("x", new ZeroPaddingLayer.Builder(1, 2, 0, 1).build(), "c")),
  CROPPING(g -> g.addLayer("x", new Cropping2D(1, 2, 0, 1), "c")),
  UPSAMPLING(g -> g.addLayer("x", new Upsampling2D.Builder().size(new int[] {2, 3}).build(), "c")),
  DROPOUT(g -> g.addLayer("x", new DropoutLayer(0.5), "c")),
  SPATIAL_DROPOUT(g -> g.addLayer("x", new DropoutLayer(new SpatialDropout(0.5)), "c"));

  private final Consumer<GraphBuilder> layers;

  OneLayer(Consumer<GraphBuilder> layers) {
    this.layers = layers;
  }

  /** Classes 3, images [B, 2, 7, 8], random parameters, biases and statistics. */
  ComputationGraph create() {
    GraphBuilder g =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(DataType.DOUBLE)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(7, 8, 2))
            .addLayer(
                "c",
                new ConvolutionLayer.Builder(2, 2).nOut(3).activation(Activation.RELU).build(),
                "in");
    layers.accept(g);
    ComputationGraph net =
        new ComputationGraph(
            g.addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "x")
                .setOutputs("out")
                .build());
    net.init();
    Nd4j.getRandom().setSeed(11);
    net.paramTable()
        .forEach(
            (name, array) -> {
              if (!name.endsWith("W")) {
                array.addi(Nd4j.rand(DataType.DOUBLE, array.shape()).muli(0.3).subi(0.1));
              }
            });
    return net;
  }

  static INDArray images(double least) {
    Nd4j.getRandom().setSeed(13);
    return Nd4j.rand(DataType.DOUBLE, 2, 2, 7, 8).muli(1 - least).addi(least);
  }

  private static ConvolutionLayer.Builder plain() {
    return new ConvolutionLayer.Builder(2, 2).nOut(4).activation(Activation.IDENTITY);
  }

  private static Consumer<GraphBuilder> conv(
      int rows, int columns, UnaryOperator<ConvolutionLayer.Builder> options) {
    ConvolutionLayer.Builder layer =
        new ConvolutionLayer.Builder(rows, columns).nOut(4).activation(Activation.RELU);
    return g -> g.addLayer("x", options.apply(layer).build(), "c");
  }

  private static Consumer<GraphBuilder> deconv(
      int kernel, UnaryOperator<Deconvolution2D.Builder> options) {
    Deconvolution2D.Builder layer =
        new Deconvolution2D.Builder(kernel, kernel).nOut(4).activation(Activation.RELU);
    return g -> g.addLayer("x", options.apply(layer).build(), "c");
  }

  private static Consumer<GraphBuilder> pool(
      SubsamplingLayer.PoolingType type,
      int kernel,
      int stride,
      int padding,
      ConvolutionMode mode,
      boolean includePadding) {
    Layer layer =
        new SubsamplingLayer.Builder(
                type,
                new int[] {kernel, kernel},
                new int[] {stride, stride},
                new int[] {padding, padding})
            .convolutionMode(mode)
            .avgPoolIncludePadInDivisor(includePadding)
            .build();
    return g -> g.addLayer("x", layer, "c");
  }

  private static Consumer<GraphBuilder> both(org.deeplearning4j.nn.conf.graph.GraphVertex vertex) {
    return g ->
        g.addLayer("y", plain().nOut(3).convolutionMode(ConvolutionMode.Same).build(), "c")
            .addLayer(
                "z",
                plain()
                    .nOut(3)
                    .convolutionMode(ConvolutionMode.Same)
                    .activation(Activation.RELU)
                    .build(),
                "c")
            .addVertex("x", vertex, "c", "y", "z");
  }
}
