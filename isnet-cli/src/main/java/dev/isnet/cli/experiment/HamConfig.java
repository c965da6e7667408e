package dev.isnet.cli.experiment;

import dev.isnet.backbone.HierarchicalAttention;
import dev.isnet.train.Objective;

/**
 * Hierarchical attention mining: its network and the weights of its terms.
 *
 * @param backbone the ResNet that its features come from
 * @param downsampling pixels of a cell's side in its maps
 * @param dropout probability of dropping a channel of what is pooled
 * @param anomaly weight of whether there is anything to find
 * @param bound weight of the classes' maps within the anomaly's
 * @param union weight of the anomaly's map within the classes'
 * @param mask weight of the distance of the classes' maps from the masks
 */
public record HamConfig(
    Backbone backbone,
    int downsampling,
    double dropout,
    double anomaly,
    double bound,
    double union,
    double mask) {

  /** The ResNets. */
  public enum Backbone {
    /** ResNet-18. */
    RESNET18(18),
    /** ResNet-34. */
    RESNET34(34),
    /** ResNet-50. */
    RESNET50(50),
    /** ResNet-101. */
    RESNET101(101);

    private final int depth;

    Backbone(int depth) {
      this.depth = depth;
    }
  }

  static HamConfig of(YamlSection yaml) {
    Objective.Ham standard = Objective.Ham.STANDARD;
    HamConfig ham =
        new HamConfig(
            yaml.choice("backbone", Backbone.RESNET18),
            downsampling(yaml),
            yaml.number("dropout", HierarchicalAttention.DEFAULT_DROPOUT, 0, 0.95),
            yaml.number("anomaly", standard.anomaly(), 0, 1e6),
            yaml.number("bound", standard.bound(), 0, 1e6),
            yaml.number("union", standard.union(), 0, 1e6),
            yaml.number("mask", standard.mask(), 0, 1e6));
    yaml.done();
    return ham;
  }

  private static int downsampling(YamlSection yaml) {
    int pixels = yaml.integer("downsampling", HierarchicalAttention.DEFAULT_DOWNSAMPLING, 8, 32);
    if (Integer.bitCount(pixels) != 1) {
      throw yaml.wrong("downsampling", pixels, "8, 16 or 32");
    }
    return pixels;
  }

  int depth() {
    return backbone.depth;
  }

  Objective.Ham objective() {
    return new Objective.Ham(anomaly, bound, union, mask);
  }
}
