package dev.isnet.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;

/** Why a file cannot be used, in words; Java's own exceptions often say no more than its name. */
public final class FileFailure {
  private FileFailure() {}

  /**
   * What the file system said at first, without the file's name.
   *
   * @param failure what was thrown in the end
   * @return a few words such as "access is denied"
   */
  public static String reason(IOException failure) {
    if (failure.getCause() instanceof IOException cause) {
      return reason(cause);
    }
    if (failure instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
      return "a file stands where a folder is needed";
    }
    String reason =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    return Optional.ofNullable(reason).orElse(failure.getClass().getSimpleName());
  }
}
