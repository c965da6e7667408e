package dev.isnet.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Images that can be had one by one, by index, always the same: what {@link MaskedImages} caches,
 * augments and batches. Implement it to feed images that are not a folder. Loading happens on
 * another thread than the one that made the store, and on several at once.
 */
public interface ImageStore {
  /**
   * The images of one split of a folder, of which not every class need have any: for a network
   * whose classes are given.
   *
   * @param manifest the data set, with the network's classes
   * @param split the split
   * @param size what every image is brought to
   * @return the images in the manifest's order
   * @throws InputException if the split is empty or has a label that is not among the classes
   */
  static ImageStore of(DatasetManifest manifest, Split split, ImageSize size) {
    return FolderImages.ofSome(manifest, split, size);
  }

  /** The class names in the order of the network's outputs. */
  List<String> classes();

  /** The size of every image. */
  ImageSize imageSize();

  /** Number of images. */
  int size();

  /**
   * The class of an image.
   *
   * @param index from 0 to size() − 1
   * @return an index into {@link #classes()}; the first of its classes where it has several, −1
   *     where it has none
   */
  int label(int index);

  /** The target of a class that an image may or may not have. */
  float UNKNOWN = -1;

  /**
   * What a network should answer.
   *
   * @param index from 0 to size() − 1
   * @return for each class 1 or 0, or {@link #UNKNOWN} where nobody knows; one-hot unless images
   *     may have several classes
   */
  default float[] targets(int index) {
    float[] targets = new float[classes().size()];
    targets[label(index)] = 1;
    return targets;
  }

  /**
   * How much each class of an image counts in the classification loss.
   *
   * @param index from 0 to size() − 1
   * @return for each class a factor of at least 0; all ones unless the data says otherwise, 0 where
   *     the target is unknown
   */
  default float[] weights(int index) {
    float[] weights = new float[classes().size()];
    Arrays.fill(weights, 1);
    return weights;
  }

  /**
   * Whether any image has masks of single classes.
   *
   * @return true where {@link Pixels#classMasks} may hold something
   */
  default boolean hasClassMasks() {
    return false;
  }

  /**
   * What reports call an image.
   *
   * @param index from 0 to size() − 1
   * @return its name, e.g. the path in the labels file
   */
  String name(int index);

  /**
   * What a stored copy of an image is checked against: another text whenever {@link #load} would
   * give another image.
   *
   * @param index from 0 to size() − 1
   * @return for a file its size and time, for instance; empty where no copy should be kept
   */
  default Optional<String> version(int index) {
    return Optional.empty();
  }

  /**
   * Reads or makes an image.
   *
   * @param index from 0 to size() − 1
   * @return the image in the store's size
   * @throws InputException if it cannot be read
   */
  Pixels load(int index);
}
