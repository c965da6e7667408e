package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.nd4j.linalg.activations.Activation;

/**
 * VGG-11, 13, 16 and 19 (Simonyan and Zisserman 2015, configurations A, B, D, E), with or without
 * batch norm: five stages of 3×3 convolutions with ReLU, each ending in a 2×2 max pool, then two
 * dense layers of 4,096 and the output.
 *
 * <p>The first dense layer follows the feature map. A side of the map of up to 7 cells is taken as
 * it is; a longer one is averaged down to 7 cells, by windows that overlap where 7 does not divide
 * it. At 224×224 pixels the map has 7×7 cells and the network has the published number of
 * parameters; smaller images give a smaller first dense layer (64×64: 2×2 cells), larger ones never
 * a larger one.
 *
 * <p>Weights start as torchvision's do: convolutions by He's initialisation on the outputs, dense
 * layers from N(0, 0.01²), biases at 0. The first dense layer's deviation is 0.01·√(49/cells): a
 * smaller map then excites it as the same map repeated to 7×7 cells would.
 *
 * <p>Vertices: conv1.1, conv1.2, …, pool1, …, conv5.4, pool5, average (where the map is averaged),
 * dense1, dense2, classes; with batch norm, norm1.1 and relu1.1 behind conv1.1, and so on.
 */
public final class Vgg {

  private static final int[] FILTERS = {64, 128, 256, 512, 512};
  private static final double DROPOUT = 0.5;
  private static final int DENSE = 4096;
  private static final double DEVIATION = 0.01;

  private Vgg() {}

  /**
   * Starts a configuration.
   *
   * @param depth layers with weights: 11, 13, 16 or 19
   * @param size input size, at least 32×32
   * @param classes number of classes, at least 2
   * @return the builder
   * @throws IllegalArgumentException for another depth
   */
  public static Builder builder(int depth, ImageSize size, int classes) {
    return new Builder(convolutions(depth), size, classes);
  }

  private static int[] convolutions(int depth) {
    return switch (depth) {
      case 11 -> new int[] {1, 1, 2, 2, 2};
      case 13 -> new int[] {2, 2, 2, 2, 2};
      case 16 -> new int[] {2, 2, 3, 3, 3};
      case 19 -> new int[] {2, 2, 4, 4, 4};
      default ->
          throw new IllegalArgumentException(
              "depth is " + depth + ", but VGG comes with 11, 13, 16 or 19");
    };
  }

  /** Options, all with defaults. */
  public static final class Builder extends BackboneBuilder<Builder> {
    private final int[] convolutions;
    private boolean batchNorm;

    private Builder(int[] convolutions, ImageSize size, int classes) {
      super(size, classes, DROPOUT);
      this.convolutions = convolutions;
    }

    /**
     * Batch norm behind every convolution, which keeps its bias, as in torchvision.
     *
     * @param batchNorm default false
     * @return this
     */
    public Builder optBatchNorm(boolean batchNorm) {
      this.batchNorm = batchNorm;
      return this;
    }

    /** Each of five pools halves the image. */
    @Override
    public int leastSide() {
      return 1 << FILTERS.length;
    }

    @Override
    void addTo(Layers layers) {
      String last = Layers.INPUT;
      for (int stage = 1; stage <= FILTERS.length; stage++) {
        for (int i = 1; i <= convolutions[stage - 1]; i++) {
          last = convolution(layers, stage + "." + i, FILTERS[stage - 1], last);
        }
        last = layers.maxPool("pool" + stage, 2, 2, 0, last);
      }
      int h = size().height() >> FILTERS.length;
      int w = size().width() >> FILTERS.length;
      last = layers.atMostSevenCells("average", h, w, last);
      double most = Layers.CELLS;
      double cells = Math.min(h, most) * Math.min(w, most);
      double first = DEVIATION * Math.sqrt(most * most / cells);
      last = layers.add("dense1", dense(first).build(), last);
      last = layers.add("dense2", Layers.dropped(dense(DEVIATION), dropout()).build(), last);
      layers.output(this, Layers.normal(DEVIATION), last);
    }

    private String convolution(Layers layers, String place, int filters, String input) {
      ConvolutionLayer conv =
          Layers.conv(filters, 3, 1)
              .hasBias(true)
              .weightInit(Layers.heByOutputs(filters, 3))
              .activation(batchNorm ? Activation.IDENTITY : Activation.RELU)
              .build();
      String last = layers.add("conv" + place, conv, input);
      return batchNorm ? layers.relu("relu" + place, layers.norm("norm" + place, last)) : last;
    }

    private static DenseLayer.Builder dense(double deviation) {
      return new DenseLayer.Builder()
          .nOut(DENSE)
          .weightInit(Layers.normal(deviation))
          .activation(Activation.RELU);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
