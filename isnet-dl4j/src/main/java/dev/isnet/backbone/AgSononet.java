package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.nd4j.linalg.activations.Activation;

/**
 * AG-Sononet (Schlemper et al. 2019, Attention gated networks): five stages of 3×3 convolutions,
 * each with batch norm and ReLU, with 2×2 max pools between them and 64, 128, 256, 512 and 512
 * filters divided by the feature scale. Two attention gates look at stages 3 and 4, gated by stage
 * 5. What they let through is summed over the image and, beside the average of stage 5, classified
 * by one dense layer.
 *
 * <p>The compatibility of cell i of a stage is q_i = ψᵀ·ReLU(Θ·x_i + Φ·g_i), g stage 5 brought to
 * the stage's size by repeating its cells (the paper interpolates). The attention is α_i = (q_i −
 * min q)/Σ_j(q_j − min q + 0.1), the paper's but for the 0.1, which keeps a flat q defined. ψ has
 * no bias, because the minimum would take it away; Θ has none, because Φ has one.
 *
 * <p>The published layers, 3, 3, 3, 2 and 2 in the stages, without biases in front of their batch
 * norms. The input's sides are multiples of 16.
 *
 * <p>Vertices: conv1.1, norm1.1, relu1.1, …, pool1, …, relu5.2; for the gates n = 3 and 4
 * gate<i>n</i>.theta, .phi, .compatibility and others, attention<i>n</i> with α [batch, 1, height,
 * width], attended<i>n</i>, sum<i>n</i>; average, features, classes.
 */
public final class AgSononet {

  /** What the filters are divided by unless something else is asked for. */
  public static final int DEFAULT_FEATURE_SCALE = 4;

  private static final int[] FILTERS = {64, 128, 256, 512, 512};
  private static final int[] CONVOLUTIONS = {3, 3, 3, 2, 2};
  private static final double STABILISER = 0.1;
  private static final int STAGES = FILTERS.length;

  private AgSononet() {}

  /**
   * Starts a configuration.
   *
   * @param size input size, multiples of 16
   * @param classes number of classes, at least 2
   * @return the builder
   */
  public static Builder builder(ImageSize size, int classes) {
    return new Builder(size, classes);
  }

  /** Options, all with defaults. */
  public static final class Builder extends BackboneBuilder<Builder> {
    private int featureScale = DEFAULT_FEATURE_SCALE;

    private Builder(ImageSize size, int classes) {
      super(size, classes, 0);
    }

    /**
     * What the numbers of filters are divided by.
     *
     * @param featureScale 1 to 64; default {@value AgSononet#DEFAULT_FEATURE_SCALE}
     * @return this
     */
    public Builder optFeatureScale(int featureScale) {
      if (featureScale < 1 || featureScale > FILTERS[0]) {
        throw new IllegalArgumentException(
            "the feature scale is %d, but must be from 1 to %d"
                .formatted(featureScale, FILTERS[0]));
      }
      this.featureScale = featureScale;
      return this;
    }

    @Override
    public int leastSide() {
      return sideStep();
    }

    /** Each of four pools halves the image, and attention doubles it again. */
    @Override
    public int sideStep() {
      return 1 << (STAGES - 1);
    }

    @Override
    void addTo(Layers layers) {
      String[] stages = new String[STAGES + 1];
      String last = Layers.INPUT;
      for (int stage = 1; stage <= STAGES; stage++) {
        for (int i = 1; i <= CONVOLUTIONS[stage - 1]; i++) {
          String place = stage + "." + i;
          last = layers.add("conv" + place, Layers.conv(filters(stage), 3, 1).build(), last);
          last = layers.relu("relu" + place, layers.norm("norm" + place, last));
        }
        stages[stage] = last;
        if (stage < STAGES) {
          last = layers.maxPool("pool" + stage, 2, 2, 0, last);
        }
      }
      String features =
          layers.concatenation(
              "features",
              attended(layers, 3, stages),
              attended(layers, 4, stages),
              layers.globalAverage("average", stages[STAGES]));
      layers.output(this, new WeightInitXavier(), features);
    }

    private int filters(int stage) {
      return FILTERS[stage - 1] / featureScale;
    }

    private int side(int pixels, int stage) {
      return pixels >> (stage - 1);
    }

    /** Σ α_i·x_i of a stage x. */
    private String attended(Layers layers, int stage, String[] stages) {
      int h = side(size().height(), stage);
      int w = side(size().width(), stage);
      String attention = normalised(layers, stage, h, w, compatibility(layers, stage, stages));
      String gate = layers.repeated("gate" + stage + ".all", filters(stage), h, w, attention);
      return layers.globalSum("sum" + stage, layers.gated("attended" + stage, stages[stage], gate));
    }

    /** q, [batch, 1, height, width]. */
    private String compatibility(Layers layers, int stage, String[] stages) {
      String name = "gate" + stage;
      int between = filters(STAGES);
      int repeats = 1 << (STAGES - stage);
      String theta = layers.add(name + ".theta", Layers.conv(between, 1, 1).build(), stages[stage]);
      String phi =
          layers.add(
              name + ".phi", Layers.conv(between, 1, 1).hasBias(true).build(), stages[STAGES]);
      String gating = layers.upsampled(name + ".gating", repeats, repeats, phi);
      String both = layers.relu(name + ".relu", layers.sum(name + ".both", theta, gating));
      return layers.add(name + ".compatibility", Layers.conv(1, 1, 1).build(), both);
    }

    /**
     * α from q, by stock layers: −min q = max(−q), and with m the mean of q − min q over N cells
     * 1/Σ(q − min q + s) = 1/(N·s) · (1 − softsign(m/s)).
     */
    private static String normalised(Layers layers, int stage, int h, int w, String q) {
      String name = "gate" + stage;
      String negative = layers.affine(name + ".negative", -1, 0, q);
      String least = layers.pooledToOneCell(name + ".least", PoolingType.MAX, negative);
      String above =
          layers.sum(name + ".above", q, layers.upsampled(name + ".leasts", h, w, least));
      String mean = layers.pooledToOneCell(name + ".mean", PoolingType.AVG, above);
      String ratio = layers.affine(name + ".ratio", 1 / STABILISER, 0, mean);
      String share = layers.activation(name + ".softsign", Activation.SOFTSIGN, ratio);
      double most = 1 / (h * w * STABILISER);
      String inverse = layers.affine(name + ".inverse", -most, most, share);
      return layers.gated(
          "attention" + stage, above, layers.upsampled(name + ".inverses", h, w, inverse));
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
