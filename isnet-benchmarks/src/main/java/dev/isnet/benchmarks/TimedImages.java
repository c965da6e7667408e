package dev.isnet.benchmarks;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.ForwardingImages;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import java.util.Iterator;
import java.util.function.Supplier;

/** Images that know how long they were waited for: from asking for a batch to having it. */
final class TimedImages extends ForwardingImages {
  private long waited;

  TimedImages(MaskedImageSource images) {
    super(images);
  }

  /** Nanoseconds since the last call. */
  long takeWaited() {
    long taken = waited;
    waited = 0;
    return taken;
  }

  private <T> T timed(Supplier<T> asking) {
    long start = System.nanoTime();
    T answer = asking.get();
    waited += System.nanoTime() - start;
    return answer;
  }

  @Override
  public BatchIterator epoch(int epoch) {
    return timed(() -> super.epoch(epoch));
  }

  @Override
  protected boolean hasNext(Iterator<MaskedBatch> batches) {
    return timed(batches::hasNext);
  }

  @Override
  protected MaskedBatch next(Iterator<MaskedBatch> batches) {
    return timed(batches::next);
  }
}
