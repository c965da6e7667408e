package dev.isnet.data;

import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A picture as it stands in its file.
 *
 * @param height rows
 * @param width columns
 * @param channels 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
 * @param white the largest value that the file's bit depth allows, e.g. 255 or 65535
 * @param samples unsigned values, the channels of a pixel side by side, row after row
 */
record DecodedImage(int height, int width, int channels, int white, char[] samples) {
  private static final int VALUES_SHOWN = 5;

  /**
   * The image in another size, by area interpolation, with values in [0, 1], channel after channel.
   * Grey stored as colour (all three channels equal) serves as grey; no other conversion is made.
   *
   * @param name what error messages call the file
   * @throws InputException if the file has other channels than are asked for
   */
  float[] resized(ImageSize size, String name) {
    boolean greyAsColour = size.channels() == 1 && channels == 3 && allChannelsEqual();
    if (channels != size.channels() && !greyAsColour) {
      throw new InputException(
          "%s has %s, expected %s; convert the file or ask for another number of channels."
              .formatted(name, describe(channels), describe(size.channels())));
    }
    float[] target = new float[size.values()];
    AreaResize resize = new AreaResize(height, width, size.height(), size.width());
    for (int c = 0; c < size.channels(); c++) {
      resize.apply(samples, c, channels, 1f / white, target, c * size.area());
    }
    return target;
  }

  /**
   * The picture as a mask in another size: a cell is foreground when any of the pixels it covers
   * is.
   *
   * @param name what error messages call the file
   * @throws InputException if there are other values than background and foreground, or no
   *     foreground
   */
  boolean[] mask(ImageSize size, String name) {
    if (channels != 1 && !(channels == 3 && allChannelsEqual())) {
      throw new InputException(
          "%s has %s, expected a mask with one grey channel.".formatted(name, describe(channels)));
    }
    requireTwoValues(name);
    boolean[] target = new boolean[size.area()];
    boolean any = false;
    for (int y = 0; y < height; y++) {
      int top = (int) ((long) y * size.height() / height);
      int bottom = (int) (((long) (y + 1) * size.height() - 1) / height);
      for (int x = 0; x < width; x++) {
        if (samples[(y * width + x) * channels] != 0) {
          any = true;
          int left = (int) ((long) x * size.width() / width);
          int right = (int) (((long) (x + 1) * size.width() - 1) / width);
          for (int row = top; row <= bottom; row++) {
            for (int column = left; column <= right; column++) {
              target[row * size.width() + column] = true;
            }
          }
        }
      }
    }
    if (!any) {
      throw new InputException(
          "%s is an empty mask: all of its pixels are 0; mark the foreground, or leave the mask"
                  .formatted(name)
              + " field empty for an image without a mask.");
    }
    return target;
  }

  private void requireTwoValues(String name) {
    TreeSet<Integer> values = new TreeSet<>();
    for (int i = 0; i < samples.length && values.size() <= VALUES_SHOWN; i += channels) {
      values.add((int) samples[i]);
    }
    boolean zeroOrMax = values.stream().allMatch(value -> value == 0 || value == white);
    boolean zeroOrOne = values.stream().allMatch(value -> value == 0 || value == 1);
    if (!zeroOrMax && !zeroOrOne) {
      String found =
          values.stream().limit(VALUES_SHOWN).map(String::valueOf).collect(Collectors.joining(", "))
              + (values.size() > VALUES_SHOWN ? " and more" : "");
      throw new InputException(
          "%s is no mask: found the values %s, expected only 0 and %d, or only 0 and 1."
              .formatted(name, found, white));
    }
  }

  private boolean allChannelsEqual() {
    for (int i = 0; i < samples.length; i += 3) {
      if (samples[i] != samples[i + 1] || samples[i] != samples[i + 2]) {
        return false;
      }
    }
    return true;
  }

  private static String describe(int channels) {
    return switch (channels) {
      case 1 -> "1 channel (grey)";
      case 2 -> "2 channels (grey and alpha)";
      case 3 -> "3 channels (RGB)";
      case 4 -> "4 channels (RGB and alpha)";
      default -> channels + " channels";
    };
  }

  /** The size in words for error messages. */
  String sizeInWords() {
    return "%d x %d pixels (height x width)".formatted(height, width);
  }

  /** Empty unless this picture has another size than the image it is the mask of. */
  Optional<String> sizeMismatch(DecodedImage image, String name) {
    if (height == image.height && width == image.width) {
      return Optional.empty();
    }
    return Optional.of(
        "%s has %s, but its image has %s; a mask must have its image's size."
            .formatted(name, sizeInWords(), image.sizeInWords()));
  }
}
