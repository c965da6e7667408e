package dev.isnet.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * An idx file of unsigned bytes, as MNIST has them, compressed or not: two zero bytes, the type 8,
 * the number of dimensions, the dimensions, the values.
 */
final class IdxFile {
  private static final int UNSIGNED_BYTES = 8;

  /** The most values that are read into memory; MNIST's training images are a third of it. */
  private static final long MOST_VALUES = 1L << 27;

  private final int[] dimensions;
  private final byte[] values;

  private IdxFile(int[] dimensions, byte[] values) {
    this.dimensions = dimensions;
    this.values = values;
  }

  /** Whether a file's name is that of an idx file. */
  static boolean isOne(Path file) {
    String name = file.getFileName().toString();
    return name.matches(".*[-.]idx[1-4]-ubyte([.]gz)?");
  }

  /**
   * Reads a file.
   *
   * @param name what error messages call it
   * @throws InputException if it is no complete idx file of bytes, or too large
   */
  static IdxFile read(Path file, String name) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        DataInputStream in = new DataInputStream(unpacked(file, raw))) {
      int magic = in.readInt();
      int rank = magic & 0xFF;
      if (magic >> 8 != UNSIGNED_BYTES || rank < 1 || rank > 4) {
        throw new InputException(
            "%s is no idx file of bytes: it starts with %08x, expected 00000801 to 00000804."
                .formatted(name, magic));
      }
      int[] dimensions = new int[rank];
      long count = 1;
      for (int i = 0; i < rank; i++) {
        dimensions[i] = in.readInt();
        count = dimensions[i] < 1 || count > MOST_VALUES ? 0 : count * dimensions[i];
      }
      if (count < 1 || count > MOST_VALUES) {
        throw new InputException(
            "%s declares the dimensions %s, expected positive ones with a product of at most %d."
                .formatted(name, Arrays.toString(dimensions), MOST_VALUES));
      }
      // In pieces, because a file that is cut off must not cost what it declares.
      byte[] values = in.readNBytes((int) count);
      if (values.length < count) {
        throw new InputException(
            "%s is cut off: it holds %d values, but declares %d."
                .formatted(name, values.length, count));
      }
      return new IdxFile(dimensions, values);
    } catch (IOException e) {
      throw new InputException(
          "%s cannot be read (%s: %s)."
              .formatted(name, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  private static InputStream unpacked(Path file, InputStream raw) throws IOException {
    return file.getFileName().toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
  }

  int rank() {
    return dimensions.length;
  }

  int count() {
    return dimensions[0];
  }

  /** A value of a file with one dimension. */
  int value(int index) {
    return values[index] & 0xFF;
  }

  /**
   * An image of a file with three dimensions (grey), or four (the last one the channels).
   *
   * @throws InputException if there is none, or it has more pixels than allowed
   */
  DecodedImage image(int entry, String name, long maxPixels) {
    int channels = dimensions.length == 4 ? dimensions[3] : 1;
    if (dimensions.length < 3 || channels > 4 || entry >= dimensions[0]) {
      throw new InputException(
          "%s is not among its images: it has the dimensions %s."
              .formatted(name, Arrays.toString(dimensions)));
    }
    new FileHeader(dimensions[1], dimensions[2]).requireAtMost(maxPixels, name);
    int length = dimensions[1] * dimensions[2] * channels;
    char[] samples = new char[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (char) (values[entry * length + i] & 0xFF);
    }
    return new DecodedImage(dimensions[1], dimensions[2], channels, 255, samples);
  }
}
