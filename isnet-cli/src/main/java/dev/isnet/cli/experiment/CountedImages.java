package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.data.MaskedImages;
import java.util.List;

/** Images that show how many of them were taken. */
record CountedImages(MaskedImages images, Progress progress) implements MaskedImageSource {
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
    BatchIterator batches = images.epoch(epoch);
    return new BatchIterator() {
      private int taken;

      @Override
      public boolean hasNext() {
        return batches.hasNext();
      }

      @Override
      public MaskedBatch next() {
        MaskedBatch batch = batches.next();
        taken += batch.size();
        progress.at(taken, "");
        return batch;
      }

      @Override
      public void close() {
        batches.close();
      }
    };
  }
}
