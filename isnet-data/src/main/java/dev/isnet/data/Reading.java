package dev.isnet.data;

import java.io.Serializable;

/**
 * How the files and labels of a data set are read.
 *
 * @param masks how pictures become masks
 * @param convert whether images with other channels than are asked for are converted: grey is
 *     repeated, colour becomes its luminance (0.299 R + 0.587 G + 0.114 B), transparency is
 *     dropped; otherwise they are refused
 * @param uncertain what labels that are marked uncertain count as
 * @param maxPixels the most pixels that an image may have; a file that declares more is refused
 *     before anything is decoded
 */
public record Reading(MaskFormat masks, boolean convert, Uncertain uncertain, long maxPixels)
    implements Serializable {
  /** Rows times columns that an image may have unless another limit is set. */
  public static final long DEFAULT_MAX_PIXELS = 40_000_000;

  /** What no limit may exceed. */
  static final long MOST_PIXELS = 1L << 28;

  /** What a label of −1 counts as. */
  public enum Uncertain {
    /** Nothing: the image takes no part in that class's loss. */
    IGNORE,
    /** Absent. */
    ZEROS,
    /** Present. */
    ONES
  }

  /**
   * Checks the limit.
   *
   * @throws InputException if it is below 1 or above 2^28
   */
  public Reading {
    if (maxPixels < 1 || maxPixels > MOST_PIXELS) {
      throw new InputException(
          "The largest number of pixels is %d, but must be between 1 and %d."
              .formatted(maxPixels, MOST_PIXELS));
    }
  }

  /** Masks with two values, no conversion, uncertain labels ignored. */
  public static Reading standard() {
    return new Reading(MaskFormat.standard(), false, Uncertain.IGNORE, DEFAULT_MAX_PIXELS);
  }

  /** The same with other masks. */
  public Reading with(MaskFormat other) {
    return new Reading(other, convert, uncertain, maxPixels);
  }

  /** The same, converting channels or not. */
  public Reading withConversion(boolean value) {
    return new Reading(masks, value, uncertain, maxPixels);
  }

  /** The same with another meaning of uncertain labels. */
  public Reading with(Uncertain other) {
    return new Reading(masks, convert, other, maxPixels);
  }

  /** The same with another limit. */
  public Reading withMaxPixels(long value) {
    return new Reading(masks, convert, uncertain, value);
  }
}
