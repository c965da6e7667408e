package dev.isnet.data;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a data set's folder says about itself: which images there are, with which masks, labels and
 * splits. Four layouts are known:
 *
 * <ul>
 *   <li>a labels file with the columns {@code file,label,mask,split} in any order, optionally
 *       {@code source}, {@code patient} and {@code weight}, and further ones that are ignored;
 *       several labels and several masks are separated by {@code |}; instead of {@code label} there
 *       may be a column {@code label:NAME} for each class with 1, 0, −1 (uncertain) or nothing; an
 *       empty mask field marks an image without a mask;
 *   <li>COCO annotations: a labels file whose name ends in {@code .json}, with {@code {split}} in
 *       it for one file per split;
 *   <li>a folder for each class, {@code train/cat/1.jpg} or {@code cat/1.jpg}, with masks in {@code
 *       masks/train/cat/1.png} or, where that is missing, {@code masks/cat/1.png};
 *   <li>idx files named as MNIST's.
 * </ul>
 *
 * <p>Paths are relative to the folder and may not leave it.
 *
 * @param root the folder, absolute
 * @param labelsFile the labels file that was read, absolute; the folder where there is none
 * @param classes the class names in the order of the network's outputs: the sorted labels of the
 *     training split, or of all images when there is no training split
 * @param samples one for each image, in the file's order
 * @param reading how files and labels are read
 */
