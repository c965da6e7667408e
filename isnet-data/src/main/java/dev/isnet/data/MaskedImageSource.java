package dev.isnet.data;

import java.util.Iterator;
import java.util.List;

/**
 * What a trainer or an evaluator walks through, epoch by epoch, in batches. Order and augmentation
 * depend on the source's seed and the epoch alone, so a run that is resumed at epoch n sees what
 * the uninterrupted one would have seen.
 */
public interface MaskedImageSource {
  /** The class names in the order of the one-hot labels. */
  List<String> classes();

  /** The size of every image. */
  ImageSize imageSize();

  /** Number of images per epoch. */
  int size();

  /**
   * Starts an epoch.
   *
   * @param epoch counted from 0
   * @return the batches, the last of which may be smaller; the caller closes each batch, and closes
   *     the iterator, if it is AutoCloseable, when it stops before the end
   */
  Iterator<MaskedBatch> epoch(int epoch);
}
