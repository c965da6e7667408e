package dev.isnet.cli.report;

import dev.isnet.evaluate.Estimate;

/**
 * How much of a system's relevance lies in the background.
 *
 * @param where which images, as in "biased test, 100 images"
 * @param share in [0, 1], with its interval
 */
public record RelevanceShare(String where, Estimate share) {}
