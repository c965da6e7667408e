package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.weights.WeightInitUniform;

/**
 * ResNet-18, 34, 50 and 101 (He et al. 2016): a 7×7 convolution with stride 2, a 3×3 max pool with
 * stride 2, four stages of residual blocks, global average pooling and the output. Blocks of
 * ResNet-18 and 34 have two 3×3 convolutions; those of the deeper ones are bottlenecks of 1×1, 3×3
 * and 1×1, which halve the image in the 3×3 (torchvision's "v1.5"; the paper's do it in the first
 * 1×1).
 *
 * <p>A batch norm is behind every convolution, which has no bias. Convolutions start by He's
 * initialisation on the outputs; the output layer uniformly in ±1/√inputs, its bias at 0.
 *
 * <p>Vertices: conv, norm, relu, pool; stage1.block1.conv1, .norm1, .relu1, .conv2, .norm2, …,
 * .shortcut.conv and .shortcut.norm (where the block changes the shape), .sum, .relu, and so on;
 * average, classes.
 */
public final class ResNet {

  private static final int[] FILTERS = {64, 128, 256, 512};
  private static final int EXPANSION = 4;

  private ResNet() {}

  /**
   * Starts a configuration.
   *
   * @param depth layers with weights: 18, 34, 50 or 101
   * @param size input size, any
   * @param classes number of classes, at least 2
   * @return the builder
   * @throws IllegalArgumentException for another depth
   */
  public static Builder builder(int depth, ImageSize size, int classes) {
    blocks(depth); // refuses another depth
    return new Builder(depth, size, classes);
  }

  private static int[] blocks(int depth) {
    return switch (depth) {
      case 18 -> new int[] {2, 2, 2, 2};
      case 34, 50 -> new int[] {3, 4, 6, 3};
      case 101 -> new int[] {3, 4, 23, 3};
      default ->
          throw new IllegalArgumentException(
              "depth is " + depth + ", but ResNet comes with 18, 34, 50 or 101");
    };
  }

  /**
   * Adds all but the pooling and the output.
   *
   * @param downsampling pixels of a cell's side at the end, 8, 16 or 32: stages that would go
   *     beyond it keep the size of their input
   * @return the last stage's output, [batch, {@link #outputs}, …]
   */
  static String addFeatures(Layers layers, int depth, int downsampling) {
    int[] blocks = blocks(depth);
    boolean bottlenecks = bottlenecks(depth);
    String last = layers.relu("relu", convolution(layers, "", "", 64, 7, 2, Layers.INPUT));
    last = layers.maxPool("pool", 3, 2, 1, last);
    for (int stage = 1; stage <= blocks.length; stage++) {
      boolean halves = stage > 1 && 2 << stage <= downsampling;
      for (int block = 1; block <= blocks[stage - 1]; block++) {
        boolean first = block == 1;
        // Only the first stage keeps the image's channels, and those without bottlenecks alone.
        boolean reshapes = first && (stage > 1 || bottlenecks);
        last =
            block(
                layers,
                "stage%d.block%d.".formatted(stage, block),
                bottlenecks,
                FILTERS[stage - 1],
                first && halves ? 2 : 1,
                reshapes,
                last);
      }
    }
    return last;
  }

  /** Channels of the last stage. */
  static int outputs(int depth) {
    int filters = FILTERS[blocks(depth).length - 1];
    return bottlenecks(depth) ? EXPANSION * filters : filters;
  }

  private static boolean bottlenecks(int depth) {
    return depth >= 50;
  }

  private static String block(
      Layers layers,
      String name,
      boolean bottleneck,
      int filters,
      int stride,
      boolean reshapes,
      String input) {
    int outputs = bottleneck ? EXPANSION * filters : filters;
    String last = input;
    if (bottleneck) {
      last = rectified(layers, name, "1", filters, 1, 1, last);
      last = rectified(layers, name, "2", filters, 3, stride, last);
      last = convolution(layers, name, "3", outputs, 1, 1, last);
    } else {
      last = rectified(layers, name, "1", filters, 3, stride, last);
      last = convolution(layers, name, "2", outputs, 3, 1, last);
    }
    String shortcut =
        reshapes ? convolution(layers, name + "shortcut.", "", outputs, 1, stride, input) : input;
    return layers.relu(name + "relu", layers.sum(name + "sum", last, shortcut));
  }

  private static String rectified(
      Layers layers,
      String name,
      String number,
      int filters,
      int kernel,
      int stride,
      String input) {
    return layers.relu(
        name + "relu" + number, convolution(layers, name, number, filters, kernel, stride, input));
  }

  private static String convolution(
      Layers layers,
      String name,
      String number,
      int filters,
      int kernel,
      int stride,
      String input) {
    String conv =
        layers.add(
            name + "conv" + number,
            Layers.conv(filters, kernel, stride)
                .weightInit(Layers.heByOutputs(filters, kernel))
                .build(),
            input);
    return layers.norm(name + "norm" + number, conv);
  }

  /** Options, all with defaults. */
  public static final class Builder extends BackboneBuilder<Builder> {
    private final int depth;

    private Builder(int depth, ImageSize size, int classes) {
      super(size, classes, 0);
      this.depth = depth;
    }

    /** Every halving rounds up, so even a single pixel passes. */
    @Override
    public int leastSide() {
      return 1;
    }

    @Override
    void addTo(Layers layers) {
      String last = addFeatures(layers, depth, 32);
      layers.output(this, new WeightInitUniform(), layers.globalAverage("average", last));
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
