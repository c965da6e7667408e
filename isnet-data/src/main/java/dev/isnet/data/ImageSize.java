package dev.isnet.data;

import java.io.Serializable;

/**
 * The size that images are brought to before a network sees them.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param channels 1 (grey) or 3 (RGB)
 */
public record ImageSize(int height, int width, int channels) implements Serializable {
  /**
   * Checks the three numbers.
   *
   * @throws InputException if one of them is out of range
   */
  public ImageSize {
    if (height < 1 || width < 1) {
      throw new InputException(
          "The image size is %d x %d (height x width), but both must be at least 1."
              .formatted(height, width));
    }
    if (channels != 1 && channels != 3) {
      throw new InputException(
          "The number of image channels is %d, but must be 1 (grey) or 3 (RGB)."
              .formatted(channels));
    }
  }

  /** Number of pixel positions, height times width. */
  public int area() {
    return height * width;
  }

  /** Number of values of one image, channels times height times width. */
  public int values() {
    return channels * area();
  }
}
