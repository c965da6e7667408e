package dev.isnet.explain;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.evaluate.Attribution;
import java.util.Arrays;
import java.util.Iterator;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How much of a classifier's relevance lies in the background of a data set's images. */
public final class BackgroundShare {
  private BackgroundShare() {}

  /**
   * The mean of Σ|R|·(1 − M) / Σ|R| over the heatmaps of all classes of all images that have a
   * mask. Maps that are zero everywhere have no such share and are left out.
   *
   * @param explainer makes the heatmaps
   * @param images the first epoch of these
   * @return from 0 to 1; empty if no image has a mask, or all maps are zero everywhere
   */
  public static OptionalDouble of(Explainer explainer, MaskedImageSource images) {
    double sum = 0;
    long maps = 0;
    Iterator<MaskedBatch> batches = images.epoch(0);
    try {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next();
            INDArray found = explainer.explain(batch.images());
            INDArray masks = batch.masks().dup('c')) {
          float[] relevance = found.data().asFloat();
          float[] mask = masks.data().asFloat();
          int classes = (int) found.size(1);
          int map = relevance.length / batch.size() / classes;
          int plane = mask.length / batch.size();
          for (int i = 0; i < batch.size() * classes; i++) {
            int image = i / classes;
            if (batch.hasMask()[image]) {
              float[] one = Arrays.copyOfRange(relevance, i * map, (i + 1) * map);
              double share =
                  Attribution.backgroundShare(one, foreground(mask, image * plane, plane));
              if (!Double.isNaN(share)) {
                sum += share;
                maps++;
              }
            }
          }
        }
      }
    } finally {
      if (batches instanceof BatchIterator closeable) {
        closeable.close();
      }
    }
    return maps == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / maps);
  }

  private static boolean[] foreground(float[] masks, int from, int length) {
    boolean[] foreground = new boolean[length];
    for (int i = 0; i < length; i++) {
      foreground[i] = masks[from + i] > 0;
    }
    return foreground;
  }
}
