package dev.isnet.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A folder for each class, with or without one for each split above it: {@code train/cat/1.jpg} or
 * {@code cat/1.jpg}. Masks lie in parallel folders and have their images' names, with any ending:
 * {@code masks/train/cat/1.png} or, where that is missing, {@code masks/cat/1.png}. A mask that two
 * images could have is refused.
 */
final class ClassFolders {
  private static final String MASKS = "masks";
  private static final Set<String> ENDINGS =
      Set.of("png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff", "dcm");

  private final Path root;
  private final List<Sample> samples = new ArrayList<>();
  private final Map<Path, Map<String, Path>> masksByFolder = new HashMap<>();
  private final Map<Path, Path> imageOfMask = new HashMap<>();
  private final Consumer<String> problems;

  private ClassFolders(Path root, Consumer<String> problems) {
    this.root = root;
    this.problems = problems;
  }

  /** Whether there are folders of splits with folders of classes, or two folders of classes. */
  static boolean isOne(Path root) {
    return hasSplits(root) || classFolders(root).size() > 1;
  }

  private static boolean hasSplits(Path root) {
    return classFolders(root.resolve(Split.TRAIN.toString())).size() > 1;
  }

  /** Without folders of splits all images count as training images. */
  static DatasetManifest read(Path root, Consumer<String> problems) {
    ClassFolders folders = new ClassFolders(root, problems);
    if (hasSplits(root)) {
      for (Split split : Split.values()) {
        folders.add(root.resolve(split.toString()), split);
      }
    } else {
      folders.add(root, Split.TRAIN);
    }
    List<Sample> samples = folders.samples;
    return new DatasetManifest(
        root, root, DatasetManifest.classesOf(samples), samples, Reading.standard());
  }

  private void add(Path folder, Split split) {
    for (Path classFolder : classFolders(folder)) {
      String label = classFolder.getFileName().toString();
      for (Path image : pictures(classFolder)) {
        samples.add(Sample.of(image, masks(image, label), label, split, 0));
      }
    }
  }

  private List<MaskSource> masks(Path image, String label) {
    Path beside = root.resolve(MASKS).resolve(root.relativize(image.getParent()));
    for (Path folder : List.of(beside, root.resolve(MASKS).resolve(label))) {
      Path mask = masksByFolder.computeIfAbsent(folder, this::byStem).get(stem(image));
      if (mask != null) {
        Path other = imageOfMask.putIfAbsent(mask, image);
        if (other == null) {
          return List.of(new MaskSource.MaskFile(mask));
        }
        problems.accept(
            other.getParent().equals(image.getParent())
                ? "The images '%s' and '%s' have the same mask '%s'; rename one image and its mask."
                    .formatted(other, image, mask)
                : "The mask '%s' may belong to '%s' or to '%s'; move it to '%s' or '%s'."
                    .formatted(mask, other, image, own(other, mask), own(image, mask)));
        return List.of();
      }
    }
    return List.of();
  }

  /** Where a mask lies that belongs to one image without any doubt. */
  private Path own(Path image, Path mask) {
    Path folder = root.resolve(MASKS).resolve(root.relativize(image.getParent()));
    return folder.resolve(mask.getFileName());
  }

  private Map<String, Path> byStem(Path folder) {
    Map<String, Path> found = new HashMap<>();
    if (Files.isDirectory(folder)) {
      for (Path picture : pictures(folder)) {
        Path other = found.putIfAbsent(stem(picture), picture);
        if (other != null) {
          problems.accept(
              "The masks '%s' and '%s' belong to the same image; remove one of them."
                  .formatted(other, picture));
        }
      }
    }
    return found;
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static List<Path> classFolders(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    return list(folder).stream()
        .filter(Files::isDirectory)
        .filter(path -> !path.getFileName().toString().equals(MASKS))
        .filter(path -> !path.getFileName().toString().startsWith("."))
        .filter(ClassFolders::holdsPicture)
        .toList();
  }

  private static List<Path> pictures(Path folder) {
    return list(folder).stream().filter(ClassFolders::isPicture).toList();
  }

  /** Looks no further than the first one. */
  private static boolean holdsPicture(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.anyMatch(ClassFolders::isPicture);
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static boolean isPicture(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
        && !name.startsWith(".")
        && Files.isRegularFile(path);
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static InputException unreadable(Path folder, IOException e) {
    return new InputException(
        "The folder '%s' cannot be read (%s).".formatted(folder, e.getMessage()), e);
  }
}
