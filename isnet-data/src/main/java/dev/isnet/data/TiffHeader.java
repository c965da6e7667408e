package dev.isnet.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** The first directory of a TIFF file, as far as a reader allocates memory by it. */
final class TiffHeader {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int STRIP_OFFSETS = 273;
  private static final int CHANNELS = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_LENGTHS = 279;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_LENGTHS = 325;
  private static final int SAMPLE_FORMAT = 339;
  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;
  private static final int UNSIGNED = 1;
  private static final int UNDEFINED = 4;
  private static final int[] BYTES_OF_TYPE = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
  private static final int MOST_CHANNELS = 4;
  private static final int MOST_BITS = 16;

  private final ByteBuffer in;
  private final String name;
  private long height;
  private long width;
  private long tileHeight;
  private long tileWidth;

  private TiffHeader(byte[] bytes, String name) {
    this.name = name;
    in = ByteBuffer.wrap(bytes);
    in.order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  /**
   * The declared size, of the picture or of its tiles, whichever is larger.
   *
   * @param name what error messages call the file
   * @return empty where a field lies outside the file, or asks for more than the file holds or this
   *     program reads
   * @throws InputException if the samples are JPEG pictures, or are signed or no whole numbers
   */
  static Optional<FileHeader> size(byte[] bytes, String name) {
    try {
      TiffHeader header = new TiffHeader(bytes, name);
      return header.read()
          ? Optional.of(
              new FileHeader(
                  Math.max(header.height, header.tileHeight),
                  Math.max(header.width, header.tileWidth)))
          : Optional.empty();
    } catch (IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private boolean read() {
    long directory = in.getInt(4) & 0xFFFF_FFFFL;
    if (directory > in.limit() - 2L) {
      return false;
    }
    int entries = in.getShort((int) directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      if (!entry((int) directory + 2 + 12 * i)) {
        return false;
      }
    }
    return height > 0 && width > 0;
  }

  private boolean entry(int at) {
    int tag = in.getShort(at) & 0xFFFF;
    int type = in.getShort(at + 2) & 0xFFFF;
    long count = in.getInt(at + 4) & 0xFFFF_FFFFL;
    if (type < 1 || type >= BYTES_OF_TYPE.length) {
      return false;
    }
    long length = count * BYTES_OF_TYPE[type];
    long start = length <= 4 ? at + 8 : in.getInt(at + 8) & 0xFFFF_FFFFL;
    if (start + length > in.limit()) {
      return false;
    }
    for (long i = 0; i < count && counts(tag); i++) {
      if (!accept(tag, value(type, (int) (start + i * BYTES_OF_TYPE[type])))) {
        return false;
      }
    }
    return true;
  }

  private static boolean counts(int tag) {
    return switch (tag) {
      case WIDTH,
          HEIGHT,
          BITS,
          CHANNELS,
          ROWS_PER_STRIP,
          STRIP_OFFSETS,
          STRIP_LENGTHS,
          TILE_WIDTH,
          TILE_HEIGHT,
          TILE_OFFSETS,
          TILE_LENGTHS,
          COMPRESSION,
          SAMPLE_FORMAT ->
          true;
      default -> false;
    };
  }

  private boolean accept(int tag, long value) {
    switch (tag) {
      case WIDTH -> width = value;
      case HEIGHT -> height = value;
      case COMPRESSION -> requireNoJpeg(value);
      case SAMPLE_FORMAT -> requireUnsigned(value);
      case TILE_WIDTH -> tileWidth = value;
      case TILE_HEIGHT -> tileHeight = value;
      default -> {
        // Checked below.
      }
    }
    return switch (tag) {
      case BITS -> value <= MOST_BITS;
      case CHANNELS -> value <= MOST_CHANNELS;
      case STRIP_OFFSETS, STRIP_LENGTHS, TILE_OFFSETS, TILE_LENGTHS -> value <= in.limit();
      default -> true;
    };
  }

  private void requireNoJpeg(long compression) {
    if (compression == OLD_JPEG || compression == JPEG) {
      throw FileHeader.embedded(name, "TIFF", "JPEG");
    }
  }

  private void requireUnsigned(long format) {
    if (format != UNSIGNED && format != UNDEFINED) {
      throw new InputException(
          "%s has the sample format %d (%s), expected 1 (unsigned whole numbers); convert it."
              .formatted(
                  name,
                  format,
                  format == 2
                      ? "signed numbers"
                      : format == 3 ? "floating point" : "neither whole nor real numbers"));
    }
  }

  private long value(int type, int at) {
    return switch (BYTES_OF_TYPE[type]) {
      case 1 -> in.get(at) & 0xFF;
      case 2 -> in.getShort(at) & 0xFFFF;
      default -> in.getInt(at) & 0xFFFF_FFFFL;
    };
  }
}
