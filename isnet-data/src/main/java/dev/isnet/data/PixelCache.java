package dev.isnet.data;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Keeps loaded images in memory until a limit is reached; the rest is loaded anew each time. */
final class PixelCache {
  private final ImageStore store;
  private final AtomicReferenceArray<Pixels> kept;
  private final AtomicLong free;

  PixelCache(ImageStore store, long bytes) {
    this.store = store;
    this.kept = new AtomicReferenceArray<>(store.size());
    this.free = new AtomicLong(bytes);
  }

  Pixels get(int index) {
    Pixels found = kept.get(index);
    if (found != null) {
      return found;
    }
    Pixels loaded = store.load(index);
    int masks = (loaded.mask().isPresent() ? 1 : 0) + loaded.classMasks().size();
    long bytes = 4L * loaded.image().length + (long) masks * loaded.size().area();
    if (free.addAndGet(-bytes) < 0 || !kept.compareAndSet(index, null, loaded)) {
      free.addAndGet(bytes);
    }
    return loaded;
  }
}
