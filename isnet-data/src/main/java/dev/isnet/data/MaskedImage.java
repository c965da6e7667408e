package dev.isnet.data;

import java.nio.file.Path;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One image with its mask. Whoever receives it owns it and closes it.
 *
 * @param image [C, h, w], values in [0, 1], RGB or grey, float
 * @param mask [1, h, w], exactly 0 (background) or 1 (foreground); empty when there is none
 * @param label the index of its class
 * @param file the file it came from
 */
public record MaskedImage(INDArray image, Optional<INDArray> mask, int label, Path file)
    implements AutoCloseable {
  /** Frees the native memory of image and mask; a second call does nothing. */
  @Override
  public void close() {
    MaskedBatch.free(image);
    mask.ifPresent(MaskedBatch::free);
  }
}
