package dev.isnet.graph;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
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
