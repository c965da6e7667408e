package dev.isnet.data;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a data set's folder says about itself: which images there are, with which masks, labels and
 * splits. The labels file has the columns {@code file,label,mask,split} in any order, optionally
 * {@code source}, and further ones that are ignored; paths are relative to the folder and may not
 * leave it; an empty mask field marks an image without a mask.
 *
 * @param root the folder, absolute
 * @param labelsFile the labels file that was read, absolute
 * @param classes the class names in the order of the network's outputs: the sorted labels of the
 *     training split, or of all images when there is no training split
 * @param samples one for each line, in the file's order
 */
public record DatasetManifest(
    Path root, Path labelsFile, List<String> classes, List<Sample> samples) {
  /** The name of the labels file unless another one is given. */
  public static final String LABELS_FILE = "labels.csv";

  /** Copies the lists. */
  public DatasetManifest {
    classes = List.copyOf(classes);
    samples = List.copyOf(samples);
  }

  /**
   * Reads {@code labels.csv} of a folder.
   *
   * @param folder the data set's folder
   * @return the manifest; every file it names exists
   * @throws InputException at the first mistake in the file, naming line, column and value
   */
  public static DatasetManifest read(Path folder) {
    return read(folder, LABELS_FILE);
  }

  /**
   * Reads another labels file of a folder.
   *
   * @param folder the data set's folder
   * @param labelsFileName the labels file, relative to the folder
   * @return the manifest; every file it names exists
   * @throws InputException at the first mistake in the file, naming line, column and value
   */
  public static DatasetManifest read(Path folder, String labelsFileName) {
    return LabelsFile.parse(
        folder,
        labelsFileName,
        problem -> {
          throw new InputException(problem);
        });
  }

  /**
   * The samples of one split.
   *
   * @param split the split
   * @return its samples in the file's order; empty if it has none
   */
  public List<Sample> split(Split split) {
    return samples.stream().filter(sample -> sample.split() == split).toList();
  }

  /**
   * The same manifest with other classes: what evaluating a trained model needs, whose classes are
   * given by the model.
   *
   * @param names the class names in the order of the network's outputs
   * @return a copy with these classes
   */
  public DatasetManifest withClasses(List<String> names) {
    return new DatasetManifest(root, labelsFile, names, samples);
  }

  /**
   * Checks that a split can be used.
   *
   * @param split the split
   * @return this manifest
   * @throws InputException if the split is empty, has a label that is not among the classes, or
   *     lacks a class; or if there are fewer than two classes
   */
  public DatasetManifest requireSplit(Split split) {
    List<Sample> found = split(split);
    if (found.isEmpty()) {
      throw new InputException(
          "%s has no image of the split '%s'; mark some lines with it in the column split."
              .formatted(labelsFile, split));
    }
    if (classes.size() < 2) {
      throw new InputException(
          "%s names only the class %s; a classifier needs at least two classes."
              .formatted(labelsFile, quoted(classes)));
    }
    Set<String> seen = new HashSet<>();
    for (Sample sample : found) {
      if (!classes.contains(sample.label())) {
        throw new InputException(
            "%s, line %d, column label: found '%s' in the split '%s', expected one of the classes"
                    .formatted(labelsFile, sample.line(), sample.label(), split)
                + " known from training: %s.".formatted(quoted(classes)));
      }
      seen.add(sample.label());
    }
    for (String name : classes) {
      if (!seen.contains(name)) {
        throw new InputException(
            "%s: the split '%s' has no image of the class '%s'; each split needs images of every"
                    .formatted(labelsFile, split, name)
                + " class (%s).".formatted(quoted(classes)));
      }
    }
    return this;
  }

  /** A sample's image as the labels file names it: relative to the folder, with slashes. */
  String nameOf(Sample sample) {
    return root.relativize(sample.image()).toString().replace('\\', '/');
  }

  static List<String> classesOf(List<Sample> samples) {
    boolean trained = samples.stream().anyMatch(sample -> sample.split() == Split.TRAIN);
    return samples.stream()
        .filter(sample -> !trained || sample.split() == Split.TRAIN)
        .map(Sample::label)
        .distinct()
        .sorted()
        .toList();
  }

  private static String quoted(List<String> names) {
    return "'" + String.join("', '", names) + "'";
  }
}
