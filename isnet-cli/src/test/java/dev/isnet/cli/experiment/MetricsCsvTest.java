package dev.isnet.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import dev.isnet.train.EpochMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsCsvTest {
  @TempDir private Path folder;

  @Test
  void hasALinePerEpochAndIsContinued() {
    Path file = folder.resolve("metrics.csv");
    MetricsCsv first = new MetricsCsv(file);
    first.add(epoch(0, 0.5));
    first.add(epoch(1, 0.25));
    MetricsCsv second = new MetricsCsv(file);
    second.add(epoch(2, 0.125));
    assertThat(second.epochs()).containsExactly(epoch(0, 0.5), epoch(1, 0.25), epoch(2, 0.125));
    assertThat(file).content().startsWith("epoch,trainLoss,").hasLineCount(4);
  }

  @Test
  void repeatedEpochReplacesItself() {
    Path file = folder.resolve("metrics.csv");
    MetricsCsv metrics = new MetricsCsv(file);
    metrics.add(epoch(0, 0.5));
    metrics.add(epoch(1, 0.25));
    metrics.add(epoch(1, 0.75));
    assertThat(new MetricsCsv(file).epochs()).containsExactly(epoch(0, 0.5), epoch(1, 0.75));
  }

  @Test
  void strangeFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("metrics.csv"), "epoch\nfirst,1\n");
    assertThatThrownBy(() -> new MetricsCsv(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString());
  }

  private static EpochMetrics epoch(int epoch, double loss) {
    return new EpochMetrics(epoch, loss, 1, 2, 3, 4, 5, 6, Double.NaN, 0.5, 0.001, 0.7, 12.5);
  }
}
