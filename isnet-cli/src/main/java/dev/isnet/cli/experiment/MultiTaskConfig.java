package dev.isnet.cli.experiment;

import dev.isnet.backbone.MultiTaskUNet;

/**
 * The part of a multi-task U-Net that classifies, and how much its tasks count.
 *
 * @param dense units of the two dense layers
 * @param dropout probability of dropping an activation behind each of them
 * @param classification weight of the classification loss
 * @param segmentation weight of the mask's loss
 */
public record MultiTaskConfig(
    int dense, double dropout, double classification, double segmentation) {
  static MultiTaskConfig of(YamlSection yaml) {
    MultiTaskConfig multitask =
        new MultiTaskConfig(
            yaml.integer("dense", MultiTaskUNet.DEFAULT_DENSE, 1, 65_536),
            yaml.number("dropout", 0.5, 0, 0.95),
            yaml.number("classification", 1, 0, 1e6),
            yaml.number("segmentation", 1, 0, 1e6));
    yaml.done();
    return multitask;
  }
}
