package dev.isnet.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.train.EpochMetrics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Output console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8));
  private long now = 1_000_000;

  private static EpochMetrics epoch(int epoch, double validationLoss, double macroF1) {
    return new EpochMetrics(
        epoch, 0.9, 0, 0, 0, validationLoss, 0, 0, 0, macroF1, 0.001, 0.7, 12.5);
  }

  private String shown() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void showsHowFarTrainingIsAndWhatIsLeft() {
    try (Progress progress = new Progress("ISNet", 4, console, () -> now)) {
      now += 10_000;
      progress.step(0, 9, 10, 0.51234);
      assertThat(shown()).isEqualTo("ISNet: epoch 1 of 4, loss 0.512, about 30 s left\n");
    }
  }

  @Test
  void stepsThatFollowAtOnceAreNotShown() {
    try (Progress progress = new Progress("ISNet", 4, console, () -> now)) {
      for (int step = 0; step < 1000; step++) {
        now += 1;
        progress.step(0, step, 1000, 0.5);
      }
      assertThat(shown().lines()).hasSize(2);
    }
  }

  @Test
  void endsWithASummaryThatHoldsNoTimes() {
    try (Progress progress = new Progress("ISNet", 3, console, () -> now)) {
      progress.epoch(epoch(0, 0.7, 0.5));
      progress.epoch(epoch(1, 0.4, 0.75));
      progress.epoch(epoch(2, 0.6, 0.8));
      assertThat(progress.epochs()).extracting(EpochMetrics::epoch).containsExactly(0, 1, 2);
    }
    assertThat(shown())
        .isEqualTo(
            "ISNet: 3 epochs; the best was epoch 2, with validation loss 0.400 and macro F1 0.750\n");
  }

  @Test
  void saysThatTrainingStoppedAtOnce() {
    new Progress("ISNet", 3, console, () -> now).close();
    assertThat(shown()).isEqualTo("ISNet: stopped before the end of the first epoch\n");
  }
}
