package dev.isnet.data.phantom;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Split;
import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.SyntheticBias;
import java.util.List;

/**
 * Chest phantoms in batches, drawn once and kept in memory, with equally many images of each class.
 * Different seeds give different persons: use one seed for each split.
 */
public final class PhantomImages implements MaskedImageSource {
  private final MaskedImages images;

  private PhantomImages(MaskedImages images) {
    this.images = images;
  }

  /**
   * Phantoms with signs of the default contrast.
   *
   * @param size what is drawn
   * @param perClass number of images of each class, at least 1
   * @param seed decides the persons, their order, augmentation and bias
   * @return a builder
   * @throws InputException if the number is below 1
   */
  public static Builder builder(ImageSize size, int perClass, long seed) {
    return builder(size, perClass, ChestPhantom.DEFAULT_SIGN_CONTRAST, seed);
  }

  /**
   * Phantoms.
   *
   * @param size what is drawn
   * @param perClass number of images of each class, at least 1
   * @param signContrast how visible the signs of disease are, above 0 to 3
   * @param seed decides the persons, their order, augmentation and bias
   * @return a builder
   * @throws InputException if the number or the contrast is out of range
   */
  public static Builder builder(ImageSize size, int perClass, double signContrast, long seed) {
    return builder(PhantomPlan.of(size, signContrast, seed), Split.TRAIN, perClass);
  }

  /**
   * Phantoms of a plan.
   *
   * @param plan what they are like; its seed decides the persons, their order, augmentation and
   *     bias
   * @param split decides the hospitals
   * @param perClass number of images of each class, at least 1
   * @return a builder
   * @throws InputException if the number is below 1
   */
  public static Builder builder(PhantomPlan plan, Split split, int perClass) {
    return new Builder(
        MaskedImages.builder(new PhantomStore(plan, split, perClass)).optSeed(plan.seed()));
  }

  @Override
  public List<String> classes() {
    return images.classes();
  }

  @Override
  public ImageSize imageSize() {
    return images.imageSize();
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public BatchIterator epoch(int epoch) {
    return images.epoch(epoch);
  }

  /** Settings with their defaults. */
  public static final class Builder {
    private final MaskedImages.Builder images;

    private Builder(MaskedImages.Builder images) {
      this.images = images;
    }

    /**
     * Sets the number of images per batch.
     *
     * @param size at least 1; default 16
     * @return this builder
     * @throws InputException if the size is below 1
     */
    public Builder optBatch(int size) {
      images.optBatch(size);
      return this;
    }

    /**
     * Sets whether each epoch has an order of its own.
     *
     * @param value default false
     * @return this builder
     */
    public Builder optShuffle(boolean value) {
      images.optShuffle(value);
      return this;
    }

    /**
     * Sets the augmentation.
     *
     * @param value default none
     * @return this builder
     */
    public Builder optAugmentation(PairedAugmentation value) {
      images.optAugmentation(value);
      return this;
    }

    /**
     * Draws shapes into the background.
     *
     * @param shapes for three classes; default no shapes
     * @param scenario how shapes and classes are paired
     * @return this builder
     * @throws InputException if there are shapes for another number of classes
     */
    public Builder optBias(SyntheticBias shapes, BiasScenario scenario) {
      images.optBias(shapes, scenario);
      return this;
    }

    /**
     * Finishes.
     *
     * @return the images; nothing is drawn yet
     */
    public PhantomImages build() {
      return new PhantomImages(images.build());
    }
  }
}
