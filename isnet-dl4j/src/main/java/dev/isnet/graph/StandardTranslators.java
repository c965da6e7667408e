package dev.isnet.graph;

import dev.isnet.backbone.layer.LogSumExpPooling;
import dev.isnet.backbone.layer.SelfAttention;
import dev.isnet.backbone.layer.TokenEmbedding;
import dev.isnet.backbone.layer.TokenNorm;
import dev.isnet.graph.op.AveragePooling;
import dev.isnet.graph.op.ChannelLayerNorm;
import dev.isnet.graph.op.Crop;
import dev.isnet.graph.op.Elementwise;
import dev.isnet.graph.op.Factor;
import dev.isnet.graph.op.LayerNorm;
import dev.isnet.graph.op.LogSumExp;
import dev.isnet.graph.op.Tokens;
import dev.isnet.graph.op.Upsampling;
import dev.isnet.graph.op.View;
import dev.isnet.graph.op.Window;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** The layers and vertices that the library knows. */
final class StandardTranslators {

  /** Height and width in [B, C, h, w]. */
  private static final int[] PLANE = {2, 3};

  private StandardTranslators() {}

  static Translators all() {
    return Translators.none()
        .withLayer(ConvolutionLayer.class, StandardTranslators::convolution)
        .withLayer(DepthwiseConvolution2D.class, StandardTranslators::depthwise)
        .withLayer(SeparableConvolution2D.class, StandardTranslators::separable)
        .withLayer(Deconvolution2D.class, StandardTranslators::deconvolution)
        .withLayer(DenseLayer.class, StandardTranslators::dense)
        .withLayer(OutputLayer.class, StandardTranslators::output)
        .withLayer(
            LossLayer.class,
            (layer, input, to) ->
                to.logits(
                    input,
                    to.ends().leftOut().orElseGet(() -> outputKind(layer.getActivationFn(), to))))
        .withLayer(CnnLossLayer.class, StandardTranslators::planes)
        .withLayer(BatchNormalization.class, StandardTranslators::norm)
        .withLayer(
            ActivationLayer.class, (layer, input, to) -> last(layer.getActivationFn(), input, to))
        // Dropout has been applied to its input, like any layer's.
        .withLayer(DropoutLayer.class, (layer, input, to) -> input)
        .withLayer(SubsamplingLayer.class, StandardTranslators::pool)
        .withLayer(GlobalPoolingLayer.class, StandardTranslators::globalPool)
        .withLayer(ZeroPaddingLayer.class, StandardTranslators::padding)
        .withLayer(Cropping2D.class, StandardTranslators::cropping)
        .withLayer(Upsampling2D.class, StandardTranslators::upsampling)
        .withLayer(TokenEmbedding.class, StandardTranslators::tokens)
        .withLayer(TokenNorm.class, StandardTranslators::tokenNorm)
        .withLayer(LogSumExpPooling.class, StandardTranslators::logSumExp)
        .withLayer(
            SelfAttention.class, (layer, input, to) -> to.selfAttention(input, layer.getHeads()))
        .withVertex(ElementWiseVertex.class, StandardTranslators::elementwise)
        .withVertex(MergeVertex.class, StandardTranslators::merge)
        .withVertex(ScaleVertex.class, (v, in, to) -> affine(v.getScaleFactor(), 0, in.get(0), to))
        .withVertex(ShiftVertex.class, (v, in, to) -> affine(1, v.getShiftFactor(), in.get(0), to))
        .withVertex(ReshapeVertex.class, StandardTranslators::reshape)
        .withVertex(StackVertex.class, (v, in, to) -> to.stack(in))
        .withVertex(UnstackVertex.class, StandardTranslators::unstack);
  }

  private static TwinNode convolution(ConvolutionLayer layer, TwinNode input, Translation to) {
    requireChannelsFirst(layer.getCnn2dDataFormat(), to);
    return activation(
        layer.getActivationFn(),
        to.convolution(input, to.array("W"), bias("b", to), window(layer)),
        to);
  }

