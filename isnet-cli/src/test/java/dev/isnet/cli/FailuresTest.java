package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.cli.RunLog.LoggedFailure;
import dev.isnet.data.AtomicFile;
import dev.isnet.data.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailuresTest {
  private final StringWriter err = new StringWriter();

  @Test
  void mistakeOfTheUserIsToldAsItStands() {
    assertThat(report(new InputException("Line 3 is empty."))).isEqualTo(1);
    assertThat(err.toString().strip()).isEqualTo("isnet: Line 3 is empty.");
  }

  @Test
  void mistakeBehindOtherExceptionsIsFound() {
    assertThat(report(new RuntimeException(new WrongUseException("No such key.")))).isEqualTo(2);
    assertThat(err.toString().strip()).isEqualTo("isnet: No such key.");
  }

  @Test
  void usedUpMemoryNamesTheRemedy() {
    assertThat(report(new RuntimeException(new OutOfMemoryError("Physical memory usage"))))
        .isEqualTo(1);
    assertThat(err.toString()).contains("memory is used up", "ISNET_JAVA_OPTS").hasLineCount(1);
  }

  @Test
  void fullDiskIsToldFromOtherFailures() {
    assertThat(report(new UncheckedIOException(new IOException("No space left on device"))))
        .isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo("isnet: The disk is full; free some space and run the same command again.");
  }

  @Test
  void fileThatTheFullDiskDidNotTakeIsNamed(@TempDir Path folder) throws IOException {
    Path model = Files.writeString(folder.resolve("model.zip"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    model,
                    part -> {
                      Files.writeString(part, "ne");
                      throw new IOException("No space left on device");
                    }))
        .satisfies(failure -> report(failure));
    assertThat(err.toString().strip())
        .isEqualTo(
            "isnet: The disk is full: %s could not be written; free some space and run the same command again."
                .formatted(model));
    assertThat(model).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(model);
    }
  }

  @Test
  void fileThatIsInTheWayIsNamed() throws IOException {
    Path file = Files.createTempFile("isnet-test", "");
    try {
      Files.createDirectories(file.resolve("below"));
    } catch (IOException e) {
      assertThat(report(e)).isEqualTo(1);
    }
    Files.delete(file);
    assertThat(err.toString()).contains(file.toString(), "cannot be used").hasLineCount(1);
  }

  @Test
  void unexpectedFailureNamesItsKindAndTheLog() throws IOException {
    assertThat(report(new IllegalStateException("shapes\ndiffer"))).isEqualTo(1);
    assertThat(err.toString())
        .contains("IllegalStateException (shapes)")
        .doesNotContain("\tat ")
        .hasLineCount(1);
    String log = err.toString().replaceFirst("(?s).*; the details are in (.*)[.]\\s*", "$1");
    assertThat(Path.of(log)).content().contains("IllegalStateException", "\tat ");
    Files.delete(Path.of(log));
  }

  @Test
  void failureWithinARunIsLoggedInItsFolder(@TempDir Path folder) {
    Path log = folder.resolve("isnet.log");
    try {
      RunLog.during(
          log,
          () -> {
            throw new OutOfMemoryError("Java heap space");
          });
    } catch (Exception e) {
      assertThat(e).isInstanceOf(LoggedFailure.class);
      assertThat(report(e)).isEqualTo(1);
    }
    assertThat(err.toString()).contains("memory is used up").hasLineCount(1);
    assertThat(log).content().contains("OutOfMemoryError", "\tat ");
  }

  private int report(Throwable failure) {
    return Failures.report(failure, new PrintWriter(err));
  }
}
