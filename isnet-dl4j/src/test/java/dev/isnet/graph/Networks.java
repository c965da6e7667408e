package dev.isnet.graph;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Small networks that together use every layer that a twin knows. */
public enum Networks {
  /** Convolutions of every mode, stride and dilation, max pool, dense layers. */
  CONVOLUTIONS {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      g.addLayer("c1", conv(4, 3).padding(1, 1).activation(Activation.RELU).build(), "in")
          .addLayer("p1", pool(SubsamplingLayer.PoolingType.MAX, 2, 2, 0), "c1")
          .addLayer(
              "c2",
              conv(5, 3).convolutionMode(ConvolutionMode.Same).activation(Activation.RELU).build(),
              "p1")
          .addLayer(
              "c3", conv(6, 3).stride(2, 2).padding(1, 1).activation(Activation.RELU).build(), "c2")
          .addLayer("c4", conv(5, 2).dilation(2, 2).activation(Activation.RELU).build(), "c3")
          .addLayer(
              "d1", new DenseLayer.Builder().nOut(7).activation(Activation.RELU).build(), "c4")
          .addLayer("out", output(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT), "d1");
    }
  },
  /** Overlapping max and average pools, global pooling, a first layer without a bias. */
  POOLS {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      g.addLayer(
              "c1",
              conv(4, 3).hasBias(false).padding(1, 1).activation(Activation.RELU).build(),
              "in")
          .addLayer("p1", pool(SubsamplingLayer.PoolingType.MAX, 3, 2, 1), "c1")
          .addLayer("c2", conv(6, 3).padding(1, 1).activation(Activation.RELU).build(), "p1")
          .addLayer("p2", pool(SubsamplingLayer.PoolingType.AVG, 3, 1, 1), "c2")
          .addLayer("c3", conv(6, 1).activation(Activation.RELU).build(), "p2")
          .addLayer("g", new GlobalPoolingLayer(PoolingType.AVG), "c3")
          .addLayer("out", output(Activation.SIGMOID, LossFunctions.LossFunction.XENT), "g");
    }
  },
  /** Batch norms behind convolutions, behind a ReLU and behind a dense layer. */
  NORMS {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      g.addLayer("c1", conv(4, 3).padding(1, 1).activation(Activation.IDENTITY).build(), "in")
          .addLayer("n1", new BatchNormalization(), "c1")
          .addLayer("r1", new ActivationLayer(Activation.RELU), "n1")
          .addLayer("c2", conv(5, 3).hasBias(false).activation(Activation.RELU).build(), "r1")
          .addLayer("n2", new BatchNormalization.Builder().useLogStd(false).build(), "c2")
          .addLayer("c3", conv(5, 3).activation(Activation.RELU).build(), "n2")
          .addLayer(
              "d1", new DenseLayer.Builder().nOut(6).activation(Activation.IDENTITY).build(), "c3")
          .addLayer("n3", new BatchNormalization(), "d1")
          .addLayer("r3", new ActivationLayer(Activation.RELU), "n3")
          .addLayer("out", output(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT), "r3");
    }
  },
  /** Residual blocks, one with a projection and stride; the sum goes to two consumers. */
  RESIDUAL {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      g.addLayer("c1", conv(4, 3).padding(1, 1).activation(Activation.RELU).build(), "in")
          .addLayer("c2", conv(4, 3).padding(1, 1).activation(Activation.RELU).build(), "c1")
          .addLayer("c3", conv(4, 3).padding(1, 1).activation(Activation.IDENTITY).build(), "c2")
          .addVertex("s1", new ElementWiseVertex(ElementWiseVertex.Op.Add), "c3", "c1")
          .addLayer("r1", new ActivationLayer(Activation.RELU), "s1")
          .addLayer("c4", conv(6, 3).stride(2, 2).padding(1, 1).build(), "r1")
          .addLayer("proj", conv(6, 1).stride(2, 2).build(), "r1")
          .addVertex("s2", new ElementWiseVertex(ElementWiseVertex.Op.Average), "c4", "proj")
          .addLayer("r2", new ActivationLayer(Activation.RELU), "s2")
          .addLayer("g", new GlobalPoolingLayer(PoolingType.AVG), "r2")
          .addLayer("out", output(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT), "g");
    }
  },
  /** A dense block with pre-activation batch norms behind a stem with an overlapping pool. */
  DENSE_BLOCK {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      g.addLayer(
              "c0",
              conv(4, 3).hasBias(false).padding(1, 1).activation(Activation.IDENTITY).build(),
              "in")
          .addLayer("n0", new BatchNormalization.Builder().useLogStd(false).build(), "c0")
          .addLayer("r0", new ActivationLayer(Activation.RELU), "n0")
          .addLayer("p0", pool(SubsamplingLayer.PoolingType.MAX, 3, 2, 1), "r0")
          .addLayer("n1", new BatchNormalization.Builder().useLogStd(false).build(), "p0")
          .addLayer("r1", new ActivationLayer(Activation.RELU), "n1")
          .addLayer("c1", conv(3, 3).hasBias(false).padding(1, 1).build(), "r1")
          .addVertex("m1", new MergeVertex(), "p0", "c1")
          .addLayer("n2", new BatchNormalization.Builder().useLogStd(false).build(), "m1")
          .addLayer("r2", new ActivationLayer(Activation.RELU), "n2")
          .addLayer("c2", conv(3, 3).hasBias(false).padding(1, 1).build(), "r2")
          .addVertex("m2", new MergeVertex(), "p0", "c1", "c2")
          .addLayer("n3", new BatchNormalization.Builder().useLogStd(false).build(), "m2")
          .addLayer("r3", new ActivationLayer(Activation.RELU), "n3")
          .addLayer("g", new GlobalPoolingLayer(PoolingType.AVG), "r3")
          .addLayer("out", output(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT), "g");
    }
  },
  /** Depthwise, separable and transposed convolutions, padding, cropping and upsampling. */
  SHAPES {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      g.addLayer("pad", new ZeroPaddingLayer.Builder(1, 2, 2, 1).build(), "in")
          .addLayer("c1", conv(4, 3).activation(Activation.RELU).build(), "pad")
          .addLayer(
              "dw",
              new DepthwiseConvolution2D.Builder(3, 3)
                  .depthMultiplier(2)
                  .padding(1, 1)
                  .activation(Activation.RELU)
                  .build(),
              "c1")
          .addLayer(
              "sep",
              new SeparableConvolution2D.Builder(3, 3)
                  .depthMultiplier(1)
                  .nOut(5)
                  .stride(2, 2)
                  .activation(Activation.RELU)
                  .build(),
              "dw")
          .addLayer("up", new Upsampling2D.Builder(2).build(), "sep")
          .addLayer("crop", new Cropping2D(1, 0, 2, 1), "up")
          .addLayer(
              "de",
              new Deconvolution2D.Builder(2, 3)
                  .stride(2, 1)
                  .nOut(3)
                  .activation(Activation.RELU)
                  .build(),
              "crop")
          .addLayer(
              "deSame",
              new Deconvolution2D.Builder(3, 3)
                  .stride(2, 2)
                  .convolutionMode(ConvolutionMode.Same)
                  .nOut(2)
                  .activation(Activation.RELU)
                  .build(),
              "de")
          .addLayer("max", new GlobalPoolingLayer(PoolingType.MAX), "deSame")
          .addLayer("sum", new GlobalPoolingLayer(PoolingType.SUM), "sep")
          .addVertex("both", new MergeVertex(), "max", "sum")
          .addLayer("out", output(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT), "both");
    }
  },
  /** A rectifier and a convolution that are read twice through layers that change nothing. */
  PASSED_ON {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      g.addLayer("c1", conv(4, 3).padding(1, 1).activation(Activation.RELU).build(), "in")
          .addLayer("same", new ActivationLayer(Activation.IDENTITY), "c1")
          .addLayer("p1", pool(SubsamplingLayer.PoolingType.MAX, 2, 2, 0), "same")
          .addLayer("c2", conv(4, 3).stride(2, 2).padding(1, 1).build(), "same")
          .addLayer("again", new ActivationLayer(Activation.IDENTITY), "c2")
          .addLayer("n2", new BatchNormalization.Builder().useLogStd(false).build(), "again")
          .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "p1", "n2", "again")
          .addLayer("out", output(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT), "sum");
    }
  },
  /** Vertices without weights: scale, shift, reshape, subtract, stack and unstack. */
  VERTICES {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      g.addLayer("c1", conv(4, 3).activation(Activation.RELU).build(), "in")
          .addLayer("c2", conv(4, 3).activation(Activation.RELU).build(), "in")
          .addVertex("stacked", new StackVertex(), "c1", "c2")
          .addLayer("shared", conv(3, 3).activation(Activation.RELU).build(), "stacked")
          .addVertex("a", new UnstackVertex(0, 2), "shared")
          .addVertex("b", new UnstackVertex(1, 2), "shared")
          .addVertex("scaled", new ScaleVertex(0.7), "b")
          .addVertex("shifted", new ShiftVertex(0.2), "a")
          .addVertex(
              "difference",
              new ElementWiseVertex(ElementWiseVertex.Op.Subtract),
              "shifted",
              "scaled")
          .addVertex("tall", new ReshapeVertex('c', new int[] {-1, 6, 6, 4}, null), "difference")
          .addLayer("c3", conv(3, 2).activation(Activation.RELU).build(), "tall")
          .addLayer("out", output(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT), "c3");
    }
  },
  /** Activation functions beside ReLU, and layer norm. */
  ACTIVATIONS {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      String last = "in";
      for (Activation activation :
          new Activation[] {
            Activation.LEAKYRELU, Activation.RELU6, Activation.TANH, Activation.SOFTPLUS,
            Activation.SOFTSIGN, Activation.ELU, Activation.SELU, Activation.SWISH,
            Activation.GELU, Activation.SIGMOID, Activation.HARDTANH, Activation.HARDSIGMOID,
            Activation.CUBE
          }) {
        String name = activation.name().toLowerCase(java.util.Locale.ROOT);
        int kernel = last.equals("in") ? 5 : 1;
        g.addLayer(name, conv(4, kernel).activation(activation).build(), last);
        last = name;
      }
      g.addLayer("out", output(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT), last);
    }
  },
  /** Products: attention from a later layer, of one cell for all, and a mask of the pixels. */
  GATES {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      g.addLayer("m1", conv(3, 3).padding(1, 1).activation(Activation.SIGMOID).build(), "in")
          .addVertex("seen", new ElementWiseVertex(ElementWiseVertex.Op.Product), "in", "m1")
          .addLayer("c1", conv(4, 3).padding(1, 1).activation(Activation.RELU).build(), "seen")
          .addLayer("p1", pool(SubsamplingLayer.PoolingType.MAX, 2, 2, 0), "c1")
          .addLayer("c2", conv(5, 3).padding(1, 1).activation(Activation.RELU).build(), "p1")
          .addLayer("q", conv(1, 1).hasBias(false).build(), "c2")
          .addLayer(
              "mean",
              new GlobalPoolingLayer.Builder(PoolingType.AVG).collapseDimensions(false).build(),
              "q")
          .addLayer("soft", new ActivationLayer(Activation.SOFTSIGN), "mean")
          .addLayer("means", new Upsampling2D.Builder().size(new int[] {5, 6}).build(), "soft")
          .addVertex("a", new ElementWiseVertex(ElementWiseVertex.Op.Product), "q", "means")
          .addVertex("row", new ReshapeVertex(-1, 1, 1, 30), "a")
          .addLayer("rows", new Upsampling2D.Builder().size(new int[] {4, 1}).build(), "row")
          .addVertex("all", new ReshapeVertex(-1, 4, 5, 6), "rows")
          .addVertex("gated", new ElementWiseVertex(ElementWiseVertex.Op.Product), "p1", "all")
          .addLayer("sum", new GlobalPoolingLayer(PoolingType.SUM), "gated")
          .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), "c2")
          .addVertex("features", new MergeVertex(), "sum", "average")
          .addLayer(
              "out", output(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT), "features");
    }
  },
  /** Layer norm with and without a bias. */
  LAYER_NORM {
    @Override
    void layers(ComputationGraphConfiguration.GraphBuilder g) {
      g.addLayer("c1", conv(3, 5).stride(3, 3).activation(Activation.RELU).build(), "in")
          .addLayer("ln1", normed(7, true), "c1")
          .addLayer("ln2", normed(6, false), "ln1")
          .addLayer("out", output(Activation.SOFTMAX, LossFunctions.LossFunction.MCXENT), "ln2");
    }
  };

  /** Input of all of them. */
  public static final ImageSize SIZE = new ImageSize(10, 12, 3);

  abstract void layers(ComputationGraphConfiguration.GraphBuilder graph);

  /** A network with random parameters, biases and statistics included. */
  public ComputationGraph create(DataType type) {
    ComputationGraphConfiguration.GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(type)
            .weightInit(WeightInit.RELU)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(SIZE.height(), SIZE.width(), SIZE.channels()));
    layers(graph);
    ComputationGraph net = new ComputationGraph(graph.setOutputs("out").build());
    net.init();
    Nd4j.getRandom().setSeed(11);
    net.paramTable()
        .forEach(
            (name, array) -> {
              if (!name.endsWith("_W")) {
                array.addi(Nd4j.rand(type, array.shape()).muli(0.3).subi(0.1));
              }
            });
    return net;
  }

  /** Pixels in [0, 1]. */
  public static INDArray images(DataType type, int count) {
    Nd4j.getRandom().setSeed(13);
    return Nd4j.rand(type, count, SIZE.channels(), SIZE.height(), SIZE.width());
  }

  private static ConvolutionLayer.Builder conv(int filters, int kernel) {
    return new ConvolutionLayer.Builder(kernel, kernel).nOut(filters);
  }

  private static DenseLayer normed(int units, boolean bias) {
    return new DenseLayer.Builder()
        .nOut(units)
        .hasBias(bias)
        .hasLayerNorm(true)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pool(
      SubsamplingLayer.PoolingType type, int kernel, int stride, int padding) {
    return new SubsamplingLayer.Builder(
            type,
            new int[] {kernel, kernel},
            new int[] {stride, stride},
            new int[] {padding, padding})
        .build();
  }

  private static OutputLayer output(Activation activation, LossFunctions.LossFunction loss) {
    return new OutputLayer.Builder(loss).nOut(3).activation(activation).build();
  }
}
