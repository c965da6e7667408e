package dev.isnet.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Runs an iterator on a daemon thread, a few elements ahead of the consumer. What the iterator
 * throws is thrown to the consumer in its place; closing stops the thread. The elements must not
 * need closing, because those that nobody takes are left to the garbage collector.
 */
final class Prefetcher<T> implements Iterator<T>, AutoCloseable {
  /** What the thread hands over: an element, a failure, or the end (both empty). */
  private record Item<T>(Optional<T> value, Optional<Throwable> failure) {}

  private final BlockingQueue<Item<T>> queue;
  private final Thread thread;
  private Optional<Item<T>> head = Optional.empty();
  private boolean closed;

  Prefetcher(Iterator<T> source, int ahead, String name) {
    this.queue = new ArrayBlockingQueue<>(ahead);
    this.thread = new Thread(() -> produce(source, queue), name);
    thread.setDaemon(true);
    thread.start();
  }

  // Static: the thread must not keep the Prefetcher itself reachable.
  private static <T> void produce(Iterator<T> source, BlockingQueue<Item<T>> queue) {
    try {
      Item<T> last;
      try {
        while (source.hasNext() && !Thread.currentThread().isInterrupted()) {
          queue.put(new Item<>(Optional.of(source.next()), Optional.empty()));
        }
        last = new Item<>(Optional.empty(), Optional.empty());
      } catch (RuntimeException | Error e) {
        last = new Item<>(Optional.empty(), Optional.of(e));
      }
      queue.put(last);
    } catch (InterruptedException e) {
      // Closed: nobody waits for the rest.
    }
  }

  @Override
  public boolean hasNext() {
    if (closed) {
      return false;
    }
    Item<T> item = head();
    if (item.failure().isPresent()) {
      close();
      // The consumer's own stack says more than the thread's, which stays as the cause.
      Throwable failure = item.failure().get();
      if (failure instanceof InputException e) {
        throw new InputException(e.getMessage(), e);
      }
      throw new IllegalStateException("Preparing the next batch failed: " + failure, failure);
    }
    if (item.value().isEmpty()) {
      closed = true;
    }
    return item.value().isPresent();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch has no further batch");
    }
    T value = head().value().orElseThrow();
    head = Optional.empty();
    return value;
  }

  private Item<T> head() {
    if (head.isEmpty()) {
      try {
        head = Optional.of(queue.take());
      } catch (InterruptedException e) {
        close();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for the next batch", e);
      }
    }
    return head.get();
  }

  /** Stops the thread; a second call does nothing. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    queue.clear();
  }
}
