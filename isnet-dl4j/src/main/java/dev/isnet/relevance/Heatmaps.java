package dev.isnet.relevance;

import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The maps of one relevance pass; coefficients where the rule set does not multiply by the input.
 *
 * @param pixels relevance of the pixels, [mB, C, h, w], map k of image b at k·B + b
 * @param hidden relevance of the outputs of those vertices that were asked for, [mB, …]
 */
public record Heatmaps(SDVariable pixels, Map<String, SDVariable> hidden) {}
