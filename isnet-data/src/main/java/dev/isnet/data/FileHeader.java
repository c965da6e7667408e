package dev.isnet.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What a picture file declares about itself, read without decoding it: the decoders allocate what a
 * header asks for, and a few bytes can ask for gigabytes.
 *
 * @param height rows
 * @param width columns
 */
record FileHeader(long height, long width) {
  private static final int PNG_SIZE_AT = 16;
  private static final int BMP_LEAST = 54;
  private static final int BMP_JPEG = 4;
  private static final int BMP_PNG = 5;
  private static final int OLDEST_BMP_HEADER = 12;

  /**
   * The declared size.
   *
   * @param name what error messages call the file
   * @return empty where the header is cut off, or asks for more than the file holds
   * @throws InputException if the file is of a kind that is not read
   */
  static Optional<FileHeader> of(byte[] bytes, ImageFormat format, String name) {
    return switch (format) {
      case PNG -> png(ByteBuffer.wrap(bytes));
      case JPEG -> jpeg(ByteBuffer.wrap(bytes));
      case BMP -> bmp(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), name);
      case GIF -> gif(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
      case TIFF -> TiffHeader.size(bytes, name);
      case DICOM, UNKNOWN -> Optional.empty();
    };
  }

  /**
   * Refuses what declares too much.
   *
   * @param maxPixels the most rows times columns
   * @param name what error messages call the file
   * @return this
   * @throws InputException if there are more
   */
  FileHeader requireAtMost(long maxPixels, String name) {
    if (height > 0 && width > maxPixels / height) {
      throw new InputException(
          "%s declares %d x %d pixels (height x width), more than the %d that an image may have."
              .formatted(name, height, width, maxPixels));
    }
    return this;
  }

  private static Optional<FileHeader> png(ByteBuffer in) {
    if (in.limit() < PNG_SIZE_AT + 8) {
      return Optional.empty();
    }
    long width = unsigned(in, PNG_SIZE_AT);
    return Optional.of(new FileHeader(unsigned(in, PNG_SIZE_AT + 4), width));
  }

  /** The first frame header (SOF0 to SOF15 without the tables that have the same codes). */
  private static Optional<FileHeader> jpeg(ByteBuffer in) {
    int at = 2;
    while (at + 9 <= in.limit()) {
      int marker = in.getShort(at) & 0xFFFF;
      if (marker == 0xFFFF) {
        at++; // a fill byte
      } else if (marker < 0xFFC0) {
        return Optional.empty();
      } else if (marker <= 0xFFCF && marker != 0xFFC4 && marker != 0xFFC8 && marker != 0xFFCC) {
        return Optional.of(
            new FileHeader(in.getShort(at + 5) & 0xFFFF, in.getShort(at + 7) & 0xFFFF));
      } else {
        at += 2 + (in.getShort(at + 2) & 0xFFFF);
      }
    }
    return Optional.empty();
  }

  private static Optional<FileHeader> bmp(ByteBuffer in, String name) {
    if (in.limit() < BMP_LEAST) {
      return Optional.empty();
    }
    int compression = in.getInt(14) == OLDEST_BMP_HEADER ? 0 : in.getInt(30);
    if (compression == BMP_JPEG || compression == BMP_PNG) {
      throw embedded(name, "BMP", compression == BMP_JPEG ? "JPEG" : "PNG");
    }
    // The reader allocates the declared length of the data and of everything before it.
    boolean whole =
        unsigned(in, 2) <= in.limit()
            && unsigned(in, 10) <= in.limit()
            && unsigned(in, 34) <= in.limit();
    return whole
        ? Optional.of(
            new FileHeader(Math.abs((long) in.getInt(22)), Math.abs((long) in.getInt(18))))
        : Optional.empty();
  }

  /** A picture inside the file has a size of its own, whatever the file's header declares. */
  static InputException embedded(String name, String outer, String inner) {
    return new InputException(
        "%s is a %s file with a %s picture inside, which is not read; save it as a plain %s or PNG file."
            .formatted(name, outer, inner, outer));
  }

  /** The larger of the screen and the first frame, each of which is allocated. */
  private static Optional<FileHeader> gif(ByteBuffer in) {
    if (in.limit() < 13) {
      return Optional.empty();
    }
    long width = in.getShort(6) & 0xFFFF;
    long height = in.getShort(8) & 0xFFFF;
    int at = 13 + colours(in.get(10));
    while (at + 10 <= in.limit()) {
      if (in.get(at) == ',') {
        return Optional.of(
            new FileHeader(
                Math.max(height, in.getShort(at + 7) & 0xFFFF),
                Math.max(width, in.getShort(at + 5) & 0xFFFF)));
      } else if (in.get(at) != '!') {
        return Optional.empty();
      }
      at += 2;
      while (at < in.limit() && in.get(at) != 0) {
        at += 1 + (in.get(at) & 0xFF);
      }
      at++;
    }
    return Optional.empty();
  }

  /** Bytes of a colour table, by the flags of a screen or frame. */
  private static int colours(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static long unsigned(ByteBuffer in, int at) {
    return in.getInt(at) & 0xFFFF_FFFFL;
  }
}