  private static TwinNode depthwise(DepthwiseConvolution2D layer, TwinNode input, Translation to) {
    requireChannelsFirst(layer.getCnn2dDataFormat(), to);
    Window window = window(layer).with(Window.WeightLayout.DEPTHWISE_OUTPUTS_LAST);
    return activation(
        layer.getActivationFn(), to.convolution(input, to.array("W"), bias("b", to), window), to);
  }

  /** Depthwise, then 1×1: two linear layers, each with its own rule. */
  private static TwinNode separable(SeparableConvolution2D layer, TwinNode input, Translation to) {
    requireChannelsFirst(layer.getCnn2dDataFormat(), to);
    Window window = window(layer).with(Window.WeightLayout.DEPTHWISE_OUTPUTS_FIRST);
    TwinNode depthwise = to.convolution(input, to.array("W"), Optional.empty(), window);
    return activation(
        layer.getActivationFn(),
        to.convolution(depthwise, to.array("pW"), bias("b", to), Window.POINT),
        to);
  }

  private static TwinNode deconvolution(Deconvolution2D layer, TwinNode input, Translation to) {
    requireChannelsFirst(layer.getCnn2dDataFormat(), to);
    return activation(
        layer.getActivationFn(),
        to.deconvolution(input, to.array("W"), bias("b", to), window(layer)),
        to);
  }

  private static TwinNode dense(DenseLayer layer, TwinNode input, Translation to) {
    if (!layer.hasLayerNorm()) {
      return last(layer.getActivationFn(), to.dense(input, to.matrix("W"), bias("b", to)), to);
    }
    TwinNode product = to.dense(input, to.matrix("W"), Optional.empty());
    LayerNorm norm = new LayerNorm(product.output(), to.vector("g"), bias("b", to));
    return last(layer.getActivationFn(), to.fixed(product, norm.out(0), norm::transposed), to);
  }

  private static TwinNode output(OutputLayer layer, TwinNode input, Translation to) {
    if (to.has("g")) {
      throw to.refused("is an output layer with layer norm, which a twin does not know");
    }
    Twin.Output kind = outputKind(layer.getActivationFn(), to);
    TwinNode scores = to.dense(input, to.matrix("W"), bias("b", to));
    return layer.getNOut() == 1 && kind == Twin.Output.SIGMOID && !to.ends().isFirstOutput()
        ? to.ends().anomaly(scores)
        : to.logits(scores, kind);
  }

  /** Logits for every pixel, [B, planes, h, w]; a softmax goes over the planes. */
  private static TwinNode planes(CnnLossLayer layer, TwinNode input, Translation to) {
    requireChannelsFirst(layer.getFormat(), to);
    return to.ends().planes(input, outputKind(layer.getActivationFn(), to));
  }

  private static Twin.Output outputKind(IActivation function, Translation to) {
    if (function instanceof ActivationSoftmax) {
      return Twin.Output.SOFTMAX;
    }
    if (function instanceof ActivationSigmoid) {
      return Twin.Output.SIGMOID;
    }
    if (function instanceof ActivationIdentity) {
      return Twin.Output.IDENTITY;
    }
    throw to.refused(
        "is an output layer with the activation function %s; a twin knows softmax, sigmoid and identity there"
            .formatted(function));
  }

  private static TwinNode norm(BatchNormalization layer, TwinNode input, Translation to) {
    requireChannelsFirst(layer.getCnn2DFormat(), to);
    // DL4J ignores the activation function of a batch norm.
    return to.norm(
        input,
        new Translation.NormSettings(
            layer.getNOut(),
            layer.isLockGammaBeta(),
            layer.getGamma(),
            layer.getBeta(),
            layer.getEps(),
            layer.getDecay(),
            layer.isUseLogStd()));
  }

  /** A layer that may be the network's last: then softmax or sigmoid stands behind the logits. */
  private static TwinNode last(IActivation function, TwinNode input, Translation to) {
    boolean probabilities =
        function instanceof ActivationSoftmax || function instanceof ActivationSigmoid;
    return probabilities && to.ends().areHere()
        ? to.ends().leaveOut(input, outputKind(function, to))
        : activation(function, input, to);
  }

