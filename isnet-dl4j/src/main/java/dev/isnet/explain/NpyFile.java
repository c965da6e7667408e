package dev.isnet.explain;

import java.io.IOException;
import java.io.OutputStream;
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
    if (count(shape) != values.length) {
      throw new IllegalArgumentException(
          values.length + " values do not fill the shape " + Arrays.toString(shape) + ".");
    }
    try (Writer writer = new Writer(file, shape)) {
      writer.append(values);
    }
  }

  private static long count(int... shape) {
    return shape.length == 0 ? -1 : Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
  }

  /** Writes an array piece by piece, for arrays that are larger than the memory. */
  public static final class Writer implements AutoCloseable {
    private final OutputStream out;
    private final int[] shape;
    private long written;

    /**
     * Begins an array of 32-bit floating point numbers.
     *
     * @param file where to; replaced if it exists
     * @param shape the size of each dimension, at least one
     * @throws IOException if the file cannot be written
     */
    public Writer(Path file, int... shape) throws IOException {
      this.shape = shape.clone();
      String dimensions =
          Arrays.stream(shape).mapToObj(String::valueOf).collect(Collectors.joining(", "));
      String description =
          "{'descr': '<f4', 'fortran_order': False, 'shape': (%s%s), }"
              .formatted(dimensions, shape.length == 1 ? "," : "");
      int used = MAGIC.length + Short.BYTES + description.length() + 1;
      int padding = (ALIGNMENT - used % ALIGNMENT) % ALIGNMENT;
      byte[] header =
          (description + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
      this.out = Files.newOutputStream(file);
      out.write(
          ByteBuffer.allocate(used + padding)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(MAGIC)
              .putShort((short) header.length)
              .put(header)
              .array());
    }

    /**
     * Adds numbers behind those that were added before.
     *
     * @param values the numbers, the last dimension running fastest
     * @throws IOException if they cannot be written
     */
    public void append(float[] values) throws IOException {
      ByteBuffer bytes =
          ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      out.write(bytes.array());
      written += values.length;
    }

    /**
     * Ends the file.
     *
     * @throws IllegalStateException if the numbers do not fill the shape
     * @throws IOException if the file cannot be written
     */
    @Override
    public void close() throws IOException {
      out.close();
      if (written != count(shape)) {
        throw new IllegalStateException(
            written + " values do not fill the shape " + Arrays.toString(shape) + ".");
      }
    }
  }
}
