package dev.isnet.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Resolves what files name, and refuses paths that leave the data set's folder. */
record InsideFolder(Path root, Path given) {

  /**
   * A data set's folder.
   *
   * @param labels the file that it should hold, for the error message
   * @throws InputException if there is no such folder
   */
  static InsideFolder of(Path folder, String labels) {
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          "The data set folder '%s' does not exist%s; name the folder that holds %s."
              .formatted(folder, Files.exists(folder) ? " as a folder" : "", labels));
    }
    return new InsideFolder(folder.toAbsolutePath().normalize(), folder);
  }

  /** A labels file by its name. */
  Path labelsFile(String name) {
    Path path = root.resolve(name).normalize();
    if (!path.startsWith(root)) {
      throw new InputException(
          "The labels file '%s' lies outside the data set folder '%s'; put it into the folder."
              .formatted(name, given));
    }
    if (!Files.isRegularFile(path)) {
      throw new InputException(
          "The data set folder '%s' holds no file '%s'; write one with the header"
                  .formatted(given, name)
              + " 'file,label,mask,split' and a line for each image.");
    }
    return path;
  }

  /**
   * A file that some place in a labels file names.
   *
   * @param place what error messages start with
   * @param value the path as it is written
   * @throws InputException if it leaves the folder or there is no such file
   */
  Path file(String place, String value) {
    Path path;
    try {
      path = root.resolve(value).normalize();
    } catch (InvalidPathException e) {
      throw new InputException(
          "%s: found '%s', which is not a valid path.".formatted(place, value), e);
    }
    // Only the written path is judged: links inside the folder are the owner's own choice.
    if (Path.of(value).isAbsolute() || !path.startsWith(root)) {
      throw new InputException(
          "%s: '%s' leaves the data set folder; expected a path inside it."
              .formatted(place, value));
    }
    if (!Files.isRegularFile(path)) {
      throw new InputException(
          "%s: there is no file '%s' in the data set folder '%s'.".formatted(place, value, root));
    }
    return path;
  }

  /** Whether a path as it is written leads to a file. */
  boolean holds(String value) {
    try {
      return Files.isRegularFile(root.resolve(value));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
