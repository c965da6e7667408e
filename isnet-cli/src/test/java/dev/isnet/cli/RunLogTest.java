package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.isnet.data.InputException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
  @TempDir private Path folder;

  @Test
  void takesWhatIsLoggedMeanwhileAndNothingElse() throws Exception {
    Path log = folder.resolve("isnet.log");
    Logger logger = LogManager.getLogger("dev.isnet.Somebody");
    logger.info("before");
    RunLog.during(
        log,
        () -> {
          logger.info("first");
          return 1;
        });
    logger.info("between");
    RunLog.during(
        log,
        () -> {
          logger.info("second");
          return 2;
        });
    assertThat(log)
        .content()
        .contains("first", "second")
        .doesNotContain("before")
        .doesNotContain("between");
  }

  @Test
  void mistakeOfTheUserIsPassedOnWithoutATrace() {
    Path log = folder.resolve("isnet.log");
    assertThatThrownBy(
            () ->
                RunLog.during(
                    log,
                    () -> {
                      throw new InputException("The mask is empty.");
                    }))
        .isInstanceOf(InputException.class);
    assertThat(log).content().isEmpty();
  }

  @Test
  void diskThatIsTooFullForTheLogDoesNotStopTheWork() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "There is no full device here.");
    ByteArrayOutputStream noise = new ByteArrayOutputStream();
    PrintStream console = System.err;
    System.setErr(new PrintStream(noise, true, StandardCharsets.UTF_8));
    try {
      assertThat(
              RunLog.during(
                  full,
                  () -> {
                    LogManager.getLogger("dev.isnet.Somebody").info("first");
                    return 7;
                  }))
          .isEqualTo(7);
    } finally {
      System.setErr(console);
    }
    assertThat(noise.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
