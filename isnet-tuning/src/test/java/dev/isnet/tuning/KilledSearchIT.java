package dev.isnet.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that is killed with SIGKILL at random moments tries what it would have tried. */
class KilledSearchIT {
  private static final int MOST_KILLS = 6;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4})
  void triesWhatAnUnbrokenSearchTries(int plan) throws Exception {
    Path unbroken = folder.resolve("unbroken");
    assertThat(start(unbroken, plan).waitFor()).isZero();
    Path killed = folder.resolve("killed");
    Random random = new Random(7919 * (plan + 1));
    int kills = 0;
    boolean finished = false;
    while (!finished) {
      Process search = start(killed, plan);
      long before = size(killed);
      while (kills < MOST_KILLS && search.isAlive() && size(killed) <= before) {
        Thread.sleep(2);
      }
      if (kills < MOST_KILLS) {
        TimeUnit.MICROSECONDS.sleep(random.nextInt(100_000));
        search.destroyForcibly();
      }
      finished = search.waitFor() == 0;
      kills += finished ? 0 : 1;
    }
    assertThat(kills).isGreaterThanOrEqualTo(3);
    assertThat(trials(killed)).isEqualTo(trials(unbroken));
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private static List<Trial> trials(Path journal) {
    return Journal.read(journal).stream().map(Journal.Entry::trial).toList();
  }

  private static Process start(Path journal, int plan) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:ActiveProcessorCount=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            SearchProgram.class.getName(),
            journal.toString(),
            Integer.toString(plan))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
