package dev.isnet.data;

import java.util.Iterator;

/** The batches of one epoch. The caller closes every batch it takes. */
public interface BatchIterator extends Iterator<MaskedBatch>, AutoCloseable {
  /** Stops preparing further batches; needed only when the epoch is left before its end. */
  @Override
  void close();
}
