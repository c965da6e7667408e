package dev.isnet.model;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Replaces a file in one step, so that a crash leaves either the old one or the new one, whole. */
public final class AtomicFile {

  /** Fills a file. */
  @FunctionalInterface
  public interface Filling {
    /**
     * Writes the contents.
     *
     * @param file does not exist yet
     * @throws IOException when it cannot be written
     */
    void write(Path file) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes a file beside the target, brings it to the disk and moves it into place.
   *
   * @param file the file to replace or create; its folder is created when it is missing; of a
   *     symbolic link, the file that it points to
   * @param filling writes the contents
   * @throws FileSystemException when it cannot be written, with the file's name and the reason; the
   *     old file is then still there
   */
  public static void write(Path file, Filling filling) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // Moving a file into the place of a device would destroy the device.
      throw new FileSystemException(file.toString(), null, "it is no regular file");
    }
    Path folder = target.getParent();
    Files.createDirectories(folder);
    Path temporary = folder.resolve("." + target.getFileName() + ".writing");
    try {
      Files.deleteIfExists(temporary);
      filling.write(temporary);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // A full disk is reported without a name, or with that of the file beside the target.
      throw (IOException) new FileSystemException(file.toString(), null, e.toString()).initCause(e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
