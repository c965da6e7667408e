package dev.isnet.data;

import java.awt.image.BufferedImage;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One image with its mask in Java memory, where it is decoded, augmented and biased before whole
 * batches become INDArrays. Nothing in this library changes the arrays of a Pixels once it is made,
 * so one may be cached and shared.
 *
 * @param size height, width and channels
 * @param image the values in [0, 1], channel after channel, row after row ([C, h, w] in c order)
 * @param mask true for foreground, row after row; empty when the image has no mask
 * @param classMasks by the index of their class the masks of single classes, none of them empty;
 *     what is not here is judged against {@code mask}, which holds them all
 */
public record Pixels(
    ImageSize size, float[] image, Optional<boolean[]> mask, Map<Integer, boolean[]> classMasks)
    implements Serializable {
  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException if an array does not have the length that the size demands
   */
  public Pixels {
    if (image.length != size.values()) {
      throw new IllegalArgumentException(
          "%d image values, expected %d for %s".formatted(image.length, size.values(), size));
    }
    if (mask.isPresent() && mask.get().length != size.area()) {
      throw new IllegalArgumentException(
          "%d mask values, expected %d for %s".formatted(mask.get().length, size.area(), size));
    }
    classMasks = Map.copyOf(classMasks);
  }

  /**
   * An image whose mask is the same for all classes.
   *
   * @param size height, width and channels
   * @param image the values, [C, h, w] in c order
   * @param mask true for foreground; empty when the image has no mask
   */
  public Pixels(ImageSize size, float[] image, Optional<boolean[]> mask) {
    this(size, image, mask, Map.of());
  }

  /**
   * Other values over the same foreground.
   *
   * @param values of the same size
   * @return an image with these values and this one's masks
   */
  public Pixels with(float[] values) {
    return new Pixels(size, values, mask, classMasks);
  }

  /**
   * Reads a single image file, without a mask.
   *
   * @param file the file
   * @param size what the image is brought to
   * @return its values
   * @throws InputException if the file is missing, is not an image, or has other channels
   */
  public static Pixels read(Path file, ImageSize size) {
    return read(file, size, Reading.standard());
  }

  /**
   * Reads a single image file, without a mask.
   *
   * @param file the file
   * @param size what the image is brought to
   * @param reading whether channels are converted, and how large the file may be
   * @return its values
   * @throws InputException if the file is missing, is not an image, is too large, or has other
   *     channels
   */
  public static Pixels read(Path file, ImageSize size, Reading reading) {
    String name = "The image '%s'".formatted(file);
    DecodedImage image = ImageDecoder.decode(file, name, reading.maxPixels());
    return new Pixels(size, image.resized(size, reading.convert(), name), Optional.empty());
  }

  /**
   * Brings a picture to what a network takes, as files are: grey and colour are converted, the size
   * is changed by area interpolation.
   *
   * @param picture of 8 or 16 bits a channel; not changed
   * @param size what it is brought to
   * @return its values, without a mask
   * @throws InputException if it has other bits
   */
  public static Pixels of(BufferedImage picture, ImageSize size) {
    DecodedImage image =
        ImageDecoder.unpack(picture, false)
            .orElseThrow(
                () ->
                    new InputException(
                        "The picture has more than 16 bits or 4 channels; give one of 8 or 16 bits."));
    return new Pixels(size, image.resized(size, true, "The picture"), Optional.empty());
  }

  /**
   * Copies an image out of native memory.
   *
   * @param image [C, h, w], values in [0, 1]; not changed
   * @param mask [1, h, w] of 0 and 1; not changed; empty when there is none
   * @return the copy
   */
  public static Pixels of(INDArray image, Optional<INDArray> mask) {
    ImageSize size = new ImageSize((int) image.size(1), (int) image.size(2), (int) image.size(0));
    return new Pixels(size, floats(image), mask.map(Pixels::booleans));
  }

  /**
   * Copies an image into native memory.
   *
   * @param label the index of its class
   * @param file the file it stands for
   * @return the copy; the caller closes it
   */
  public MaskedImage toMaskedImage(int label, Path file) {
    return new MaskedImage(imageArray(), mask.map(this::maskArray), label, file);
  }

  /** The image as a new INDArray [C, h, w]; the caller closes it. */
  public INDArray imageArray() {
    return Nd4j.create(image, new long[] {size.channels(), size.height(), size.width()}, 'c');
  }

  private INDArray maskArray(boolean[] foreground) {
    float[] values = new float[foreground.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = foreground[i] ? 1 : 0;
    }
    return Nd4j.create(values, new long[] {1, size.height(), size.width()}, 'c');
  }

  private static float[] floats(INDArray array) {
    try (INDArray copy = array.dup('c')) {
      return copy.data().asFloat();
    }
  }

  private static boolean[] booleans(INDArray array) {
    float[] values = floats(array);
    boolean[] foreground = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      foreground[i] = values[i] != 0;
    }
    return foreground;
  }

  /** An Optional cannot be serialised. */
  private Object writeReplace() {
    return new Form(size, image, mask.stream().toList(), classMasks);
  }

  private record Form(
      ImageSize size, float[] image, List<boolean[]> mask, Map<Integer, boolean[]> classMasks)
      implements Serializable {
    private Object readResolve() {
      return new Pixels(size, image, mask.stream().findFirst(), classMasks);
    }
  }
}
