package dev.isnet.cli.experiment;

import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.ClassifierResult;

/**
 * What a classifier did on one split in one scenario.
 *
 * @param split the images
 * @param scenario the shapes in their backgrounds
 * @param result what came out
 */
public record TestResult(Split split, BiasScenario scenario, ClassifierResult result) {}
