package dev.isnet.data.phantom;

import dev.isnet.data.Pixels;

/**
 * A phantom with all that is known about it.
 *
 * @param pixels the image with the mask of its lungs
 * @param lesions true where a sign of disease lies, row after row; part of the lungs
 */
public record Radiograph(Pixels pixels, boolean[] lesions) {}
