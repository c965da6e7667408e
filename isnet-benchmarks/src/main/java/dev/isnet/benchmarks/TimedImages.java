package dev.isnet.benchmarks;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.data.MaskedImages;
import java.util.List;
import java.util.function.Supplier;

/** Images that know how long they were waited for: from asking for a batch to having it. */
final class TimedImages implements MaskedImageSource {
  private final MaskedImages images;
  private long waited;

  TimedImages(MaskedImages images) {
    this.images = images;
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
  public List<String> classes() {
    return images.classes();
  }

  @Override
  public ImageSize imageSize() {
    return images.imageSize();
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public BatchIterator epoch(int epoch) {
    BatchIterator batches = timed(() -> images.epoch(epoch));
    return new BatchIterator() {
      @Override
      public boolean hasNext() {
        return timed(batches::hasNext);
      }

      @Override
      public MaskedBatch next() {
        return timed(batches::next);
      }

      @Override
      public void close() {
        batches.close();
      }
    };
  }
}
