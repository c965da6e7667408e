package dev.isnet.audit;

import dev.isnet.evaluate.Estimate;
import java.util.Optional;

/**
 * One of several labels by itself, on the images of which it is known whether they have it.
 *
 * @param name of the label
 * @param known images of which it is known
 * @param having of those the ones that have it
 * @param accuracy share of them whose answer is right
 * @param f1 F1 of having it; 0 if nothing was found
 * @param kappa agreement beyond chance; nothing if all images have it, or none
 */
public record LabelResult(
    String name, int known, int having, Estimate accuracy, double f1, Optional<Estimate> kappa) {}
