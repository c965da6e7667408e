package dev.isnet.cli.report;

import dev.isnet.explain.MaskOutline;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;

/**
 * One image and what the systems see in it.
 *
 * @param file the image's name
 * @param scenario the test it is taken from, as in "deceiving"
 * @param trueClass its class
 * @param image the pixels that the classifiers saw
 * @param mask its foreground, of the size of the heatmaps, if it is known
 * @param explanations one for each system, in the same order in every row
 */
public record GalleryRow(
    String file,
    String scenario,
    String trueClass,
    BufferedImage image,
    Optional<MaskOutline> mask,
    List<Explanation> explanations) {

  public GalleryRow {
    explanations = List.copyOf(explanations);
  }
}
