package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.nd4j.linalg.activations.Activation;

/**
 * A small VGG-like network: 3×3 convolutions, each with an optional batch norm, a ReLU and a 2×2
 * max pool, then global average pooling and one dense layer with softmax.
 *
 * <p>Vertices: conv1, norm1, relu1 (the last two with batch norm only), pool1, …, average, classes.
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
  public static final class Builder extends BackboneBuilder<Builder> {
    private int[] filters = {16, 32, 64, 64};
    private boolean batchNorm;

    private Builder(ImageSize size, int classes) {
      super(size, classes, 0);
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

    /** Each pool halves the image. */
    @Override
    public int leastSide() {
      return 1 << filters.length;
    }

    @Override
    void addTo(Layers layers) {
      String last = Layers.INPUT;
      for (int i = 1; i <= filters.length; i++) {
        ConvolutionLayer.Builder conv =
            Layers.conv(filters[i - 1], 3, 1)
                .hasBias(!batchNorm)
                .activation(batchNorm ? Activation.IDENTITY : Activation.RELU);
        last = layers.add("conv" + i, conv.build(), last);
        if (batchNorm) {
          last = layers.relu("relu" + i, layers.norm("norm" + i, last));
        }
        last = layers.maxPool("pool" + i, 2, 2, 0, last);
      }
      layers.output(this, new WeightInitXavier(), layers.globalAverage("average", last));
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
