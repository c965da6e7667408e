package dev.isnet.data.phantom;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.Split;
import java.util.List;

/**
 * What a data set of phantoms is like.
 *
 * @param size height and width up to 512, and channels
 * @param classes at least two of {@link ChestPhantom#CLASSES}
 * @param signContrast how visible the signs of disease are, above 0 to 3; 1 is the default
 * @param hospitals where the images are taken
 * @param seed decides everything else
 */
public record PhantomPlan(
    ImageSize size, List<String> classes, double signContrast, Hospitals hospitals, long seed) {
  /** The largest height and width. */
  public static final int LARGEST = 512;

  /** How images, classes and hospitals go together. */
  public enum Hospitals {
    /** No hospitals: nothing is peculiar in any image. */
    NONE,
    /**
     * Training and validation images come from several hospitals that know nothing of the classes,
     * test images from another one.
     */
    SHARED,
    /**
     * Each class comes from a hospital of its own, as in the first COVID-19 data sets; test images
     * of all classes come from another one.
     */
    BY_CLASS
  }

  /**
   * Checks the values.
   *
   * @throws InputException if the size, the classes or the contrast are out of range
   */
  public PhantomPlan {
    classes = classes.stream().distinct().sorted().toList();
    if (size.height() > LARGEST || size.width() > LARGEST) {
      throw new InputException(
          "The phantoms' size is %d x %d (height x width), but both must be at most %d."
              .formatted(size.height(), size.width(), LARGEST));
    }
    if (classes.size() < 2 || !ChestPhantom.CLASSES.containsAll(classes)) {
      throw new InputException(
          "The phantoms' classes are '%s', but must be at least two of '%s'."
              .formatted(String.join("', '", classes), String.join("', '", ChestPhantom.CLASSES)));
    }
    ChestPhantom.requireContrast(signContrast);
  }

  /**
   * Phantoms of all classes without hospitals.
   *
   * @param size height, width and channels
   * @param signContrast how visible the signs of disease are, above 0 to 3
   * @param seed decides everything else
   * @return the plan
   */
  public static PhantomPlan of(ImageSize size, double signContrast, long seed) {
    return new PhantomPlan(size, ChestPhantom.CLASSES, signContrast, Hospitals.NONE, seed);
  }

  /** The same plan with another seed. */
  PhantomPlan with(long other) {
    return new PhantomPlan(size, classes, signContrast, hospitals, other);
  }

  /** Where an image is taken; {@code index} counts the images of a split. */
  Hospital hospital(Split split, int index) {
    if (hospitals == Hospitals.NONE) {
      return Hospital.NEUTRAL;
    } else if (split == Split.TEST) {
      return Hospital.outside();
    }
    List<Hospital> training = Hospital.training();
    int classIndex = index % classes.size();
    return training.get(
        hospitals == Hospitals.BY_CLASS
            ? classIndex
            // Neighbouring images of a class go to different hospitals.
            : (index / classes.size() + classIndex) % training.size());
  }
}
