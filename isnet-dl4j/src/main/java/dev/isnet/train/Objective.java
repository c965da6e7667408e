package dev.isnet.train;

import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import java.util.Optional;

/** What training minimises, as a sum of the terms that a step reports. */
public sealed interface Objective
    permits Objective.Plain,
        Objective.Isnet,
        Objective.RightReasons,
        Objective.Gain,
        Objective.Ham,
        Objective.Segmentation,
        Objective.MultiTask {

  /**
   * The loss that the terms add up to.
   *
   * @param terms the terms
   * @param p P in [0, 1]; read by {@link Isnet} alone
   * @return the loss
   */
  double total(LossGraph.Terms terms, double p);

  /**
   * The weight of the classification loss.
   *
   * @param p P in [0, 1]
   * @return 1 − P for {@link Isnet}, else 1
   */
  default double classificationWeight(double p) {
    return 1;
  }

  /** The classification loss L_C alone. */
  record Plain() implements Objective {
    @Override
    public double total(LossGraph.Terms terms, double p) {
      return terms.classification();
    }
  }

  /**
   * A segmenter's loss, cross-entropy and soft Dice of the masks; images without a mask are left
   * out. See {@link dev.isnet.loss.SegmentationLossOp}. The foreground term is 1 − soft Dice.
   */
  record Segmentation() implements Objective {
    @Override
    public double total(LossGraph.Terms terms, double p) {
      return terms.classification() + terms.foreground();
    }
  }

  /**
   * The loss of a network that gives classes and a mask: the sum of the classification loss L_C and
   * the segmenter's, each with its weight. Images without a mask count in L_C alone. The background
   * term is the mask's cross-entropy, the foreground term 1 − soft Dice; see {@link
   * dev.isnet.loss.SegmentationLossOp}.
   *
   * @param classification weight of L_C, at least 0
   * @param segmentation weight of the mask's two terms, at least 0
   */
  record MultiTask(double classification, double segmentation) implements Objective {

    /**
     * Checks the weights.
     *
     * @throws IllegalArgumentException when one is negative or not a number
     */
    public MultiTask {
      if (!(classification >= 0 && segmentation >= 0)) {
        throw new IllegalArgumentException(
            "weights must be at least 0, not %s and %s".formatted(classification, segmentation));
      }
    }

    @Override
    public double classificationWeight(double p) {
      return classification;
    }

    @Override
    public double total(LossGraph.Terms terms, double p) {
      return classification * terms.classification()
          + segmentation * (terms.background() + terms.foreground());
    }
  }

  /**
   * Right for the Right Reasons (Ross et al., IJCAI 2017): L_C + λ·mean over the images of Σ((1 −
   * M)·∂/∂x Σ_k ln p_k)², the sum over pixels and channels. With sigmoid outputs Σ ln p goes over
   * both outcomes of every label. Images without a mask add nothing to the penalty. The background
   * term is the mean; there is no foreground term.
   *
   * @param lambda λ ≥ 0
   */
  record RightReasons(double lambda) implements Objective {

    /** λ of the paper that compares the systems. */
    public static final double DEFAULT_LAMBDA = 0.5;

    /**
     * Checks λ.
     *
     * @throws IllegalArgumentException when λ is negative or not a number
     */
    public RightReasons {
      if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("λ must be a number of at least 0, not " + lambda);
      }
    }

    @Override
    public double total(LossGraph.Terms terms, double p) {
      return terms.classification() + lambda * terms.background();
    }
  }

  /**
   * The ISNet loss L_IS = (1 − P)·L_C + P·L_LRP. The terms are L1 and L2; with deep supervision
   * their weighted sums over the layers.
   *
   * @param p P in [0, 1]: higher means more resistance to bias and slower training
   * @param loss L_LRP
   * @param rules how the heatmaps are made
   * @param variant what the heatmaps explain
   * @param deep hidden layers whose relevance is supervised too
   * @param memory largest number of bytes of a step's arrays, those of other batch sizes and of
   *     validation included; the maps of the original variant are made in as many groups as that
   *     needs. Parameters, their gradient and the updater's state are not among them
   */
  record Isnet(
      double p, HeatmapLoss loss, RuleSet rules, Variant variant, DeepSupervision deep, long memory)
      implements Objective {

    /**
     * Checks P.
     *
     * @throws IllegalArgumentException when P is not in [0, 1]
     */
    public Isnet {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("P must lie in [0, 1], not " + p);
      }
    }

    @Override
    public double total(LossGraph.Terms terms, double p) {
      return (1 - p) * terms.classification()
          + p * (loss.w1() * terms.background() + loss.w2() * terms.foreground());
    }

    @Override
    public double classificationWeight(double p) {
      return 1 - p;
    }

    /**
     * The same with another variant.
     *
     * @param other what the heatmaps explain
     * @return the objective
     */
    public Isnet with(Variant other) {
      return new Isnet(p, loss, rules, other, deep, memory);
    }

    /**
     * The same with deep supervision.
     *
     * @param supervision the hidden layers
     * @return the objective
     */
    public Isnet with(DeepSupervision supervision) {
      return new Isnet(p, loss, rules, variant, supervision, memory);
    }

    /**
     * The same with a memory budget.
     *
     * @param bytes for the arrays of a step
     * @return the objective
     */
    public Isnet within(long bytes) {
      return new Isnet(p, loss, rules, variant, deep, bytes);
    }
  }

  /**
   * Guided attention inference (Li et al., CVPR 2018): L_C + α·L_am + w·L_e. A is Grad-CAM of the
   * true class at a feature layer, brought to the images' size and to [0, 1] for each image; I* = I
   * − I·σ(ω(A − σ₀)) is what it leaves of an image. L_am is the mean probability of the true class
   * on I*, the foreground term; L_e is the mean of (A − M)², to which images without a mask add
   * nothing, the background term. For single labels only.
   *
   * @param alpha α ≥ 0, weight of attention mining
   * @param w weight of external supervision, at least 0; 0 reads no masks
   * @param omega ω &gt; 0
   * @param sigma σ₀ in [0, 1]
   * @param layer vertex of the feature layer; empty for the last one with height and width
   */
  record Gain(double alpha, double w, double omega, double sigma, Optional<String> layer)
      implements Objective {

    /** α, w, ω and σ₀ of the paper, at the last layer with height and width. */
    public static final Gain STANDARD = new Gain(1, 10, 10, 0.5, Optional.empty());

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the value that is out of range
     */
    public Gain {
      if (!(alpha >= 0 && w >= 0 && omega > 0 && sigma >= 0 && sigma <= 1)) {
        throw new IllegalArgumentException(
            "α and w must be at least 0, ω above 0, σ₀ in [0, 1], not %s, %s, %s, %s"
                .formatted(alpha, w, omega, sigma));
      }
    }

    /**
     * GAIN without external supervision: attention mining alone, which needs no masks.
     *
     * @return the objective
     */
    public Gain withoutMasks() {
      return new Gain(alpha, 0, omega, sigma, layer);
    }

    /**
     * The same at another feature layer.
     *
     * @param vertex its vertex
     * @return the objective
     */
    public Gain at(String vertex) {
      return new Gain(alpha, w, omega, sigma, Optional.of(vertex));
    }

    @Override
    public double total(LossGraph.Terms terms, double p) {
      return terms.classification() + alpha * terms.foreground() + w * terms.background();
    }
  }

  /**
   * Hierarchical attention mining (Ouyang et al., IEEE TMI 2020), of a network by {@link
   * dev.isnet.backbone.HierarchicalAttention}: L_C + the weighted terms anomaly ({@link
   * dev.isnet.loss.AnomalyLossOp}), bound, union and mask ({@link
   * dev.isnet.loss.HierarchicalAttentionLossOp}). An image without a mask counts in all but the
   * last. The background term is mask, the foreground term the weighted sum of the other three.
   *
   * @param anomaly weight of whether there is anything to find, at least 0
   * @param bound weight of the classes' maps within the anomaly's, at least 0
   * @param union weight of the anomaly's map within the classes', at least 0
   * @param mask weight of the distance of the classes' maps from the masks, at least 0
   */
  record Ham(double anomaly, double bound, double union, double mask) implements Objective {

    /** The weights of the published code. */
    public static final Ham STANDARD = new Ham(0.01, 0.001, 0.001, 0.5);

    /**
     * Checks the weights.
     *
     * @throws IllegalArgumentException when one is negative or not a number
     */
    public Ham {
      if (!(anomaly >= 0 && bound >= 0 && union >= 0 && mask >= 0)) {
        throw new IllegalArgumentException(
            "weights must be at least 0, not %s, %s, %s and %s"
                .formatted(anomaly, bound, union, mask));
      }
    }

    @Override
    public double total(LossGraph.Terms terms, double p) {
      return terms.classification() + terms.foreground() + mask * terms.background();
    }
  }

  /**
   * The classification loss alone.
   *
   * @return the objective
   */
  static Objective plain() {
    return new Plain();
  }

  /**
   * Right for the Right Reasons.
   *
   * @param lambda λ ≥ 0, weight of the input gradients outside the masks
   * @return the objective
   */
  static RightReasons rightReasons(double lambda) {
    return new RightReasons(lambda);
  }

  /**
   * The loss of a segmenter, whose network gives one logit for each pixel.
   *
   * @return the objective
   */
  static Objective segmentation() {
    return new Segmentation();
  }

  /**
   * The ISNet loss with the standard heatmap loss and rules.
   *
   * @param p P in [0, 1]
   * @return the objective
   */
  static Isnet isnet(double p) {
    return isnet(p, HeatmapLoss.standard(), RuleSet.standard());
  }

  /**
   * The ISNet loss with one heatmap for every class.
   *
   * @param p P in [0, 1]
   * @param loss the heatmap loss
   * @param rules the rules of the heatmaps
   * @return the objective
   */
  static Isnet isnet(double p, HeatmapLoss loss, RuleSet rules) {
    return new Isnet(p, loss, rules, Variant.ORIGINAL, DeepSupervision.NONE, Long.MAX_VALUE);
  }

  /**
   * The ISNet loss with Gradient×Input, x ⊙ ∂z_k/∂x, in the place of LRP maps: the ablation of the
   * paper.
   *
   * @param p P in [0, 1]
   * @param loss the heatmap loss
   * @return the objective
   */
  static Isnet isnetGradientInput(double p, HeatmapLoss loss) {
    return isnet(p, loss, RuleSet.gradientTimesInput());
  }
}
