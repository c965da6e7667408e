package dev.isnet.explain;

import dev.isnet.data.ImageSize;
import dev.isnet.data.Pixels;
import java.awt.image.BufferedImage;

/** Turns pixel values into pictures, and small pictures into large ones. */
public final class Pictures {

  private Pictures() {}

  /**
   * Draws an image as the classifier sees it.
   *
   * @param pixels channel-major C·h·w values; what lies outside [0, 1] is clipped
   * @param channels 1 (grey) or 3 (red, green, blue)
   * @return an opaque RGB picture of the same size
   * @throws IllegalArgumentException if the sizes do not fit
   */
  public static BufferedImage of(float[] pixels, int channels, int height, int width) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("An image has 1 or 3 channels, not " + channels + ".");
    }
    requireSize(pixels.length, channels, height, width);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = height * width;
    for (int i = 0; i < plane; i++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        rgb = rgb << 8 | level(pixels[channels == 1 ? i : c * plane + i]);
      }
      image.setRGB(i % width, i / width, rgb);
    }
    return image;
  }

  /**
   * Draws an image as the classifier sees it.
   *
   * @param image of 1 or 3 channels
   * @return an opaque RGB picture of the same size
   * @throws IllegalArgumentException if it has another number of channels
   */
  public static BufferedImage of(Pixels image) {
    ImageSize size = image.size();
    return of(image.image(), size.channels(), size.height(), size.width());
  }

  /**
   * Enlarges by a whole factor without smoothing, so that each value stays one sharp square.
   *
   * @throws IllegalArgumentException if the factor is below 1
   */
  public static BufferedImage enlarge(BufferedImage image, int factor) {
    if (factor < 1) {
      throw new IllegalArgumentException("An image is enlarged by 1 or more, not " + factor + ".");
    }
    int width = image.getWidth() * factor;
    int height = image.getHeight() * factor;
    BufferedImage large = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        large.setRGB(x, y, image.getRGB(x / factor, y / factor));
      }
    }
    return large;
  }

  static void requireSize(int length, int channels, int height, int width) {
    if (channels < 1 || height < 1 || width < 1 || length != channels * height * width) {
      throw new IllegalArgumentException(
          "%d values for %d channels of %d×%d.".formatted(length, channels, height, width));
    }
  }

  private static int level(float value) {
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  }
}
