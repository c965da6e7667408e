package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter err = new StringWriter();
  private final AtomicLong now = new AtomicLong();

  @Test
  void estimatesTheTimeLeft() {
    try (Progress progress = progress(false, 100)) {
      now.addAndGet(20_000);
      progress.at(1, "");
      now.addAndGet(20_000);
      progress.at(2, "loss 0.5");
    }
    assertThat(err.toString().lines())
        .containsExactly(
            "train: 1 % (1 of 100), 33 min 0 s left",
            "train: 2 % (2 of 100), 32 min 40 s left, loss 0.5");
  }

  @Test
  void resumedRunIsMeasuredFromWhereItGoesOn() {
    try (Progress progress = progress(false, 100)) {
      now.addAndGet(10_000);
      progress.at(91, "");
    }
    assertThat(err.toString()).contains("1 min 30 s left");
  }

  @Test
  void plainLinesAreRare() {
    try (Progress progress = progress(false, 1000)) {
      for (int i = 1; i < 1000; i++) {
        now.addAndGet(100);
        progress.at(i, "");
      }
    }
    assertThat(err.toString()).hasLineCount(9);
  }

  @Test
  void terminalLineIsRewrittenAndRemoved() {
    try (Progress progress = progress(true, 10)) {
      now.addAndGet(1000);
      progress.at(5, "");
      progress.note("epoch 1");
    }
    assertThat(err.toString()).startsWith("\rtrain: 50 %").endsWith("\repoch 1\n");
  }

  private Progress progress(boolean terminal, long total) {
    return new Progress("train", total, new PrintWriter(err), terminal, now::get);
  }
}
