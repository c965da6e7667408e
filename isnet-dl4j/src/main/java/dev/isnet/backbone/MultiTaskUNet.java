package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.nd4j.linalg.activations.Activation;

/**
 * A {@link UNet} that classifies, too: its lowest level, averaged to 7×7 cells (taken as it is up
 * to that size), leads to two dense layers with ReLU and dropout and one logit for every class.
 *
 * <p>The paper's has 5 levels with 64 to 1024 filters and dense layers of 4,096. The defaults here
 * are for two processors.
 *
 * <p>Input "image", [batch, channels, height, width]; outputs "classes", [batch, classes], and
 * "mask", [batch, 1, height, width]. Vertices: those of a U-Net; average (where the lowest level is
 * averaged), dense1, dense2, classes.
 */
public final class MultiTaskUNet {

  /** Units of the dense layers unless others are asked for. */
  public static final int DEFAULT_DENSE = 256;

  private static final double DROPOUT = 0.5;

  private MultiTaskUNet() {}

  /**
   * Starts a configuration.
   *
   * @param size input size; height and width must be multiples of 2 to the power of depth − 1
   * @param classes number of classes, at least 2
   * @return the builder
   */
  public static Builder builder(ImageSize size, int classes) {
    return new Builder(size, classes);
  }

  /** Options, all with defaults. */
  public static final class Builder extends BackboneBuilder<Builder> {
    private int depth = UNet.DEFAULT_DEPTH;
    private int filters = UNet.DEFAULT_FILTERS;
    private int dense = DEFAULT_DENSE;

    private Builder(ImageSize size, int classes) {
      super(size, classes, DROPOUT);
    }

    /**
     * Levels, the lowest one included.
     *
     * @param depth 2 to 8; default {@value UNet#DEFAULT_DEPTH}, the paper's 5
     * @return this
     */
    public Builder optDepth(int depth) {
      this.depth = UNet.checkedDepth(depth);
      return this;
    }

    /**
     * Filters of the first level; each level below has twice as many as the one above.
     *
     * @param filters at least 1; default {@value UNet#DEFAULT_FILTERS}, the paper's 64
     * @return this
     */
    public Builder optFilters(int filters) {
      this.filters = UNet.checkedFilters(filters);
      return this;
    }

    /**
     * Units of the two dense layers.
     *
     * @param dense at least 1; default {@value MultiTaskUNet#DEFAULT_DENSE}, the paper's 4,096
     * @return this
     */
    public Builder optDense(int dense) {
      if (dense < 1) {
        throw new IllegalArgumentException("dense is " + dense + ", but must be at least 1");
      }
      this.dense = dense;
      return this;
    }

    @Override
    public int leastSide() {
      return sideStep();
    }

    /** Each level but the lowest halves the image. */
    @Override
    public int sideStep() {
      return UNet.step(depth);
    }

    @Override
    void addTo(Layers layers) {
      int step = UNet.step(depth);
      String bottom = UNet.addTo(layers, depth, filters);
      String last =
          layers.atMostSevenCells("average", size().height() / step, size().width() / step, bottom);
      last = layers.add("dense1", relu(dense).build(), last);
      last = layers.add("dense2", Layers.dropped(relu(dense), dropout()).build(), last);
      layers.output(this, Layers.normal(0.01), last);
    }

    @Override
    String[] outputs() {
      return new String[] {Layers.OUTPUT, UNet.OUTPUT};
    }

    private static DenseLayer.Builder relu(int units) {
      return new DenseLayer.Builder().nOut(units).activation(Activation.RELU);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
