package dev.isnet.data;

import java.nio.charset.StandardCharsets;

/** The kinds of picture files that are read, known by their content and not by their names. */
enum ImageFormat {
  PNG,
  JPEG,
  BMP,
  GIF,
  TIFF,
  DICOM,
  UNKNOWN;

  private static final int DICOM_PREAMBLE = 128;

  static ImageFormat of(byte[] bytes) {
    if (startsWith(bytes, 0, "\u0089PNG\r\n\u001a\n")) {
      return PNG;
    } else if (startsWith(bytes, 0, "\u00ff\u00d8\u00ff")) {
      return JPEG;
    } else if (startsWith(bytes, 0, "BM")) {
      return BMP;
    } else if (startsWith(bytes, 0, "GIF87a") || startsWith(bytes, 0, "GIF89a")) {
      return GIF;
    } else if (startsWith(bytes, 0, "II*\0") || startsWith(bytes, 0, "MM\0*")) {
      return TIFF;
    } else if (startsWith(bytes, DICOM_PREAMBLE, "DICM")) {
      return DICOM;
    }
    return UNKNOWN;
  }

  private static boolean startsWith(byte[] bytes, int at, String text) {
    byte[] start = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < at + start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (bytes[at + i] != start[i]) {
        return false;
      }
    }
    return true;
  }
}
