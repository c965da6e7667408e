package dev.isnet.train;

/**
 * What an epoch brought. The heatmap terms are L1 and L2, not weighted; they are 0 for the plain
 * objective. A segmenter has its cross-entropy in the place of L_C, 1 − soft Dice in that of L2,
 * and its mean Dice coefficient in that of macro F1.
 *
 * @param epoch counted from 0
 * @param trainLoss mean training loss
 * @param classification its L_C
 * @param background its L1
 * @param foreground its L2
 * @param validationLoss loss on the validation images, without augmentation and dropout
 * @param validationClassification its L_C
 * @param validationBackground its L1
 * @param validationForeground its L2
 * @param validationMacroF1 macro F1 on the validation images
 * @param learningRate the learning rate of the epoch's last step
 * @param p P of the epoch
 * @param seconds time for training and validation
 */
public record EpochMetrics(
    int epoch,
    double trainLoss,
    double classification,
    double background,
    double foreground,
    double validationLoss,
    double validationClassification,
    double validationBackground,
    double validationForeground,
    double validationMacroF1,
    double learningRate,
    double p,
    double seconds) {}
