package dev.isnet.data;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A batch of images with masks and labels. Whoever receives it owns it and closes it.
 *
 * @param images [B, C, h, w], values in [0, 1], RGB or grey, float
 * @param labels [B, K], one-hot
 * @param masks [B, 1, h, w], exactly 0 (background) or 1 (foreground); all ones for an image
 *     without a mask
 * @param hasMask for each image whether it has a mask
 * @param files for each image its name: the path in the labels file
 */
public record MaskedBatch(
    INDArray images, INDArray labels, INDArray masks, boolean[] hasMask, List<String> files)
    implements AutoCloseable {
  /** Number of images. */
  public int size() {
    return hasMask.length;
  }

  /** Frees the native memory of the three arrays; a second call does nothing. */
  @Override
  public void close() {
    free(images);
    free(labels);
    free(masks);
  }

  static void free(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
