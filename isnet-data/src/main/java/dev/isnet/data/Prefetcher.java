package dev.isnet.data;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs tasks on daemon threads, a few ahead of the consumer, and hands their results out in the
 * tasks' order. What a task throws is thrown to the consumer in its place; closing stops the
 * threads. A task starts only when the consumer is near, so that as many results are in memory as
 * tasks may be ahead, and no more. Results that nobody has taken when it is closed, or that come
 * later, are freed.
 */
final class Prefetcher<T> implements Iterator<T>, AutoCloseable {
  /** An iterator that is left without being closed keeps its threads no longer than this. */
  private static final int IDLE_SECONDS = 20;

  private final Iterator<Callable<T>> tasks;
  private final ThreadPoolExecutor threads;
  private final Queue<Future<T>> started = new ArrayDeque<>();
  private final Consumer<T> free;

  /** Results that wait for the consumer; guarded by itself, as is {@code closed} for tasks. */
  private final Set<T> ready = Collections.newSetFromMap(new IdentityHashMap<>());

  private boolean closed;

  Prefetcher(
      Iterator<Callable<T>> tasks, int threadCount, int ahead, String name, Consumer<T> free) {
    this.tasks = tasks;
    this.free = free;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            threadCount,
            threadCount,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    for (int i = 0; i < ahead; i++) {
      startNext();
    }
  }

  private void startNext() {
    if (tasks.hasNext()) {
      Callable<T> task = tasks.next();
      started.add(threads.submit(() -> handOver(task.call())));
    }
  }

  private T handOver(T result) {
    synchronized (ready) {
      if (closed) {
        free.accept(result);
      } else {
        ready.add(result);
      }
      return result;
    }
  }

  @Override
  public boolean hasNext() {
    if (!closed && started.isEmpty()) {
      close();
    }
    return !closed;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch has no further batch");
    }
    try {
      T result = started.remove().get();
      synchronized (ready) {
        ready.remove(result);
      }
      startNext();
      return result;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the next batch", e);
    } catch (ExecutionException e) {
      close();
      // The consumer's own stack says more than the thread's, which stays as the cause.
      Throwable failure = e.getCause();
      if (failure instanceof InputException mistake) {
        throw new InputException(mistake.getMessage(), mistake);
      }
      throw new IllegalStateException("Preparing the next batch failed: " + failure, failure);
    }
  }

  /** Stops the threads; a second call does nothing. */
  @Override
  public void close() {
    synchronized (ready) {
      closed = true;
      ready.forEach(free);
      ready.clear();
    }
    threads.shutdownNow();
    started.clear();
  }
}
