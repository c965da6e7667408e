package dev.isnet.cli.experiment;

import dev.isnet.explain.Explainer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The heatmaps of several classes for a batch of images, never more than {@value #MOST_AT_ONCE}
 * classes' at a time: a classifier with a thousand classes needs no more memory than one with
 * sixteen. Where there are no more classes than that, the whole batch is explained at once, else
 * image by image.
 */
final class ClassMaps implements AutoCloseable {
  /** More would need more memory and be no faster. */
  static final int MOST_AT_ONCE = 16;

  private final Explainer explainer;
  private final INDArray images;
  private final int[] classes;
  private final Optional<INDArray> whole;

  /**
   * Explains.
   *
   * @param explainer makes the maps
   * @param images [B, C, h, w]
   * @param classes at least one
   */
  ClassMaps(Explainer explainer, INDArray images, int[] classes) {
    this.explainer = explainer;
    this.images = images;
    this.classes = classes;
    this.whole =
        classes.length <= MOST_AT_ONCE
            ? Optional.of(explainer.explain(images, classes))
            : Optional.empty();
  }

  /** Takes one map. */
  @FunctionalInterface
  interface Consumer {
    /**
     * Takes a map.
     *
     * @param k the class
     * @param values its relevance, channel after channel
     * @throws IOException if something cannot be written
     */
    void accept(int k, float[] values) throws IOException;
  }

  /** Hands out the maps of image i, class by class. */
  void of(int i, Consumer to) throws IOException {
    for (int first = 0; first < classes.length; first += MOST_AT_ONCE) {
      // The last group repeats a class, so that one graph does for all.
      int from = first;
      int[] group = new int[Math.min(MOST_AT_ONCE, classes.length)];
      Arrays.setAll(group, j -> classes[Math.min(from + j, classes.length - 1)]);
      float[] values = values(i, group);
      int size = values.length / group.length;
      for (int j = 0; j < group.length && first + j < classes.length; j++) {
        to.accept(group[j], Arrays.copyOfRange(values, j * size, (j + 1) * size));
      }
    }
  }

  private float[] values(int i, int[] group) {
    if (whole.isPresent()) {
      try (INDArray maps = whole.get().get(NDArrayIndex.interval(i, i + 1)).dup('c')) {
        return maps.data().asFloat();
      }
    }
    try (INDArray image = images.get(NDArrayIndex.interval(i, i + 1)).dup('c');
        INDArray maps = explainer.explain(image, group)) {
      return maps.data().asFloat();
    }
  }

  @Override
  public void close() {
    whole.ifPresent(INDArray::close);
  }
}
