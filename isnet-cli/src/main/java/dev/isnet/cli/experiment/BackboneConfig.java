package dev.isnet.cli.experiment;

import dev.isnet.backbone.AgSononet;
import dev.isnet.backbone.Architecture;
import java.util.List;
import java.util.Optional;

/**
 * The network.
 *
 * @param name which one
 * @param filters output channels of each convolution of {@link Architecture#CONVNET}; the others
 *     have their own, and none here
 * @param batchNorm whether each convolution of {@link Architecture#CONVNET} is followed by batch
 *     normalisation; false for the others, whose names say it
 * @param dropout probability of dropping an activation before the last dense layers
 * @param featureScale what the filters of {@link Architecture#AG_SONONET} are divided by; not there
 *     for the others
 */
public record BackboneConfig(
    Architecture name,
    List<Integer> filters,
    boolean batchNorm,
    double dropout,
    Optional<Integer> featureScale) {
  static BackboneConfig of(YamlSection yaml) {
    Architecture name = yaml.choice("name", Architecture.CONVNET);
    boolean convnet = name == Architecture.CONVNET;
    boolean sononet = name == Architecture.AG_SONONET;
    if (!sononet && yaml.has("featureScale")) {
      throw yaml.wrong(
          "featureScale", "given", "left out, because the backbone is %s".formatted(name));
    }
    BackboneConfig backbone =
        new BackboneConfig(
            name,
            yaml.integers("filters", convnet ? List.of(16, 32, 64, 64) : List.of(), 1, 4096),
            yaml.flag("batchNorm", false),
            yaml.number("dropout", name.standardDropout(), 0, 0.95),
            sononet
                ? Optional.of(yaml.integer("featureScale", AgSononet.DEFAULT_FEATURE_SCALE, 1, 64))
                : Optional.empty());
    if (!convnet && !backbone.filters.isEmpty()) {
      throw yaml.wrong("filters", "a list", "left out, because %s has its own".formatted(name));
    }
    if (!convnet && backbone.batchNorm) {
      throw yaml.wrong(
          "batchNorm",
          true,
          "left out, because it is part of the name, which is %s here".formatted(name));
    }
    yaml.done();
    return backbone;
  }
}
