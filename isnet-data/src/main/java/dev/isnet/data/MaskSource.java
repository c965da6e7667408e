package dev.isnet.data;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/** Where the foreground of an image is said to be. Several sources of one image add up. */
public sealed interface MaskSource extends Serializable {
  /**
   * A picture, read as the data set's {@link MaskFormat} says.
   *
   * @param path the file, resolved against the data set's folder
   */
  record MaskFile(Path path) implements MaskSource {
    /** A path cannot be serialised. */
    private Object writeReplace() {
      return new Form(path.toString());
    }

    private record Form(String path) implements Serializable {
      private Object readResolve() {
        return new MaskFile(Path.of(path));
      }
    }
  }

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
   * Run lengths, as COCO has them for crowds: pixels column by column from the top left, background
   * and foreground in turns.
   *
   * @param counts how many pixels each run has, together height times width
   * @param height rows of the picture
   * @param width columns of the picture
   */
  record Runs(int[] counts, int height, int width) implements MaskSource {}

  /**
   * The image itself: what is brighter than a threshold is foreground, as in MNIST.
   *
   * @param threshold a fraction of white, from 0 to 1; {@link MaskFormat#threshold()} comes first
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
