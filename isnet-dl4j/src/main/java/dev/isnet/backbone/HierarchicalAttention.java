package dev.isnet.backbone;

import dev.isnet.backbone.layer.LogSumExpPooling;
import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/**
 * The network of hierarchical attention mining, HAM (Ouyang et al., IEEE TMI 2020): a {@link
 * ResNet}, a foreground-attention block beside its features, a 3×3 convolution that sees both,
 * log-sum-exp pooling (r = 6), and two dense heads without a bias: one logit for every class, and
 * one that says whether there is anything to find. The maps of both heads are trained by {@link
 * dev.isnet.train.Objective.Ham}.
 *
 * <p>The foreground-attention block, with F the features brought to a quarter of their channels by
 * a 3×3 convolution, s = w·(V·F ⊙ σ(channel gate)), σ(3×3 convolution of s) the attention, [batch,
 * 1, height, width]:
 *
 * <p>F + u·(s ⊙ attention), then another 3×3 convolution. u is 0 at first, so training begins
 * without attention. The channel gate looks at the mean of F (the source's at a learnt weighted
 * mean), and u has a number for each channel (the source's is the same for all).
 *
 * <p>Input "image", [batch, channels, height, width], of any size; outputs "classes", [batch,
 * classes], and "anomaly", [batch, 1]. Vertices: those of a ResNet up to its last stage;
 * attention.in.conv, .norm, attention.mean, .squeeze, .excite, .channels, .values, .weighted,
 * .evidence, .conv, .norm, attention, attention.kept, .spread, .sum, .out.conv, .out.norm;
 * features, head.conv, .norm, head, head.dropout, pooled.
 */
public final class HierarchicalAttention {

  /** Depth of the ResNet unless another is asked for. */
  public static final int DEFAULT_DEPTH = 18;

  /** Pixels of a cell's side unless something else is asked for. */
  public static final int DEFAULT_DOWNSAMPLING = 16;

  /** Probability that a channel is dropped unless another is asked for. */
  public static final double DEFAULT_DROPOUT = 0.1;

  private static final int FILTERS = 512;
  private static final int REDUCTION = 4;
  private static final int SQUEEZE = 8;
  private static final double SHARPNESS = 6;

  private HierarchicalAttention() {}

  /**
   * Starts a configuration.
   *
   * @param size input size, any
   * @param classes number of classes, at least 2
   * @return the builder
   */
  public static Builder builder(ImageSize size, int classes) {
    return new Builder(size, classes);
  }

  /** Options, all with defaults. */
  public static final class Builder extends BackboneBuilder<Builder> {
    private int depth = DEFAULT_DEPTH;
    private int downsampling = DEFAULT_DOWNSAMPLING;

    private Builder(ImageSize size, int classes) {
      super(size, classes, DEFAULT_DROPOUT);
    }

    /**
     * Depth of the ResNet.
     *
     * @param depth 18, 34, 50 or 101; default {@value HierarchicalAttention#DEFAULT_DEPTH}, the
     *     paper's 50
     * @return this
     * @throws IllegalArgumentException for another depth
     */
    public Builder optDepth(int depth) {
      ResNet.outputs(depth);
      this.depth = depth;
      return this;
    }

    /**
     * Pixels of a cell's side in the maps: the last stages keep the size of their input where this
     * is less than the 32 of a plain ResNet.
     *
     * @param pixels 8, 16 or 32; default {@value HierarchicalAttention#DEFAULT_DOWNSAMPLING}, the
     *     paper's 8 at 512×512
     * @return this
     */
    public Builder optDownsampling(int pixels) {
      if (pixels != 8 && pixels != 16 && pixels != 32) {
        throw new IllegalArgumentException(
            "downsampling is " + pixels + ", but must be 8, 16 or 32");
      }
      this.downsampling = pixels;
      return this;
    }

    /** Every halving rounds up, so even a single pixel passes. */
    @Override
    public int leastSide() {
      return 1;
    }

    @Override
    void addTo(Layers layers) {
      String features = ResNet.addFeatures(layers, depth, downsampling);
      String attended = attention(layers, ResNet.outputs(depth) / REDUCTION, features);
      String both = layers.concatenation("features", features, attended);
      String last = layers.relu("head", normed(layers, "head.", FILTERS, both));
      if (dropout() > 0) {
        last =
            layers.add(
                "head.dropout",
                new DropoutLayer.Builder(new SpatialDropout(1 - dropout())).build(),
                last);
      }
      last = layers.add("pooled", new LogSumExpPooling(SHARPNESS), last);
      layers.scores(Layers.OUTPUT, multiLabel(), classes(), last);
      layers.scores("anomaly", true, 1, last);
    }

    private String attention(Layers layers, int filters, String features) {
      String in = normed(layers, "attention.in.", filters, features);
      int h = cells(size().height());
      int w = cells(size().width());
      String mean = layers.pooledToOneCell("attention.mean", PoolingType.AVG, in);
      String squeeze =
          layers.add(
              "attention.squeeze",
              Layers.conv(Math.max(1, filters / SQUEEZE), 1, 1).activation(Activation.RELU).build(),
              mean);
      String excite =
          layers.add(
              "attention.excite",
              Layers.conv(filters, 1, 1).activation(Activation.SIGMOID).build(),
              squeeze);
      String channels = layers.upsampled("attention.channels", h, w, excite);
      String values = layers.add("attention.values", Layers.conv(filters, 1, 1).build(), in);
      String weighted = layers.gated("attention.weighted", values, channels);
      String evidence = layers.add("attention.evidence", Layers.conv(1, 1, 1).build(), weighted);
      String map =
          layers.activation(
              "attention", Activation.SIGMOID, normed(layers, "attention.", 1, evidence));
      String kept = layers.gated("attention.kept", evidence, map);
      String spread =
          layers.add(
              "attention.spread",
              Layers.conv(filters, 1, 1).weightInit(WeightInit.ZERO).build(),
              kept);
      String sum = layers.sum("attention.sum", in, spread);
      return normed(layers, "attention.out.", filters, sum);
    }

    private int cells(int pixels) {
      return (pixels + downsampling - 1) / downsampling;
    }

    private static String normed(Layers layers, String name, int filters, String input) {
      String conv =
          layers.add(
              name + "conv",
              Layers.conv(filters, 3, 1).weightInit(Layers.heByOutputs(filters, 3)).build(),
              input);
      return layers.norm(name + "norm", conv);
    }

    @Override
    String[] outputs() {
      return new String[] {Layers.OUTPUT, "anomaly"};
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
