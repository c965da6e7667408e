package dev.isnet.data;

import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A batch of images with masks and labels. Whoever receives it owns it and closes it.
 *
 * @param images [B, C, h, w], values in [0, 1], RGB or grey, float
 * @param labels [B, K], 0 or 1; one-hot unless images may have several classes, {@link
 *     ImageStore#UNKNOWN} for what is unknown
 * @param weights [B, K], at least 0: how much each class of each image counts in the classification
 *     loss; 1 unless the data says otherwise, 0 for what is unknown
 * @param masks [B, 1, h, w], exactly 0 (background) or 1 (foreground); all ones for an image
 *     without a mask
 * @param classMasks [B, K, h, w], what the relevance of each class is judged against: the class's
 *     own mask, else the image's; empty where no image of the data has masks of single classes
 * @param hasMask for each image whether it has a mask
 * @param files for each image its name: the path in the labels file
 */
public record MaskedBatch(
    INDArray images,
    INDArray labels,
    INDArray weights,
    INDArray masks,
    Optional<INDArray> classMasks,
    boolean[] hasMask,
    List<String> files)
    implements AutoCloseable {
  /**
   * A batch in which everything counts the same, without masks of single classes.
   *
   * @param images [B, C, h, w], values in [0, 1], RGB or grey, float
   * @param labels [B, K], 0 or 1
   * @param masks [B, 1, h, w], exactly 0 or 1
   * @param hasMask for each image whether it has a mask
   * @param files for each image its name
   */
  public MaskedBatch(
      INDArray images, INDArray labels, INDArray masks, boolean[] hasMask, List<String> files) {
    this(images, labels, Nd4j.onesLike(labels), masks, Optional.empty(), hasMask, files);
  }

  /** Number of images. */
  public int size() {
    return hasMask.length;
  }

  /**
   * Copies an image with its mask out of the batch, which may be closed then.
   *
   * @param index of the image, from 0
   * @return the image; its mask is empty when it has none
   */
  public Pixels pixels(int index) {
    return Pixels.of(
        images.slice(index), hasMask[index] ? Optional.of(masks.slice(index)) : Optional.empty());
  }

  /** Frees the native memory of the arrays; a second call does nothing. */
  @Override
  public void close() {
    free(images);
    free(labels);
    free(weights);
    free(masks);
    classMasks.ifPresent(MaskedBatch::free);
  }

  static void free(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
