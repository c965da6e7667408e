package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * A small VGG-like network: 3×3 convolutions, each with an optional batch norm, a ReLU and a 2×2
 * max pool, then global average pooling and one dense layer with softmax.
 */
public final class ConvNet {

  private ConvNet() {}

  /**
   * Starts a configuration.
   *
   * @param size input size
   * @param classes number of classes, at least 2
   * @return the builder
   */
  public static Builder builder(ImageSize size, int classes) {
    return new Builder(size, classes);
  }

  /** Options, all with defaults. */
  public static final class Builder {
    private final ImageSize size;
    private final int classes;
    private int[] filters = {16, 32, 64, 64};
    private boolean batchNorm;
    private double dropout;
    private long seed = 1;
    private IUpdater updater = new Adam(1e-3);

    private Builder(ImageSize size, int classes) {
      this.size = size;
      this.classes = classes;
    }

    /**
     * Filters of each convolution.
     *
     * @param filters at least one; default 16, 32, 64, 64
     * @return this
     */
    public Builder optFilters(int... filters) {
      this.filters = filters.clone();
      return this;
    }

    /**
     * Batch norm behind every convolution.
     *
     * @param batchNorm default false
     * @return this
     */
    public Builder optBatchNorm(boolean batchNorm) {
      this.batchNorm = batchNorm;
      return this;
    }

    /**
     * Probability that a number before the dense layer is dropped in training.
     *
     * @param dropout in [0, 1); default 0
     * @return this
     */
    public Builder optDropout(double dropout) {
      this.dropout = dropout;
      return this;
    }

    /**
     * Seed of the initial weights.
     *
     * @param seed default 1
     * @return this
     */
    public Builder optSeed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Updater that DL4J's own fit would use; the trainer brings its own.
     *
     * @param updater default Adam with 1e-3
     * @return this
     */
    public Builder optUpdater(IUpdater updater) {
      this.updater = updater;
      return this;
    }

    /**
     * The configuration.
     *
     * @return input "image", output "classes"
     * @throws IllegalArgumentException when the image is too small for as many pools
     */
    public ComputationGraphConfiguration build() {
      if (Math.min(size.height(), size.width()) >> filters.length == 0) {
        throw new IllegalArgumentException(
            "%d×%d pixels are too small for %d pools of 2×2; use fewer filters or larger images"
                .formatted(size.height(), size.width(), filters.length));
      }
      ComputationGraphConfiguration.GraphBuilder graph =
          new NeuralNetConfiguration.Builder()
              .seed(seed)
              .updater(updater)
              .weightInit(WeightInit.RELU)
              .convolutionMode(ConvolutionMode.Truncate)
              .graphBuilder()
              .addInputs("image")
              .setInputTypes(InputType.convolutional(size.height(), size.width(), size.channels()));
      String last = "image";
      for (int i = 1; i <= filters.length; i++) {
        ConvolutionLayer.Builder conv =
            new ConvolutionLayer.Builder(3, 3)
                .padding(1, 1)
                .nOut(filters[i - 1])
                .hasBias(!batchNorm)
                .activation(batchNorm ? Activation.IDENTITY : Activation.RELU);
        graph.addLayer("conv" + i, conv.build(), last);
        last = "conv" + i;
        if (batchNorm) {
          graph.addLayer("norm" + i, new BatchNormalization(), last);
          graph.addLayer("relu" + i, new ActivationLayer(Activation.RELU), "norm" + i);
          last = "relu" + i;
        }
        graph.addLayer(
            "pool" + i,
            new SubsamplingLayer.Builder(
                    SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                .build(),
            last);
        last = "pool" + i;
      }
      OutputLayer.Builder output =
          new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
              .nOut(classes)
              .weightInit(WeightInit.XAVIER)
              .activation(Activation.SOFTMAX);
      if (dropout > 0) {
        output.dropOut(1 - dropout); // DL4J takes the probability of keeping
      }
      return graph
          .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), last)
          .addLayer("classes", output.build(), "average")
          .setOutputs("classes")
          .build();
    }
  }
}
