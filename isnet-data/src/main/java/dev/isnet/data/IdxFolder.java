package dev.isnet.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A folder of idx files named as MNIST's: {@code train-images-idx3-ubyte} with {@code
 * train-labels-idx1-ubyte}, and the same with {@code t10k} or {@code test} for the test images; all
 * may end in {@code .gz}. The classes are the label numbers; the mask is what is brighter than
 * half, unless {@link MaskFormat} has another threshold.
 */
final class IdxFolder {
  private static final double THRESHOLD = 0.5;

  private IdxFolder() {}

  static boolean isOne(Path root) {
    return images(root, "train").isPresent();
  }

  /** Image files, with their labels and split. */
  private record Part(Path images, IdxFile labels, Split split) {}

  static DatasetManifest read(Path root, Consumer<String> problems) {
    List<Part> parts = new ArrayList<>();
    Map<String, Split> prefixes = new LinkedHashMap<>();
    prefixes.put("train", Split.TRAIN);
    prefixes.put("val", Split.VAL);
    prefixes.put("t10k", Split.TEST);
    prefixes.put("test", Split.TEST);
    prefixes.forEach(
        (prefix, split) -> {
          try {
            part(root, prefix, split, parts, problems);
          } catch (InputException e) {
            problems.accept(e.getMessage());
          }
        });
    // Leading zeros keep ten classes and more in the order of their numbers.
    int digits =
        parts.stream()
            .flatMapToInt(part -> IntStream.range(0, part.labels.count()).map(part.labels::value))
            .map(label -> String.valueOf(label).length())
            .max()
            .orElse(1);
    List<MaskSource> masks = List.of(new MaskSource.BrightPart(THRESHOLD));
    List<Sample> samples = new ArrayList<>();
    for (Part part : parts) {
      for (int i = 0; i < part.labels.count(); i++) {
        String label = ("%0" + digits + "d").formatted(part.labels.value(i));
        samples.add(Sample.of(part.images, masks, label, part.split, 0).entry(i));
      }
    }
    return new DatasetManifest(
        root, root, DatasetManifest.classesOf(samples), samples, Reading.standard());
  }

  private static void part(
      Path root, String prefix, Split split, List<Part> parts, Consumer<String> problems) {
    Optional<Path> images = images(root, prefix);
    if (images.isEmpty()) {
      return;
    }
    Path labelsFile =
        find(root, prefix + "-labels-idx1-ubyte")
            .orElseThrow(
                () ->
                    new InputException(
                        "The folder '%s' holds '%s', but no '%s-labels-idx1-ubyte' beside it."
                            .formatted(root, images.get().getFileName(), prefix)));
    Optional<IdxFile> readLabels = read(labelsFile, "The labels file", problems);
    Optional<IdxFile> readImages = read(images.get(), "The images file", problems);
    if (readLabels.isEmpty() || readImages.isEmpty()) {
      return;
    }
    IdxFile labels = readLabels.get();
    if (labels.rank() != 1 || labels.count() != readImages.get().count()) {
      throw new InputException(
          "The labels file '%s' has %d labels, but '%s' has %d images; both must be the same."
              .formatted(
                  labelsFile,
                  labels.count(),
                  images.get().getFileName(),
                  readImages.get().count()));
    }
    parts.add(new Part(images.get(), labels, split));
  }

  private static Optional<IdxFile> read(Path file, String what, Consumer<String> problems) {
    try {
      return Optional.of(IdxFile.read(file, "%s '%s'".formatted(what, file)));
    } catch (InputException e) {
      problems.accept(e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Path> images(Path root, String prefix) {
    return find(root, prefix + "-images-idx3-ubyte")
        .or(() -> find(root, prefix + "-images-idx4-ubyte"));
  }

  private static Optional<Path> find(Path root, String name) {
    for (String ending : new String[] {"", ".gz"}) {
      Path path = root.resolve(name + ending);
      if (Files.isRegularFile(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }
}
