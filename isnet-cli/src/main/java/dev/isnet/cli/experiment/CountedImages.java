package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.ForwardingImages;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import java.util.Iterator;

/** Images that show how many of an epoch's were taken. */
final class CountedImages extends ForwardingImages {
  private final Progress progress;
  private int taken;

  CountedImages(MaskedImageSource images, Progress progress) {
    super(images);
    this.progress = progress;
  }

  @Override
  public BatchIterator epoch(int epoch) {
    taken = 0;
    return super.epoch(epoch);
  }

  @Override
  protected MaskedBatch next(Iterator<MaskedBatch> batches) {
    MaskedBatch batch = batches.next();
    taken += batch.size();
    progress.at(taken, "");
    return batch;
  }
}