public record DatasetManifest(
    Path root, Path labelsFile, List<String> classes, List<Sample> samples, Reading reading)
    implements Serializable {
  /** The name of the labels file unless another one is given. */
  public static final String LABELS_FILE = "labels.csv";

  /** Copies the lists. */
  public DatasetManifest {
    classes = List.copyOf(classes);
    samples = List.copyOf(samples);
  }

  /**
   * Reads a folder of any of the layouts; {@code labels.csv} comes first.
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
    return parse(folder, labelsFileName, LabelsFile.Splits.NEEDED, DatasetManifest::refuse);
  }

  /**
   * Reads a folder whose splits are made afterwards: its labels file needs no column {@code split}.
   *
   * @param folder the data set's folder
   * @param labelsFileName the labels file, relative to the folder
   * @return the manifest, in which images without a split count as training images
   * @throws InputException at the first mistake in the file, naming line, column and value
   */
  public static DatasetManifest readUnsplit(Path folder, String labelsFileName) {
    return parse(folder, labelsFileName, LabelsFile.Splits.MADE, DatasetManifest::refuse);
  }

  /**
   * Reads a folder that may have no splits: in a labels file there need be no column {@code split},
   * but one that is there must be filled.
   *
   * @param folder the data set's folder
   * @param labelsFileName the labels file, relative to the folder
   * @return the manifest, in which all images are training images if nothing tells splits apart
   * @throws InputException at the first mistake in the file, naming line, column and value
   */
  public static DatasetManifest readSplitIfAny(Path folder, String labelsFileName) {
    return parse(folder, labelsFileName, LabelsFile.Splits.IF_ANY, DatasetManifest::refuse);
  }

  private static void refuse(String problem) {
    throw new InputException(problem);
  }

  static DatasetManifest parse(
      Path folder, String name, LabelsFile.Splits splits, Consumer<String> problems) {
    InsideFolder inside = InsideFolder.of(folder, name);
    if (name.endsWith(".json")) {
      return CocoFile.read(inside, name, problems);
    }
    if (name.equals(LABELS_FILE) && !Files.exists(inside.root().resolve(name))) {
      if (IdxFolder.isOne(inside.root())) {
        return IdxFolder.read(inside.root(), problems);
      }
      if (ClassFolders.isOne(inside.root())) {
        return ClassFolders.read(inside.root(), problems);
      }
    }
    return LabelsFile.parse(inside, name, splits, problems);
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

  /** Whether an image may have several classes, or none. */
  public boolean multiLabel() {
    return samples.stream()
        .anyMatch(sample -> sample.labels().size() != 1 || !sample.uncertain().isEmpty());
  }

  /**
   * The same manifest with other classes: what evaluating a trained model needs, whose classes are
   * given by the model.
   *
   * @param names the class names in the order of the network's outputs
   * @return a copy with these classes
   */
  public DatasetManifest withClasses(List<String> names) {
    return new DatasetManifest(root, labelsFile, names, samples, reading);
  }

  /**
   * The same images in other splits, or fewer of them. The classes stay.
   *
   * @param others the samples
   * @return a copy with these samples
   */
  public DatasetManifest withSamples(List<Sample> others) {
    return new DatasetManifest(root, labelsFile, classes, others, reading);
  }

  /**
   * The same manifest read in another way.
   *
   * @param other how files and labels are read
   * @return a copy
   */
  public DatasetManifest with(Reading other) {
    return new DatasetManifest(root, labelsFile, classes, samples, other);
  }

  /**
   * Checks that a split can be used.
   *
   * @param split the split
   * @return this manifest
   * @throws InputException if the split is empty, has a label that is not among the classes, or
   *     lacks a class (with several labels only the training split must have them all); or if there
   *     are fewer than two classes
   */
  public DatasetManifest requireSplit(Split split) {
    checkSplit(split, DatasetManifest::refuse);
    return this;
  }

  /**
   * Checks that a finished classifier can be tested on a split, of which not every class need have
   * images.
   *
   * @param split the split
   * @return this manifest
   * @throws InputException if the split is empty, or has a label that is not among the classes; or
   *     if there are fewer than two classes
   */
  public DatasetManifest requireTest(Split split) {
    checkImages(split, DatasetManifest::refuse);
    return this;
  }

  /** Tells everything that {@link #requireSplit} refuses. */
  void checkSplit(Split split, Consumer<String> problems) {
    checkImages(split, problems);
    Set<String> seen = new HashSet<>();
    split(split).forEach(sample -> seen.addAll(sample.labels()));
    for (String name : classes) {
      if (!seen.contains(name) && (split == Split.TRAIN || !multiLabel())) {
        problems.accept(
            "%s: the split '%s' has no image of the class '%s'; each split needs images of every"
                    .formatted(labelsFile, split, name)
                + " class (%s).".formatted(quoted(classes)));
      }
    }
  }

  private void checkImages(Split split, Consumer<String> problems) {
    List<Sample> found = split(split);
    if (found.isEmpty()) {
      problems.accept(
          "%s has no image of the split '%s'; mark some lines with it in the column split."
              .formatted(labelsFile, split));
    }
    if (classes.size() < 2) {
      problems.accept(
          "%s names only the class %s; a classifier needs at least two classes."
              .formatted(labelsFile, quoted(classes)));
    }
    Set<String> known = new HashSet<>(classes);
    for (Sample sample : found) {
      for (String label : sample.labels()) {
        if (!known.contains(label)) {
          problems.accept(
              "%s, line %d, column label: found '%s' in the split '%s', expected one of the classes"
                      .formatted(labelsFile, sample.line(), label, split)
                  + " known from training: %s.".formatted(quoted(classes)));
        }
      }
      for (MaskSource mask : sample.masks()) {
        if (mask instanceof MaskSource.OfClass one && !known.contains(one.label())) {
          problems.accept(
              "%s, line %d, column mask:%s: '%s' is none of the classes known from training: %s."
                  .formatted(labelsFile, sample.line(), one.label(), one.label(), quoted(classes)));
        }
      }
    }
  }

  /**
   * The size that an image's file has.
   *
   * @param sample one of the images
   * @return its own height, width and channels
   * @throws InputException if it cannot be read
   */
  public ImageSize sizeOf(Sample sample) {
    return new SampleReader(this, new ImageSize(1, 1, 1)).whole(sample).pixels().size();
  }

  /** What a network should answer for a sample, as {@link ImageStore#targets} has it. */
  float[] targets(Sample sample) {
    float[] targets = new float[classes.size()];
    float uncertain =
        switch (reading.uncertain()) {
          case IGNORE -> ImageStore.UNKNOWN;
          case ZEROS -> 0;
          case ONES -> 1;
        };
    for (int k = 0; k < targets.length; k++) {
      targets[k] =
          sample.labels().contains(classes.get(k))
              ? 1
              : sample.uncertain().contains(classes.get(k)) ? uncertain : 0;
    }
    return targets;
  }

  /**
   * A sample's image as the labels file names it.
   *
   * @param sample one of this manifest's
   * @return its path relative to the folder, with slashes; the number of the image behind it for an
   *     idx file
   */
  public String nameOf(Sample sample) {
    String file = root.relativize(sample.image()).toString().replace('\\', '/');
    return IdxFile.isOne(sample.image()) ? file + "#" + sample.entry() : file;
  }

  static List<String> classesOf(List<Sample> samples) {
    boolean trained = samples.stream().anyMatch(sample -> sample.split() == Split.TRAIN);
    return samples.stream()
        .filter(sample -> !trained || sample.split() == Split.TRAIN)
        .map(Sample::labels)
        .flatMap(Collection::stream)
        .distinct()
        .sorted()
        .toList();
  }

  private static String quoted(List<String> names) {
    return "'" + String.join("', '", names) + "'";
  }

  /** A path cannot be serialised. */
  private Object writeReplace() {
    return new Form(root.toString(), labelsFile.toString(), classes, samples, reading);
  }

  private record Form(
      String root, String labelsFile, List<String> classes, List<Sample> samples, Reading reading)
      implements Serializable {
    private Object readResolve() {
      return new DatasetManifest(Path.of(root), Path.of(labelsFile), classes, samples, reading);
    }
  }
}
