package dev.isnet.data;

/** Finds out whether a JPEG file was cut off, which no decoder here reports. */
final class JpegFile {
  private static final int START_OF_IMAGE = 0xD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;

  private JpegFile() {}

  /** True for the beginning of a JPEG file without its end; false for anything else. */
  static boolean isTruncated(byte[] bytes) {
    if (bytes.length < 3 || !marker(bytes, 0, START_OF_IMAGE) || (bytes[2] & 0xFF) != 0xFF) {
      return false;
    }
    // Segments are skipped by their length: a thumbnail inside one has an end of its own.
    int at = 2;
    while (at + 3 < bytes.length && !marker(bytes, at, START_OF_SCAN)) {
      if ((bytes[at] & 0xFF) != 0xFF) {
        return false; // not a sequence of segments: leave the judgement to the decoder
      }
      boolean fill = (bytes[at + 1] & 0xFF) == 0xFF;
      at += fill ? 1 : 2 + ((bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF);
    }
    for (; at + 1 < bytes.length; at++) {
      if (marker(bytes, at, END_OF_IMAGE)) {
        return false;
      }
    }
    return true;
  }

  private static boolean marker(byte[] bytes, int at, int code) {
    return (bytes[at] & 0xFF) == 0xFF && (bytes[at + 1] & 0xFF) == code;
  }
}
