package dev.isnet.data;

import java.util.List;

/**
 * Images that can be had one by one, by index, always the same: what {@link MaskedImages} caches,
 * augments and batches. Implement it to feed images that are not a folder. Loading happens on
 * another thread than the one that made the store.
 */
public interface ImageStore {
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
   * @return an index into {@link #classes()}
   */
  int label(int index);

  /**
   * What reports call an image.
   *
   * @param index from 0 to size() − 1
   * @return its name, e.g. the path in the labels file
   */
  String name(int index);

  /**
   * Reads or makes an image.
   *
   * @param index from 0 to size() − 1
   * @return the image in the store's size
   * @throws InputException if it cannot be read
   */
  Pixels load(int index);
}
