package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PrefetcherTest {
  private final ConcurrentLinkedQueue<String> freed = new ConcurrentLinkedQueue<>();

  private Prefetcher<String> prefetcher(List<Callable<String>> tasks) {
    return new Prefetcher<>(tasks.iterator(), 2, 3, "test", freed::add);
  }

  @Test
  void whatNobodyTookIsFreedWhenItIsClosed() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    Callable<String> task = () -> "result " + made.incrementAndGet();
    Prefetcher<String> results = prefetcher(List.of(task, task, task, task, task, task));
    String taken = results.next();
    while (made.get() < 4) {
      Thread.sleep(1);
    }
    // The last one may be made but not handed over yet, which closing must not mind.
    results.close();
    assertThat(results.hasNext()).isFalse();
    while (freed.size() < 3) {
      Thread.sleep(1);
    }
    assertThat(freed).hasSize(3).doesNotContain(taken);
    results.close();
    assertThat(freed).hasSize(3);
  }

  @Test
  void whatComesTooLateIsFreed() throws InterruptedException {
    AtomicBoolean started = new AtomicBoolean();
    AtomicBoolean go = new AtomicBoolean();
    Prefetcher<String> results =
        prefetcher(
            List.of(
                () -> {
                  started.set(true);
                  while (!go.get()) {
                    Thread.onSpinWait();
                  }
                  return "late";
                }));
    while (!started.get()) {
      Thread.sleep(1);
    }
    results.close();
    go.set(true);
    while (freed.isEmpty()) {
      Thread.sleep(1);
    }
    assertThat(freed).containsExactly("late");
  }

  @Test
  void whatWasTakenIsTheTakers() {
    Prefetcher<String> results = prefetcher(List.of(() -> "a", () -> "b"));
    assertThat(results.next()).isEqualTo("a");
    assertThat(results.next()).isEqualTo("b");
    assertThat(results.hasNext()).isFalse();
    assertThat(freed).isEmpty();
  }
}
