package dev.isnet.cli.experiment;

import dev.isnet.train.Objective;

/**
 * The settings of Right for the Right Reasons.
 *
 * @param lambda weight of the input gradients outside the masks
 */
public record RrrConfig(double lambda) {
  static RrrConfig of(YamlSection yaml) {
    RrrConfig rrr =
        new RrrConfig(yaml.number("lambda", Objective.RightReasons.DEFAULT_LAMBDA, 0, 1e9));
    yaml.done();
    return rrr;
  }
}
