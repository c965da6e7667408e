package dev.isnet.explain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Arrays as NumPy keeps them: {@code numpy.load} reads what is written here. */
public final class NpyFile {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  /** Where the numbers begin is a multiple of this. */
  private static final int ALIGNMENT = 64;

  private NpyFile() {}

  /**
   * Writes an array of 32-bit floating point numbers.
   *
   * @param file where to; replaced if it exists
   * @param values the numbers, the last dimension running fastest
   * @param shape the size of each dimension, at least one
   * @throws IllegalArgumentException if the shape does not have as many elements as there are
   *     values
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, float[] values, int... shape) throws IOException {
    if (shape.length == 0
        || Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b) != values.length) {
      throw new IllegalArgumentException(
          values.length + " values do not fill the shape " + Arrays.toString(shape) + ".");
    }
    String dimensions =
        Arrays.stream(shape).mapToObj(String::valueOf).collect(Collectors.joining(", "));
    String description =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(dimensions, shape.length == 1 ? "," : "");
    int used = MAGIC.length + Short.BYTES + description.length() + 1;
    int padding = (ALIGNMENT - used % ALIGNMENT) % ALIGNMENT;
    byte[] header = (description + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes =
        ByteBuffer.allocate(used + padding + Float.BYTES * values.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(MAGIC)
            .putShort((short) header.length)
            .put(header);
    bytes.asFloatBuffer().put(values);
    Files.write(file, bytes.array());
  }
}
