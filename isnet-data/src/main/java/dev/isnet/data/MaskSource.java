package dev.isnet.data;

import java.nio.file.Path;
import java.util.List;

/** Where the foreground of an image is said to be. Several sources of one image add up. */
public sealed interface MaskSource {
  /**
   * A picture, read as the data set's {@link MaskFormat} says.
   *
   * @param path the file, resolved against the data set's folder
   */
  record MaskFile(Path path) implements MaskSource {}

  /**
   * Outlines in pixels of the image, as in COCO annotations; a box is an outline of four corners. A
   * pixel is foreground when its centre lies inside, by the even-odd rule for each outline.
   *
   * @param outlines the corners of each outline, x and y in turns
   * @param height rows of the picture that the coordinates belong to
   * @param width columns of that picture
   */
  record Outlines(List<double[]> outlines, int height, int width) implements MaskSource {
    /** Copies the list. */
    public Outlines {
      outlines = List.copyOf(outlines);
    }
  }

  /**
   * The image itself: what is brighter than a threshold is foreground, as in MNIST.
   *
   * @param threshold a fraction of white, from 0 to 1
   */
  record BrightPart(double threshold) implements MaskSource {}

  /**
   * What another source marks, as the foreground of one class: relevance of that class is judged
   * against it.
   *
   * @param label the class
   * @param source any source but another of this kind
   */
  record OfClass(String label, MaskSource source) implements MaskSource {}

  /** The source itself, without the class that it may be of. */
  default MaskSource plain() {
    return this instanceof OfClass one ? one.source() : this;
  }
}
