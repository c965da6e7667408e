package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.weights.WeightInitUniform;

/**
 * DenseNet-121, 161, 169 and 201 (Huang et al. 2017, DenseNet-BC): a 7×7 convolution with stride 2,
 * a 3×3 max pool with stride 2, and four blocks of dense layers with transitions between them,
 * which halve channels and image. Each dense layer sees the outputs of all earlier ones of its
 * block and adds {@code growth} channels: batch norm, ReLU, 1×1 convolution to 4·growth, batch
 * norm, ReLU, 3×3 convolution. A last batch norm, ReLU and global average pooling lead to the
 * output.
 *
 * <p>Convolutions have no bias and start by He's initialisation on the inputs; the output layer
 * starts uniformly in ±1/√inputs, its bias at 0.
 *
 * <p>Vertices: conv, norm, relu, pool; block1.layer1.norm1, .relu1, .conv1, .norm2, .relu2, .conv2,
 * .concat, and so on; transition1.norm, .relu, .conv, .pool, …; lastNorm, lastRelu, average,
 * classes.
 */
public final class DenseNet {

  private static final int BOTTLENECK = 4;

  private DenseNet() {}

  /**
   * Starts a configuration.
   *
   * @param depth layers with weights: 121, 161, 169 or 201
   * @param size input size, at least 29×29
   * @param classes number of classes, at least 2
   * @return the builder
   * @throws IllegalArgumentException for another depth
   */
  public static Builder builder(int depth, ImageSize size, int classes) {
    return new Builder(blocks(depth), depth == 161 ? 48 : 32, size, classes);
  }

  private static int[] blocks(int depth) {
    return switch (depth) {
      case 121 -> new int[] {6, 12, 24, 16};
      case 161 -> new int[] {6, 12, 36, 24};
      case 169 -> new int[] {6, 12, 32, 32};
      case 201 -> new int[] {6, 12, 48, 32};
      default ->
          throw new IllegalArgumentException(
              "depth is " + depth + ", but DenseNet comes with 121, 161, 169 or 201");
    };
  }

  /** Options, all with defaults. */
  public static final class Builder extends BackboneBuilder<Builder> {
    private final int[] blocks;
    private final int growth;

    private Builder(int[] blocks, int growth, ImageSize size, int classes) {
      super(size, classes, 0);
      this.blocks = blocks;
      this.growth = growth;
    }

    /** Two halvings that round up, then three that round down. */
    @Override
    public int leastSide() {
      return 29;
    }

    @Override
    void addTo(Layers layers) {
      int channels = 2 * growth;
      String last = layers.add("conv", Layers.conv(channels, 7, 2).build(), Layers.INPUT);
      last = layers.maxPool("pool", 3, 2, 1, layers.relu("relu", layers.norm("norm", last)));
      for (int block = 1; block <= blocks.length; block++) {
        for (int i = 1; i <= blocks[block - 1]; i++) {
          last = denseLayer(layers, "block%d.layer%d.".formatted(block, i), last);
        }
        channels += blocks[block - 1] * growth;
        if (block < blocks.length) {
          channels /= 2;
          last = transition(layers, "transition" + block + ".", channels, last);
        }
      }
      last = layers.relu("lastRelu", layers.norm("lastNorm", last));
      layers.output(this, new WeightInitUniform(), layers.globalAverage("average", last));
    }

    private String denseLayer(Layers layers, String name, String input) {
      String last = layers.relu(name + "relu1", layers.norm(name + "norm1", input));
      last = layers.add(name + "conv1", Layers.conv(BOTTLENECK * growth, 1, 1).build(), last);
      last = layers.relu(name + "relu2", layers.norm(name + "norm2", last));
      last = layers.add(name + "conv2", Layers.conv(growth, 3, 1).build(), last);
      return layers.concatenation(name + "concat", input, last);
    }

    private static String transition(Layers layers, String name, int channels, String input) {
      String last = layers.relu(name + "relu", layers.norm(name + "norm", input));
      last = layers.add(name + "conv", Layers.conv(channels, 1, 1).build(), last);
      return layers.averagePool(name + "pool", new int[] {2, 2}, new int[] {2, 2}, last);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
