package dev.isnet.segment;

import dev.isnet.data.ForwardingImages;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.graph.Predictor;
import java.util.Iterator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images whose background a segmenter has erased: what the classifier of a {@link Pipeline} is
 * trained on. The segmenter sees the images as they come from their source, augmented and biased.
 */
public final class ErasedImages extends ForwardingImages {
  private final Predictor segmenter;
  private final double threshold;

  /**
   * Erases.
   *
   * @param source the images
   * @param segmenter finds their foreground; stays the caller's own
   * @param threshold the probability above which a pixel is foreground, between 0 and 1
   */
  public ErasedImages(MaskedImageSource source, Predictor segmenter, double threshold) {
    super(source);
    this.segmenter = segmenter;
    this.threshold = threshold;
  }

  @Override
  protected MaskedBatch next(Iterator<MaskedBatch> batches) {
    MaskedBatch batch = batches.next();
    erase(batch.images());
    return batch;
  }

  private void erase(INDArray images) {
    try (INDArray logits = segmenter.maskLogits(images);
        INDArray foreground = logits.gt(Pipeline.logit(threshold));
        INDArray mask = foreground.castTo(images.dataType())) {
      images.muli(mask);
    }
  }
}
