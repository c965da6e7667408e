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

  /**
   * The declared size.
   *
   * @return empty where the header is cut off, or asks for more than the file holds
   */
  static Optional<FileHeader> of(byte[] bytes, ImageFormat format) {
    return switch (format) {
      case PNG -> png(ByteBuffer.wrap(bytes));
      case JPEG -> jpeg(ByteBuffer.wrap(bytes));
      case BMP -> bmp(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
      case GIF -> gif(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
      case TIFF -> TiffHeader.size(bytes);
      case DICOM, UNKNOWN -> Optional.empty();
    };
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

  private static Optional<FileHeader> bmp(ByteBuffer in) {
    if (in.limit() < BMP_LEAST) {
      return Optional.empty();
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