  private static TwinNode activation(IActivation function, TwinNode input, Translation to) {
    if (function instanceof ActivationIdentity) {
      return input;
    }
    Optional<Factor.RectifierFunction> rectifier = Activations.rectifier(function);
    if (rectifier.isPresent()) {
      return to.rectifier(input, rectifier.get());
    }
    return to.activation(
        input,
        Activations.smooth(function)
            .orElseThrow(
                () ->
                    to.refused(
                        "has the activation function %s; a twin knows %s, and softmax or sigmoid in the output layer"
                            .formatted(function, Activations.NAMES))));
  }

  private static TwinNode pool(SubsamplingLayer layer, TwinNode input, Translation to) {
    requireChannelsFirst(layer.getCnn2dDataFormat(), to);
    Window window =
        window(
            layer.getKernelSize(),
            layer.getStride(),
            layer.getPadding(),
            layer.getDilation(),
            layer.getConvolutionMode());
    return switch (layer.getPoolingType()) {
      case MAX -> to.maxPool(input, window);
      case AVG ->
          average(
              input,
              window,
              layer.isAvgPoolIncludePadInDivisor()
                  ? AveragePooling.Divisor.WINDOW
                  : AveragePooling.Divisor.CELLS,
              to);
      default -> throw to.refused(unknownPool(layer.getPoolingType()));
    };
  }

  private static TwinNode globalPool(GlobalPoolingLayer layer, TwinNode input, Translation to) {
    int[] dimensions = layer.getPoolingDimensions();
    if (dimensions != null && !Arrays.equals(Arrays.stream(dimensions).sorted().toArray(), PLANE)) {
      throw to.refused(
          "pools over the dimensions %s; a twin pools over height and width, %s"
              .formatted(Arrays.toString(dimensions), Arrays.toString(PLANE)));
    }
    TwinNode pooled =
        switch (layer.getPoolingType()) {
          case MAX -> to.maxPool(input, Window.WHOLE);
          case AVG -> average(input, Window.WHOLE, AveragePooling.Divisor.CELLS, to);
          case SUM -> average(input, Window.WHOLE, AveragePooling.Divisor.ONE, to);
          default -> throw to.refused(unknownPool(layer.getPoolingType()));
        };
    return layer.isCollapseDimensions()
        ? to.moved(pooled, View::flat, signal -> View.shaped(signal, pooled.output()))
        : pooled;
  }

  private static String unknownPool(PoolingType type) {
    return "pools by %s; a twin knows MAX and AVG, and SUM as global pooling".formatted(type);
  }

  private static TwinNode average(
      TwinNode input, Window window, AveragePooling.Divisor divisor, Translation to) {
    AveragePooling op = new AveragePooling(input.output(), window, divisor);
    return to.fixed(input, op.out(0), op::transposed);
  }

  private static TwinNode padding(ZeroPaddingLayer layer, TwinNode input, Translation to) {
    Crop.Borders borders = borders(layer.getPadding());
    return to.moved(input, x -> Crop.padded(x, borders), signal -> Crop.cropped(signal, borders));
  }

  private static TwinNode cropping(Cropping2D layer, TwinNode input, Translation to) {
    Crop.Borders borders = borders(layer.getCropping());
    return to.moved(input, x -> Crop.cropped(x, borders), signal -> Crop.padded(signal, borders));
  }

  private static Crop.Borders borders(int[] topBottomLeftRight) {
    int[] b = topBottomLeftRight;
    return new Crop.Borders(b[0], b[1], b[2], b[3]);
  }

  private static TwinNode upsampling(Upsampling2D layer, TwinNode input, Translation to) {
    requireChannelsFirst(layer.getFormat(), to);
    int rows = layer.getSize()[0];
    int columns = layer.getSize()[1];
    return to.moved(
        input,
        x -> Upsampling.repeated(x, rows, columns),
        signal -> Upsampling.summed(signal, rows, columns));
  }

  private static TwinNode tokens(TokenEmbedding layer, TwinNode input, Translation to) {
    Tokens op =
        new Tokens(
            input.output(),
            to.vector(TokenEmbedding.CLASS_TOKEN),
            to.array(TokenEmbedding.POSITIONS));
    return to.opaque(input, op.out(0));
  }

