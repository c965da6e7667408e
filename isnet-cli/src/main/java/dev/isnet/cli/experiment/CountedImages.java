package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import java.util.Iterator;
import java.util.List;

/** Images that show how many of them were taken. */
record CountedImages(MaskedImageSource images, Progress progress) implements MaskedImageSource {
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
  public Iterator<MaskedBatch> epoch(int epoch) {
    Iterator<MaskedBatch> batches = images.epoch(epoch);
    return new Iterator<>() {
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
    };
  }
}
