package dev.isnet.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes a file or folder appear in one step, so that a crash leaves either what was there before or
 * the new one, whole.
 */
public final class AtomicFile {

  /** Makes a file or folder. */
  @FunctionalInterface
  public interface Filling {
    /**
     * Writes the contents.
     *
     * @param path does not exist yet; alone in a folder that goes away afterwards
     * @throws IOException when it cannot be written
     */
    void write(Path path) throws IOException;
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
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath().normalize();
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // Moving a file into the place of a device would destroy the device.
      throw new FileSystemException(file.toString(), null, "it is no regular file");
    }
    make(
        file,
        target,
        part -> {
          filling.write(part);
          try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        });
  }

  /**
   * Makes a folder beside the target and moves it into place.
   *
   * @param folder does not exist, or is empty
   * @param filling makes the folder
   * @throws FileSystemException when it cannot be made, with its name and the reason
   */
  public static void writeFolder(Path folder, Filling filling) throws IOException {
    make(folder, folder.toAbsolutePath().normalize(), filling);
  }

  private static void make(Path named, Path target, Filling filling) throws IOException {
    Files.createDirectories(target.getParent());
    Path workplace = target.resolveSibling("." + target.getFileName() + ".writing");
    try {
      delete(workplace); // Of a run that was killed.
      Path part = Files.createDirectory(workplace).resolve(target.getFileName());
      filling.write(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // A full disk is reported without a name, or with that of the file beside the target.
      throw (IOException)
          new FileSystemException(named.toString(), null, e.toString()).initCause(e);
    } finally {
      delete(workplace);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        for (Path file : deepestFirst) {
          Files.delete(file);
        }
      }
    }
  }
}