  private static TwinNode tokenNorm(TokenNorm layer, TwinNode input, Translation to) {
    ChannelLayerNorm op =
        new ChannelLayerNorm(
            input.output(),
            to.vector(TokenNorm.GAIN),
            to.vector(TokenNorm.BIAS),
            layer.getEpsilon());
    return to.opaque(input, op.out(0));
  }

  /**
   * To relevance a weighted mean, the weights its derivative, with a bias: what the mean is more
   * than the output.
   */
  private static TwinNode logSumExp(LogSumExpPooling layer, TwinNode input, Translation to) {
    LogSumExp op = new LogSumExp(input.output(), layer.getSharpness());
    return to.fixed(input, op.out(0), op::transposed);
  }

  private static TwinNode elementwise(
      ElementWiseVertex vertex, List<TwinNode> inputs, Translation to) {
    int count = inputs.size();
    return switch (vertex.getOp()) {
      case Add -> to.sum(inputs, Collections.nCopies(count, 1.0));
      case Average -> to.sum(inputs, Collections.nCopies(count, 1.0 / count));
      case Subtract -> {
        if (count != 2) {
          throw to.refused("subtracts %d inputs; two are needed".formatted(count));
        }
        yield to.sum(inputs, List.of(1.0, -1.0));
      }
      // The first input is let through, the others are gates.
      case Product -> inputs.stream().reduce(to::gate).orElseThrow();
      default ->
          throw to.refused(
              "combines by %s; a twin knows Add, Average, Subtract and Product"
                  .formatted(vertex.getOp()));
    };
  }

  private static TwinNode merge(MergeVertex vertex, List<TwinNode> inputs, Translation to) {
    if (vertex.getMergeAxis() != MergeVertex.DEFAULT_MERGE_DIM) {
      throw to.refused(
          "merges along axis %d; a twin merges along axis %d, the channels"
              .formatted(vertex.getMergeAxis(), MergeVertex.DEFAULT_MERGE_DIM));
    }
    return to.merge(inputs);
  }

  private static TwinNode affine(double scale, double shift, TwinNode input, Translation to) {
    Factor.Function function = Factor.affine(scale, shift);
    return to.fixed(
        input,
        new Elementwise(input.output(), function).out(0),
        signal -> new Elementwise(signal, Factor.affine(scale, 0)).out(0));
  }

  private static TwinNode reshape(ReshapeVertex vertex, List<TwinNode> inputs, Translation to) {
    if (vertex.getReshapeOrder() != 'c') {
      throw to.refused("reshapes in the order f; a twin knows c");
    }
    if (vertex.getNewShape()[0] != -1) {
      throw to.refused(
          "reshapes to %s, which fixes the number of images; begin the shape with -1"
              .formatted(Arrays.toString(vertex.getNewShape())));
    }
    TwinNode input = inputs.get(0);
    long[] example = Arrays.stream(vertex.getNewShape()).skip(1).asLongStream().toArray();
    return to.moved(
        input, x -> View.shaped(x, example), signal -> View.shaped(signal, input.output()));
  }

  private static TwinNode unstack(UnstackVertex vertex, List<TwinNode> inputs, Translation to) {
    return to.unstack(inputs.get(0), vertex.getFrom(), vertex.getStackSize());
  }

  private static Optional<org.nd4j.autodiff.samediff.SDVariable> bias(String key, Translation to) {
    return to.has(key) ? Optional.of(to.vector(key)) : Optional.empty();
  }

  private static void requireChannelsFirst(CNN2DFormat format, Translation to) {
    if (format == CNN2DFormat.NHWC) {
      throw to.refused("has the data format NHWC; a twin knows NCHW, channels first");
    }
  }

  private static Window window(ConvolutionLayer layer) {
    return window(
        layer.getKernelSize(),
        layer.getStride(),
        layer.getPadding(),
        layer.getDilation(),
        layer.getConvolutionMode());
  }

  private static Window window(
      int[] kernel, int[] stride, int[] padding, int[] dilation, ConvolutionMode mode) {
    boolean same = mode == ConvolutionMode.Same;
    return new Window(
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        same ? 0 : padding[0],
        same ? 0 : padding[1],
        dilation[0],
        dilation[1],
        same,
        Window.WeightLayout.OUTPUTS_FIRST);
  }
}
