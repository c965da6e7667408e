package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * U-Net (Ronneberger et al. 2015), which says of every pixel whether it is foreground. Each level
 * has two 3×3 convolutions, each with batch norm and ReLU. Down from level to level a 2×2 max pool
 * halves the image and the filters double; up again a 2×2 deconvolution with stride 2 doubles the
 * image and halves the filters, and the level's own output of the way down is put beside it. A 1×1
 * convolution gives one logit for each pixel.
 *
 * <p>The paper's segmenter has 5 levels with 64 to 1024 filters and 31.0 million parameters. The
 * defaults here are for two processors. Convolutions are padded, so the mask is as large as the
 * image, and have no bias in front of their batch norms.
 *
 * <p>Input "image", [batch, channels, height, width]; output "mask", [batch, 1, height, width],
 * sigmoid with binary cross-entropy. Vertices: down1.conv1, .norm1, .relu1, .conv2, .norm2, .relu2,
 * pool1, down2.conv1, …; the lowest level is bottom.conv1, …; up3.deconv, up3.concat, up3.conv1, …,
 * up1.relu2; logits, mask.
 */
public final class UNet {

  /** Levels unless others are asked for. */
  public static final int DEFAULT_DEPTH = 4;

  /** Filters of the first level unless others are asked for. */
  public static final int DEFAULT_FILTERS = 16;

  static final String OUTPUT = "mask";

  private UNet() {}

  /**
   * Starts a configuration.
   *
   * @param size input size; height and width must be multiples of 2 to the power of depth − 1
   * @return the builder
   */
  public static Builder builder(ImageSize size) {
    return new Builder(size);
  }

  /**
   * What height and width must be multiples of.
   *
   * @param depth number of levels, at least 1
   * @return 2 to the power of depth − 1
   */
  public static int step(int depth) {
    return 1 << (depth - 1);
  }

  /** Options, all with defaults. */
  public static final class Builder {
    private final ImageSize size;
    private int depth = DEFAULT_DEPTH;
    private int filters = DEFAULT_FILTERS;
    private long seed = 1;
    private IUpdater updater = new Adam(1e-3);

    private Builder(ImageSize size) {
      this.size = size;
    }

    /**
     * Levels, the lowest one included.
     *
     * @param depth 2 to 8; default {@value #DEFAULT_DEPTH}, the paper's 5
     * @return this
     */
    public Builder optDepth(int depth) {
      this.depth = depth;
      return this;
    }

    /**
     * Filters of the first level; each level below has twice as many as the one above.
     *
     * @param filters at least 1; default {@value #DEFAULT_FILTERS}, the paper's 64
     * @return this
     */
    public Builder optFilters(int filters) {
      this.filters = filters;
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
     * @return input "image", output "mask"
     * @throws IllegalArgumentException when depth or filters are out of range, or height or width
     *     is no multiple of {@link #step}
     */
    public ComputationGraphConfiguration build() {
      checkedDepth(depth);
      checkedFilters(filters);
      int step = step(depth);
      if (size.height() % step != 0 || size.width() % step != 0) {
        throw new IllegalArgumentException(
            "Images of %d×%d pixels do not fit a U-Net of depth %d; height and width must be multiples of %d."
                .formatted(size.height(), size.width(), depth, step));
      }
      Layers layers = new Layers(size, size.channels(), seed, updater);
      addTo(layers, depth, filters);
      return layers.build(OUTPUT);
    }
  }

  static int checkedDepth(int depth) {
    if (depth < 2 || depth > 8) {
      throw new IllegalArgumentException("depth is " + depth + ", but must be from 2 to 8");
    }
    return depth;
  }

  static int checkedFilters(int filters) {
    if (filters < 1) {
      throw new IllegalArgumentException("filters are " + filters + ", but must be at least 1");
    }
    return filters;
  }

  /**
   * Adds all of a U-Net.
   *
   * @return the lowest level's output, [batch, filters·2 to the power of depth − 1, …]
   */
  static String addTo(Layers layers, int depth, int filters) {
    String[] skips = new String[depth];
    String last = Layers.INPUT;
    for (int level = 1; level < depth; level++) {
      skips[level] = twoConvolutions(layers, "down" + level, filters * step(level), last);
      last = layers.maxPool("pool" + level, 2, 2, 0, skips[level]);
    }
    String bottom = twoConvolutions(layers, "bottom", filters * step(depth), last);
    last = bottom;
    for (int level = depth - 1; level >= 1; level--) {
      String name = "up" + level;
      last = layers.add(name + ".deconv", doubling(filters * step(level)), last);
      last = layers.concatenation(name + ".concat", skips[level], last);
      last = twoConvolutions(layers, name, filters * step(level), last);
    }
    last = layers.add("logits", Layers.conv(1, 1, 1).hasBias(true).build(), last);
    layers.add(
        OUTPUT,
        new CnnLossLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID).build(),
        last);
    return bottom;
  }

  private static String twoConvolutions(Layers layers, String name, int filters, String input) {
    String last = input;
    for (int i = 1; i <= 2; i++) {
      last = layers.add(name + ".conv" + i, Layers.conv(filters, 3, 1).build(), last);
      last = layers.relu(name + ".relu" + i, layers.norm(name + ".norm" + i, last));
    }
    return last;
  }

  private static Deconvolution2D doubling(int filters) {
    return new Deconvolution2D.Builder(2, 2).stride(2, 2).nOut(filters).build();
  }
}
