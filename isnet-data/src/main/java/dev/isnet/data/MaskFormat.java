package dev.isnet.data;

import java.io.Serializable;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How pictures become foreground masks. Unless said otherwise a mask has its image's size and two
 * values: 0, which is background, and 1 or the largest that its bits allow. Of a mask with an alpha
 * channel the opacity counts, unless all of it is opaque: then its colours do, which must be grey.
 *
 * @param threshold a fraction of white above which a grey value is foreground, 0 to below 1; empty
 *     for masks with two values
 * @param foreground the colour indices (of a picture with a palette) or grey values that are
 *     foreground, kept in ascending order; empty for masks with two values
 * @param resize how a mask is brought to the size that the network sees
 */
public record MaskFormat(Optional<Double> threshold, Set<Integer> foreground, Resize resize)
    implements Serializable {

  /** How masks change their size. They are never interpolated linearly. */
  public enum Resize {
    /**
     * A cell is foreground when any of the pixels that it covers is. Image and mask must have the
     * same size in their files.
     */
    ANY,
    /** A cell takes the pixel at its centre. The mask's file may have another size. */
    NEAREST,
    /**
     * A cell is foreground when half of the area that it covers is. The mask's file may have
     * another size.
     */
    AREA
  }

  /**
   * Checks the values.
   *
   * @throws InputException if the threshold is out of range, or is given beside indices, or an
   *     index is out of range
   */
  public MaskFormat {
    // Sorted, because the text of a format tells whether a run or a cache is still the same.
    foreground = Collections.unmodifiableSortedSet(new TreeSet<>(foreground));
    if (threshold.isPresent() && !(threshold.get() >= 0 && threshold.get() < 1)) {
      throw new InputException(
          "The mask threshold is %s, but must be at least 0 and below 1."
              .formatted(threshold.get()));
    }
    if (threshold.isPresent() && !foreground.isEmpty()) {
      throw new InputException(
          "The masks have both a threshold (%s) and foreground values (%s); choose one of them."
              .formatted(threshold.get(), foreground));
    }
    for (int value : foreground) {
      if (value < 0 || value > 65535) {
        throw new InputException(
            "The masks' foreground value is %d, but must be between 0 and 65535.".formatted(value));
      }
    }
  }

  /** Masks with two values and their images' size. */
  public static MaskFormat standard() {
    return new MaskFormat(Optional.empty(), Set.of(), Resize.ANY);
  }

  /**
   * Masks in grey.
   *
   * @param threshold the fraction of white above which a value is foreground, 0 to below 1
   * @return the format
   */
  public static MaskFormat above(double threshold) {
    return new MaskFormat(Optional.of(threshold), Set.of(), Resize.ANY);
  }

  /**
   * Masks by colour index, or by grey value where a picture has no palette.
   *
   * @param values what is foreground
   * @return the format
   */
  public static MaskFormat of(Set<Integer> values) {
    return new MaskFormat(Optional.empty(), values, Resize.ANY);
  }

  /**
   * The same format with another way of resizing.
   *
   * @param other the way
   * @return a copy
   */
  public MaskFormat with(Resize other) {
    return new MaskFormat(threshold, foreground, other);
  }

  /** An Optional cannot be serialised. */
  private Object writeReplace() {
    return new Form(threshold.orElse(Double.NaN), foreground, resize);
  }

  private record Form(double threshold, Set<Integer> foreground, Resize resize)
      implements Serializable {
    private Object readResolve() {
      return new MaskFormat(
          Double.isNaN(threshold) ? Optional.empty() : Optional.of(threshold), foreground, resize);
    }
  }
}
