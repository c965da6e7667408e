package dev.isnet.data.augment;

import dev.isnet.data.InputException;

/** Settings of an augmentation; everything is off unless it is set. */
public final class AugmentationBuilder {
  private double flipHorizontal;
  private double flipVertical;
  private Change rotate = Change.NONE;
  private Change translate = Change.NONE;
  private Change scale = Change.NONE;
  private Change shear = Change.NONE;
  private Change crop = Change.NONE;
  private Change elastic = Change.NONE;
  private Change brightness = Change.NONE;
  private Change contrast = Change.NONE;
  private Change gamma = Change.NONE;
  private Change blur = Change.NONE;
  private Change noise = Change.NONE;
  private Change cutout = Change.NONE;

  AugmentationBuilder() {}

  /** Sets the probability of a horizontal flip; default 0. */
  public AugmentationBuilder optFlipHorizontal(double probability) {
    this.flipHorizontal = probability;
    return this;
  }

  /** Sets the probability of a vertical flip; default 0. */
  public AugmentationBuilder optFlipVertical(double probability) {
    this.flipVertical = probability;
    return this;
  }

  /** Sets the largest angle in degrees; default 0. */
  public AugmentationBuilder optRotate(double range) {
    return optRotate(Change.of(range));
  }

  /** Sets the largest angle in degrees, and how often it is made; default never. */
  public AugmentationBuilder optRotate(Change change) {
    this.rotate = change;
    return this;
  }

  /** Sets the largest shift as a fraction of height and width; default 0. */
  public AugmentationBuilder optTranslate(double range) {
    return optTranslate(Change.of(range));
  }

  /**
   * Sets the largest shift as a fraction of height and width, and how often it is made; default
   * never.
   */
  public AugmentationBuilder optTranslate(Change change) {
    this.translate = change;
    return this;
  }

  /** Sets the largest relative change of size; default 0. */
  public AugmentationBuilder optScale(double range) {
    return optScale(Change.of(range));
  }

  /** Sets the largest relative change of size, and how often it is made; default never. */
  public AugmentationBuilder optScale(Change change) {
    this.scale = change;
    return this;
  }

  /** Sets the largest shear; default 0. */
  public AugmentationBuilder optShear(double range) {
    return optShear(Change.of(range));
  }

  /** Sets the largest shear, and how often it is made; default never. */
  public AugmentationBuilder optShear(Change change) {
    this.shear = change;
    return this;
  }

  /** Sets the largest part of each side that is cropped; default 0. */
  public AugmentationBuilder optCrop(double range) {
    return optCrop(Change.of(range));
  }

  /**
   * Sets the largest part of each side that is cropped, and how often it is made; default never.
   */
  public AugmentationBuilder optCrop(Change change) {
    this.crop = change;
    return this;
  }

  /** Sets the largest elastic displacement as a fraction of the height; default 0. */
  public AugmentationBuilder optElastic(double range) {
    return optElastic(Change.of(range));
  }

  /**
   * Sets the largest elastic displacement as a fraction of the height, and how often it is made;
   * default never.
   */
  public AugmentationBuilder optElastic(Change change) {
    this.elastic = change;
    return this;
  }

  /** Sets the largest change of all values; default 0. */
  public AugmentationBuilder optBrightness(double range) {
    return optBrightness(Change.of(range));
  }

  /** Sets the largest change of all values, and how often it is made; default never. */
  public AugmentationBuilder optBrightness(Change change) {
    this.brightness = change;
    return this;
  }

  /** Sets the largest relative change of contrast; default 0. */
  public AugmentationBuilder optContrast(double range) {
    return optContrast(Change.of(range));
  }

  /** Sets the largest relative change of contrast, and how often it is made; default never. */
  public AugmentationBuilder optContrast(Change change) {
    this.contrast = change;
    return this;
  }

  /** Sets the largest change of gamma; default 0. */
  public AugmentationBuilder optGamma(double range) {
    return optGamma(Change.of(range));
  }

  /** Sets the largest change of gamma, and how often it is made; default never. */
  public AugmentationBuilder optGamma(Change change) {
    this.gamma = change;
    return this;
  }

  /** Sets the largest standard deviation of a blur as a fraction of the height; default 0. */
  public AugmentationBuilder optBlur(double range) {
    return optBlur(Change.of(range));
  }

  /**
   * Sets the largest standard deviation of a blur as a fraction of the height, and how often it is
   * made; default never.
   */
  public AugmentationBuilder optBlur(Change change) {
    this.blur = change;
    return this;
  }

  /** Sets the largest standard deviation of noise; default 0. */
  public AugmentationBuilder optNoise(double range) {
    return optNoise(Change.of(range));
  }

  /** Sets the largest standard deviation of noise, and how often it is made; default never. */
  public AugmentationBuilder optNoise(Change change) {
    this.noise = change;
    return this;
  }

  /** Sets the largest side of a cut-out square as a fraction of height and width; default 0. */
  public AugmentationBuilder optCutout(double range) {
    return optCutout(Change.of(range));
  }

  /**
   * Sets the largest side of a cut-out square as a fraction of height and width, and how often it
   * is made; default never.
   */
  public AugmentationBuilder optCutout(Change change) {
    this.cutout = change;
    return this;
  }

  /**
   * Finishes.
   *
   * @return the augmentation
   * @throws InputException if a value is out of its range
   */
  public PairedAugmentation build() {
    return new PairedAugmentation(
        flipHorizontal,
        flipVertical,
        rotate,
        translate,
        scale,
        shear,
        crop,
        elastic,
        brightness,
        contrast,
        gamma,
        blur,
        noise,
        cutout);
  }
}
