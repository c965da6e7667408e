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

  /** Masks of another size may differ in shape by this much, for the rounding of a resize. */
  private static final double SHAPE_TOLERANCE = 0.02;

  /**
   * The image in another size, by area interpolation, with values in [0, 1], channel after channel.
   * Grey stored as colour (all three channels equal) serves as grey.
   *
   * @param convert whether other numbers of channels are converted
   * @param name what error messages call the file
   * @throws InputException if the file has other channels than are asked for
   */
  float[] resized(ImageSize size, boolean convert, String name) {
    boolean greyAsColour = size.channels() == 1 && channels == 3 && allChannelsEqual();
    if (channels == size.channels() || greyAsColour) {
      return resized(size);
    }
    if (!convert) {
      throw new InputException(
          "%s has %s, expected %s; convert the file, ask for another number of channels, or for"
                  .formatted(name, describe(channels), describe(size.channels()))
              + " conversion.");
    }
    return (size.channels() == 1 ? luminance() : colour()).resized(size);
  }

  private float[] resized(ImageSize size) {
    float[] target = new float[size.values()];
    float scale = 1f / white;
    if (height == size.height() && width == size.width()) {
      for (int c = 0; c < size.channels(); c++) {
        int out = c * size.area();
        for (int at = c; at < samples.length; at += channels) {
          target[out++] = Math.min(1f, samples[at] * scale);
        }
      }
      return target;
    }
    AreaResize resize = new AreaResize(height, width, size.height(), size.width());
    for (int c = 0; c < size.channels(); c++) {
      resize.apply(samples, c, channels, scale, target, c * size.area());
    }
    return target;
  }

  private DecodedImage luminance() {
    char[] grey = new char[height * width];
    for (int i = 0; i < grey.length; i++) {
      int at = i * channels;
      grey[i] =
          channels < 3
              ? samples[at]
              : (char)
                  Math.round(
                      0.299 * samples[at] + 0.587 * samples[at + 1] + 0.114 * samples[at + 2]);
    }
    return new DecodedImage(height, width, 1, white, grey);
  }

  private DecodedImage colour() {
    char[] rgb = new char[3 * height * width];
    for (int i = 0; i < height * width; i++) {
      for (int c = 0; c < 3; c++) {
        rgb[3 * i + c] = samples[i * channels + (channels < 3 ? 0 : c)];
      }
    }
    return new DecodedImage(height, width, 3, white, rgb);
  }

  /**
   * The picture as a mask; see {@link MaskFormat}.
   *
   * @param name what error messages call the file
   * @throws InputException if the values are not those of the format
   */
  BinaryMask mask(MaskFormat format, String name) {
    if (channels == 2 || channels == 4) {
      return withoutAlpha().mask(format, name);
    }
    if (channels != 1 && !(channels == 3 && allChannelsEqual())) {
      throw new InputException(
          "%s has %s, expected a mask with one grey channel.".formatted(name, describe(channels)));
    }
    if (format.threshold().isPresent()) {
      return brighterThan(format.threshold().get());
    }
    boolean[] foreground = new boolean[height * width];
    if (!format.foreground().isEmpty()) {
      boolean[] wanted = new boolean[Character.MAX_VALUE + 1];
      format.foreground().forEach(value -> wanted[value] = true);
      for (int i = 0; i < foreground.length; i++) {
        foreground[i] = wanted[samples[i * channels]];
      }
    } else {
      requireTwoValues(name);
      for (int i = 0; i < foreground.length; i++) {
        foreground[i] = samples[i * channels] != 0;
      }
    }
    return new BinaryMask(height, width, foreground);
  }

  /**
   * A mask with transparency: where anything is transparent, opacity tells foreground from
   * background, as in a picture that was cut out; where nothing is, the colours do.
   */
  private DecodedImage withoutAlpha() {
    boolean opaque = true;
    for (int i = channels - 1; i < samples.length; i += channels) {
      opaque &= samples[i] == white;
    }
    int kept = opaque ? channels - 1 : 1;
    int first = opaque ? 0 : channels - 1;
    char[] values = new char[height * width * kept];
    for (int i = 0; i < height * width; i++) {
      for (int c = 0; c < kept; c++) {
        values[i * kept + c] = samples[i * channels + first + c];
      }
    }
    return new DecodedImage(height, width, kept, white, values);
  }

  /** What is brighter, in its first channel, than a fraction of white. */
  BinaryMask brighterThan(double threshold) {
    boolean[] foreground = new boolean[height * width];
    double level = threshold * white;
    for (int i = 0; i < foreground.length; i++) {
      foreground[i] = samples[i * channels] > level;
    }
    return new BinaryMask(height, width, foreground);
  }

  private void requireTwoValues(String name) {
    boolean zeroOrMax = true;
    boolean zeroOrOne = true;
    for (int i = 0; i < samples.length; i += channels) {
      char value = samples[i];
      zeroOrMax &= value == 0 || value == white;
      zeroOrOne &= value <= 1;
    }
    if (!zeroOrMax && !zeroOrOne) {
      TreeSet<Integer> values = new TreeSet<>();
      for (int i = 0; i < samples.length && values.size() <= VALUES_SHOWN; i += channels) {
        values.add((int) samples[i]);
      }
      String found =
          values.stream().limit(VALUES_SHOWN).map(String::valueOf).collect(Collectors.joining(", "))
              + (values.size() > VALUES_SHOWN ? " and more" : "");
      throw new InputException(
          "%s is no mask: found the values %s, expected only 0 and %d, or only 0 and 1; give a"
                  .formatted(name, found, white)
              + " threshold or the foreground values.");
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

  /** Empty unless this picture cannot be the mask of an image because of its size. */
  Optional<String> sizeMismatch(DecodedImage image, MaskFormat.Resize resize, String name) {
    if (height == image.height && width == image.width) {
      return Optional.empty();
    }
    if (resize == MaskFormat.Resize.ANY) {
      return Optional.of(
          "%s has %s, but its image has %s; a mask must have its image's size unless masks are"
                  .formatted(name, sizeInWords(), image.sizeInWords())
              + " resized by nearest or area.");
    }
    double shape = (double) height * image.width / ((double) width * image.height);
    if (Math.abs(shape - 1) > SHAPE_TOLERANCE) {
      return Optional.of(
          "%s has %s, but its image has %s; a mask of another size must have its image's shape."
              .formatted(name, sizeInWords(), image.sizeInWords()));
    }
    return Optional.empty();
  }
}
