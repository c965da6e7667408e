package dev.isnet.cli;

import dev.isnet.data.InputException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that are either there in full or not at all. */
public final class OutputFile {
  private OutputFile() {}

  /** Fills the file at the given path. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the content.
     *
     * @param file where to
     * @throws IOException if that fails
     */
    void writeTo(Path file) throws IOException;
  }

  /**
   * Writes beside the target and moves into place.
   *
   * @param target the file; its folder is made if it is missing
   * @param content what fills it
   * @throws InputException if the folder cannot be made or written to
   * @throws IOException if writing fails; the target is then what it was before
   */
  public static void write(Path target, Content content) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = folder(absolute.getParent());
    Path part;
    try {
      part = Files.createTempFile(folder, "." + absolute.getFileName(), ".part");
    } catch (AccessDeniedException e) {
      throw new InputException("The folder " + folder + " may not be written to.", e);
    }
    try {
      content.writeTo(part);
      // A temporary file is its owner's alone; a result may be read by whom the folder admits.
      boolean unused = part.toFile().setReadable(true, false);
      move(part, absolute);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Makes a folder unless it is there.
   *
   * @param folder the folder
   * @return the same
   * @throws InputException if it cannot be made
   */
  public static Path folder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new InputException(
          "The folder %s cannot be made (%s).".formatted(folder, e.getClass().getSimpleName()), e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
