package dev.isnet.train;

import dev.isnet.data.MaskedBatch;
import java.util.Collections;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Batches whose foreground is the middle of the image. */
final class Batches {

  private Batches() {}

  /** Image b is of class (b + 1) mod K. */
  static MaskedBatch of(INDArray images, int classes) {
    int count = (int) images.size(0);
    INDArray labels = Nd4j.zeros(images.dataType(), count, classes);
    for (int b = 0; b < count; b++) {
      labels.putScalar(b, (b + 1) % classes, 1);
    }
    long h = images.size(2);
    long w = images.size(3);
    INDArray masks = Nd4j.zeros(images.dataType(), count, 1, h, w);
    masks
        .get(
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.interval(h / 4, 3 * h / 4),
            NDArrayIndex.interval(w / 4, 3 * w / 4))
        .assign(1);
    boolean[] hasMask = new boolean[count];
    java.util.Arrays.fill(hasMask, true);
    return new MaskedBatch(images, labels, masks, hasMask, Collections.nCopies(count, "image"));
  }
}
