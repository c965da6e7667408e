package dev.isnet.data;

import java.util.Iterator;
import java.util.List;

/** Another source's images, whose batches something happens to on their way. */
public abstract class ForwardingImages implements MaskedImageSource {
  private final MaskedImageSource images;

  /**
   * Forwards.
   *
   * @param images where classes, size and batches come from
   */
  protected ForwardingImages(MaskedImageSource images) {
    this.images = images;
  }

  @Override
  public final List<String> classes() {
    return images.classes();
  }

  @Override
  public final ImageSize imageSize() {
    return images.imageSize();
  }

  @Override
  public final int size() {
    return images.size();
  }

  @Override
  public BatchIterator epoch(int epoch) {
    return new Batches(images.epoch(epoch));
  }

  /**
   * Whether an epoch has more batches.
   *
   * @param batches of the epoch
   */
  protected boolean hasNext(Iterator<MaskedBatch> batches) {
    return batches.hasNext();
  }

  /**
   * Hands out the next batch of an epoch.
   *
   * @param batches of the epoch
   * @return the batch, which is the caller's
   */
  protected abstract MaskedBatch next(Iterator<MaskedBatch> batches);

  private final class Batches implements BatchIterator {
    private final Iterator<MaskedBatch> batches;

    Batches(Iterator<MaskedBatch> batches) {
      this.batches = batches;
    }

    @Override
    public boolean hasNext() {
      return ForwardingImages.this.hasNext(batches);
    }

    @Override
    public MaskedBatch next() {
      return ForwardingImages.this.next(batches);
    }

    @Override
    public void close() {
      if (batches instanceof BatchIterator closeable) {
        closeable.close();
      }
    }
  }
}
