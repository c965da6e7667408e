package dev.isnet.cli.report;

import dev.isnet.evaluate.ConfusionMatrix;

/**
 * The result of one test.
 *
 * @param scenario the test's name, as in "biased", "standard", "deceiving"
 * @param confusion what came out
 */
public record ScenarioResult(String scenario, ConfusionMatrix confusion) {}
