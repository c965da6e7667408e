package dev.isnet.cli;

import dev.isnet.cli.RunLog.LoggedFailure;
import dev.isnet.data.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Turns whatever stopped a command into one sentence and an exit code. */
final class Failures {
  static final int FAILED = 1;
  static final int WRONG_USE = 2;

  private Failures() {}

  /**
   * Tells the user, and puts the stack trace of what is not the user's mistake into a log.
   *
   * @return the exit code
   */
  static int report(Throwable failure, PrintWriter err) {
    Optional<InputException> mistake =
        causes(failure)
            .filter(InputException.class::isInstance)
            .map(InputException.class::cast)
            .findFirst();
    err.println(
        "isnet: "
            + mistake
                .map(Throwable::getMessage)
                .orElseGet(() -> sentence(failure) + whereIsMore(failure)));
    err.flush();
    return mistake.filter(WrongUseException.class::isInstance).isPresent() ? WRONG_USE : FAILED;
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, t -> t != null, Throwable::getCause).limit(20);
  }

  private static String sentence(Throwable failure) {
    if (causes(failure).anyMatch(OutOfMemoryError.class::isInstance)) {
      return "The memory is used up; lower the batch or the image size, or give more with"
          + " ISNET_JAVA_OPTS, for example '-Xmx2g -Dorg.bytedeco.javacpp.maxbytes=4g"
          + " -Dorg.bytedeco.javacpp.maxphysicalbytes=7g'.";
    }
    if (causes(failure).anyMatch(t -> message(t).contains("no space left on device"))) {
      return "The disk is full; files written before are intact, so free some space and run the same"
          + " command again.";
    }
    Optional<FileSystemException> file =
        causes(failure)
            .filter(FileSystemException.class::isInstance)
            .map(FileSystemException.class::cast)
            .filter(e -> e.getFile() != null)
            .findFirst();
    if (file.isPresent()) {
      return "%s cannot be used (%s).".formatted(file.get().getFile(), reason(file.get()));
    }
    Throwable first = failure instanceof LoggedFailure ? failure.getCause() : failure;
    return "An unexpected failure stopped the program: %s%s."
        .formatted(
            first.getClass().getSimpleName(),
            Optional.ofNullable(first.getMessage())
                .flatMap(text -> text.lines().findFirst())
                .map(line -> " (" + line + ")")
                .orElse(""));
  }

  private static String reason(FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
      return "a file stands where a folder is needed";
    }
    return Optional.ofNullable(e.getReason()).orElse(e.getClass().getSimpleName());
  }

  private static String message(Throwable failure) {
    return Optional.ofNullable(failure.getMessage()).orElse("").toLowerCase(Locale.ROOT);
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
      return " The details are in " + log + ".";
    } catch (IOException e) {
      return ""; // A disk that is full takes no log either.
    }
  }
}
