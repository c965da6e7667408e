package dev.isnet.cli.experiment;

import dev.isnet.train.Objective;
import java.util.Optional;

/**
 * The settings of guided attention inference.
 *
 * @param alpha weight of attention mining
 * @param w weight of external supervision; of effect with masks alone
 * @param omega steepness of the soft mask
 * @param sigma attention at which the soft mask is one half
 * @param layer vertex of the feature layer; empty for the last one with height and width
 */
public record GainConfig(
    double alpha, double w, double omega, double sigma, Optional<String> layer) {
  static GainConfig of(YamlSection yaml) {
    Objective.Gain standard = Objective.Gain.STANDARD;
    GainConfig gain =
        new GainConfig(
            yaml.number("alpha", standard.alpha(), 0, 1e6),
            yaml.number("w", standard.w(), 0, 1e6),
            yaml.number("omega", standard.omega(), 1e-3, 1e6),
            yaml.number("sigma", standard.sigma(), 0, 1),
            yaml.has("layer") ? Optional.of(yaml.text("layer")) : Optional.empty());
    yaml.done();
    return gain;
  }

  Objective.Gain objective() {
    return new Objective.Gain(alpha, w, omega, sigma, layer);
  }
}
