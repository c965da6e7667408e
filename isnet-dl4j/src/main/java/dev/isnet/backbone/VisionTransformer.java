package dev.isnet.backbone;

import dev.isnet.backbone.layer.SelfAttention;
import dev.isnet.backbone.layer.TokenEmbedding;
import dev.isnet.backbone.layer.TokenNorm;
import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/**
 * Vision Transformer (Dosovitskiy et al. 2021): square patches of the image become tokens, a class
 * token is put before them and an embedding of the positions added; each block is layer norm,
 * multi-head self-attention, sum, layer norm, two dense layers with GELU between them, sum; the
 * class token, once more normalised, is classified.
 *
 * <p>Tokens are the cells of [batch, width, 1, tokens], so a dense layer for every token is
 * Deeplearning4j's 1×1 convolution. Three layers are our own, see {@link dev.isnet.backbone.layer}.
 * GELU is Deeplearning4j's x·σ(1.702·x). The input's sides are multiples of the patch.
 *
 * <p>Dense layers start by Xavier's initialisation, the patches' by LeCun's, the output from N(0,
 * 0.02²), biases at 0.
 *
 * <p>Vertices: patches, tokens; block1.norm1, .qkv, .attention, .projection, .sum1, .norm2,
 * .dense1, .dense2, .sum2, block2.norm1, …; token, norm, classes.
 */
public final class VisionTransformer {

  private VisionTransformer() {}

  /**
   * ViT-B/16: 12 blocks of width 768 with 12 heads, patches of 16×16 pixels; 86,567,656 parameters
   * for 1,000 classes at 224×224.
   *
   * @param size input size, multiples of 16
   * @param classes number of classes, at least 2
   * @return the builder
   */
  public static Builder b16(ImageSize size, int classes) {
    return new Builder(size, classes).optPatch(16).optBlocks(12).optWidth(768).optHeads(12);
  }

  /**
   * One for small images and few of them: 6 blocks of width 128 with 4 heads, patches of 8×8
   * pixels; about 1.2 million parameters.
   *
   * @param size input size, multiples of 8
   * @param classes number of classes, at least 2
   * @return the builder
   */
  public static Builder small(ImageSize size, int classes) {
    return new Builder(size, classes).optPatch(8).optBlocks(6).optWidth(128).optHeads(4);
  }

  /** Options; those of {@link #small} unless told. */
  public static final class Builder extends BackboneBuilder<Builder> {
    private static final double DEVIATION = 0.02;
    private static final int EXPANSION = 4;

    private int patch = 8;
    private int blocks = 6;
    private int width = 128;
    private int heads = 4;

    private Builder(ImageSize size, int classes) {
      super(size, classes, 0);
    }

    /**
     * Side of the patches.
     *
     * @param patch pixels, at least 1
     * @return this
     */
    public Builder optPatch(int patch) {
      this.patch = atLeastOne("patch", patch);
      return this;
    }

    /**
     * Number of blocks.
     *
     * @param blocks at least 1
     * @return this
     */
    public Builder optBlocks(int blocks) {
      this.blocks = atLeastOne("blocks", blocks);
      return this;
    }

    /**
     * Numbers of each token.
     *
     * @param width a multiple of the heads; the first dense layer of a block has four times as many
     * @return this
     */
    public Builder optWidth(int width) {
      this.width = atLeastOne("width", width);
      return this;
    }

    /**
     * Heads of the attention.
     *
     * @param heads a divisor of the width
     * @return this
     */
    public Builder optHeads(int heads) {
      this.heads = atLeastOne("heads", heads);
      return this;
    }

    private static int atLeastOne(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " is " + value + ", but must be at least 1");
      }
      return value;
    }

    @Override
    public int leastSide() {
      return patch;
    }

    @Override
    public int sideStep() {
      return patch;
    }

    @Override
    void addTo(Layers layers) {
      if (width % heads != 0) {
        throw new IllegalArgumentException(
            "the width is %d, but must be a multiple of the heads, %d".formatted(width, heads));
      }
      int patches = size().area() / (patch * patch);
      String last =
          layers.add(
              "patches",
              new ConvolutionLayer.Builder(patch, patch)
                  .stride(patch, patch)
                  .nOut(width)
                  .weightInit(WeightInit.LECUN_NORMAL)
                  .build(),
              Layers.INPUT);
      last = layers.add("tokens", new TokenEmbedding(), last);
      for (int block = 1; block <= blocks; block++) {
        last = block(layers, "block" + block + ".", last);
      }
      last = layers.add("token", new Cropping2D.Builder(0, 0, 0, patches).build(), last);
      last = layers.add("norm", new TokenNorm(), last);
      layers.output(this, Layers.normal(DEVIATION), last);
    }

    private String block(Layers layers, String name, String input) {
      String last = layers.add(name + "norm1", new TokenNorm(), input);
      last = layers.add(name + "qkv", dense(3 * width).build(), last);
      last = layers.add(name + "attention", new SelfAttention(heads), last);
      last = layers.add(name + "projection", dense(width).build(), last);
      String sum = layers.sum(name + "sum1", input, last);
      last = layers.add(name + "norm2", new TokenNorm(), sum);
      last =
          layers.add(
              name + "dense1", dense(EXPANSION * width).activation(Activation.GELU).build(), last);
      last = layers.add(name + "dense2", dense(width).build(), last);
      return layers.sum(name + "sum2", sum, last);
    }

    /** A dense layer for every token. */
    private static ConvolutionLayer.Builder dense(int units) {
      return Layers.conv(units, 1, 1).hasBias(true).weightInit(WeightInit.XAVIER);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
