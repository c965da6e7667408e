package dev.isnet.cli.experiment;

import dev.isnet.loss.ForegroundForm;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import dev.isnet.train.DeepSupervision;
import dev.isnet.train.TuneCut;
import java.util.List;

/**
 * The settings of background relevance minimisation.
 *
 * @param preset what the defaults of {@code p}, {@code pStart}, {@code pWarmupEpochs} and {@code e}
 *     are
 * @param p weight of the heatmap loss against the classification loss
 * @param pStart weight in the first epoch, when it grows over {@code pWarmupEpochs}
 * @param pWarmupEpochs epochs over which the weight goes from {@code pStart} to {@code p}
 * @param d decay of the rank weights: 0 is the maximum, 1 the mean
 * @param e scale of the background loss ln(1 + r/e)
 * @param w1 weight of the background loss
 * @param w2 weight of the foreground loss
 * @param c1 foreground relevance below which the foreground loss acts
 * @param c2 foreground relevance above which the foreground loss acts
 * @param tuneEpochs epochs of the plain training that finds c1 and c2; read when they are auto
 * @param foreground form of the foreground loss
 * @param form form of the relevance propagation
 * @param epsilon its stabiliser
 * @param firstLayer its rule for the first layer
 * @param variant what the heatmaps explain
 * @param deepSupervision hidden layers whose relevance is supervised too
 * @param deepDecay decay of the rank weights over pixels and layers
 * @param memory largest number of megabytes of a step's arrays; 0 is no limit
 */
public record IsnetConfig(
    Preset preset,
    double p,
    double pStart,
    int pWarmupEpochs,
    double d,
    double e,
    double w1,
    double w2,
    Cut c1,
    Cut c2,
    int tuneEpochs,
    ForegroundForm foreground,
    RuleSet.Form form,
    double epsilon,
    FirstLayer firstLayer,
    Variant variant,
    List<String> deepSupervision,
    double deepDecay,
    int memory) {

  /** What kind of bias the defaults are for. */
  public enum Preset {
    /** Marks in the background: P = 0.7, E = 1. */
    STANDARD,
    /**
     * The background as a whole follows the class: P falls from 0.99 to 0.8 over 30 epochs, E =
     * 0.1.
     */
    WHOLE_BACKGROUND
  }

  /** The rule of the first layer. */
  public enum FirstLayer {
    /** LRP-zB with the pixels' bounds 0 and 1. */
    ZB,
    /** LRP-epsilon, as everywhere else. */
    EPSILON
  }

  static IsnetConfig of(YamlSection yaml) {
    Preset preset = yaml.choice("preset", Preset.STANDARD);
    boolean whole = preset == Preset.WHOLE_BACKGROUND;
    double p = yaml.number("p", whole ? 0.8 : 0.7, 0, 1);
    IsnetConfig isnet =
        new IsnetConfig(
            preset,
            p,
            yaml.number("pStart", whole ? 0.99 : p, 0, 1),
            yaml.integer("pWarmupEpochs", whole ? 30 : 0, 0, 100_000),
            yaml.number("d", 0.996, 0, 1),
            yaml.number("e", whole ? 0.1 : 1, 1e-6, 1e6),
            yaml.number("w1", 1, 0, 1e6),
            yaml.number("w2", 3, 0, 1e6),
            yaml.cut("c1", Cut.of(1)),
            yaml.cut("c2", yaml.cut("c1", Cut.of(1)).isAuto() ? Cut.AUTO : Cut.of(25)),
            yaml.integer("tuneEpochs", TuneCut.DEFAULT_EPOCHS, 1, 1000),
            yaml.choice("foreground", ForegroundForm.HYBRID),
            yaml.choice("form", RuleSet.Form.MODIFIED_GRADIENT),
            yaml.number("epsilon", RuleSet.DEFAULT_EPSILON, 0, 1),
            yaml.choice("firstLayer", FirstLayer.ZB),
            yaml.choice("variant", Variant.ORIGINAL),
            yaml.texts("deepSupervision", List.of()),
            yaml.number("deepDecay", DeepSupervision.DEFAULT_DECAY, 0, 1),
            yaml.integer("memory", 0, 0, 1_000_000));
    if (isnet.c1.isAuto() != isnet.c2.isAuto()) {
      throw yaml.wrong(
          "c2", isnet.c2.json(), "auto exactly when c1 is, which is " + isnet.c1.json());
    }
    if (!isnet.c1.isAuto() && isnet.c2.value().getAsDouble() < isnet.c1.value().getAsDouble()) {
      throw yaml.wrong("c2", isnet.c2.json(), "at least c1, which is " + isnet.c1.json());
    }
    yaml.done();
    return isnet;
  }
}
