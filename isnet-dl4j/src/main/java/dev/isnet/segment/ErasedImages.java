package dev.isnet.segment;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.graph.Predictor;
import java.util.Iterator;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images whose background a segmenter has erased: what the classifier of a {@link Pipeline} is
 * trained on. The segmenter sees the images as they come from their source, augmented and biased.
 *
 * @param source the images
 * @param segmenter finds their foreground; stays the caller's own
 * @param threshold the probability above which a pixel is foreground, between 0 and 1
 */
public record ErasedImages(MaskedImageSource source, Predictor segmenter, double threshold)
    implements MaskedImageSource {

  @Override
  public List<String> classes() {
    return source.classes();
  }

  @Override
  public ImageSize imageSize() {
    return source.imageSize();
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public BatchIterator epoch(int epoch) {
    Iterator<MaskedBatch> batches = source.epoch(epoch);
    return new BatchIterator() {
      @Override
      public boolean hasNext() {
        return batches.hasNext();
      }

      @Override
      public MaskedBatch next() {
        MaskedBatch batch = batches.next();
        erase(batch.images());
        return batch;
      }

      @Override
      public void close() {
        if (batches instanceof BatchIterator closeable) {
          closeable.close();
        }
      }
    };
  }

  private void erase(INDArray images) {
    try (INDArray logits = segmenter.maskLogits(images);
        INDArray foreground = logits.gt(Pipeline.logit(threshold));
        INDArray mask = foreground.castTo(images.dataType())) {
      images.muli(mask);
    }
  }
}
