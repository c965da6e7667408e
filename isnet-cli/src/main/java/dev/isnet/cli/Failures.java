package dev.isnet.cli;

import dev.isnet.cli.RunLog.LoggedFailure;
import dev.isnet.data.FileFailure;
import dev.isnet.data.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Turns whatever stopped a command into one sentence and an exit code. */
final class Failures {
  static final int FAILED = 1;
  static final int WRONG_USE = 2;

  /** How the sentence about a full disk begins. */
  static final String DISK_FULL = "The disk is full";

  private Failures() {}

  /**
   * Tells the user, and puts the stack trace of what nobody foresaw into a log.
   *
   * @return the exit code
   */
  static int report(Throwable failure, PrintWriter err) {
    Optional<InputException> mistake = cause(failure, InputException.class);
    String sentence =
        mistake
            .map(Throwable::getMessage)
            .or(() -> foreseen(failure))
            .orElseGet(() -> unforeseen(failure));
    err.println("isnet: " + sentence);
    err.flush();
    return mistake.filter(WrongUseException.class::isInstance).isPresent() ? WRONG_USE : FAILED;
  }

  /** A failure and what is behind it. */
  static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, t -> t != null, Throwable::getCause).limit(20);
  }

  private static <T> Optional<T> cause(Throwable failure, Class<T> kind) {
    return causes(failure).filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** What the machine ran out of, or does not allow. */
  private static Optional<String> foreseen(Throwable failure) {
    if (cause(failure, OutOfMemoryError.class).isPresent()) {
      return Optional.of(
          "The memory is used up; lower the batch or the image size, or give more with"
              + " ISNET_JAVA_OPTS, for example '-Xmx2g -Dorg.bytedeco.javacpp.maxbytes=4g"
              + " -Dorg.bytedeco.javacpp.maxphysicalbytes=7g'.");
    }
    Optional<FileSystemException> file =
        cause(failure, FileSystemException.class).filter(e -> e.getFile() != null);
    if (causes(failure).anyMatch(t -> message(t).contains("no space left on device"))) {
      return Optional.of(
          (DISK_FULL + "%s; free some space and run the same command again.")
              .formatted(
                  file.map(e -> ": %s could not be written".formatted(e.getFile())).orElse("")));
    }
    return file.map(e -> "%s cannot be used (%s).".formatted(e.getFile(), FileFailure.reason(e)));
  }

  private static String message(Throwable failure) {
    return Optional.ofNullable(failure.getMessage()).orElse("").toLowerCase(Locale.ROOT);
  }

  private static String unforeseen(Throwable failure) {
    Throwable first = failure instanceof LoggedFailure ? failure.getCause() : failure;
    return "An unexpected failure stopped the program: %s%s%s."
        .formatted(
            first.getClass().getSimpleName(),
            Optional.ofNullable(first.getMessage())
                .flatMap(text -> text.lines().findFirst())
                .map(line -> " (" + line + ")")
                .orElse(""),
            whereIsMore(failure));
  }

  private static String whereIsMore(Throwable failure) {
    try {
      Path log;
      if (failure instanceof LoggedFailure logged) {
        log = logged.log();
      } else {
        log = Files.createTempFile("isnet-", ".log");
        RunLog.append(log, failure);
      }
      return "; the details are in " + log;
    } catch (IOException e) {
      return ""; // A disk that is full takes no log either.
    }
  }
}
