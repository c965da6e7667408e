package dev.isnet.data;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes DICOM files byte by byte, from the standard and independently of the reader. */
public final class DicomBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final boolean explicitData;

  /** An uncompressed file with explicit or implicit representations. */
  public DicomBytes(boolean explicit) {
    this(explicit ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2", explicit);
  }

  /** A file of some transfer syntax. */
  public DicomBytes(String syntax, boolean explicit) {
    out.writeBytes(new byte[128]);
    out.writeBytes("DICM".getBytes(StandardCharsets.ISO_8859_1));
    this.explicitData = explicit;
    text(2, 0x10, "UI", syntax);
  }

  /** A text element. */
  public DicomBytes text(int group, int element, String representation, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    byte[] even = java.util.Arrays.copyOf(bytes, bytes.length + bytes.length % 2);
    if (even.length > bytes.length && !representation.equals("UI")) {
      even[bytes.length] = ' ';
    }
    return element(group, element, representation, even);
  }

  /** A number of two bytes. */
  public DicomBytes number(int group, int element, int value) {
    return element(group, element, "US", new byte[] {(byte) value, (byte) (value >> 8)});
  }

  /** Any element. */
  public DicomBytes element(int group, int element, String representation, byte[] value) {
    little(group, 2);
    little(element, 2);
    if (group == 2 || explicitData) { // the meta group always is explicit
      out.writeBytes(representation.getBytes(StandardCharsets.ISO_8859_1));
      if (representation.matches("OB|OW|SQ|UN")) {
        little(0, 2);
        little(value.length, 4);
      } else {
        little(value.length, 2);
      }
    } else {
      little(value.length, 4);
    }
    out.writeBytes(value);
    return this;
  }

  /** A sequence of undefined length with one item that holds a number of rows of its own. */
  public DicomBytes sequence() {
    little(0x0008, 2);
    little(0x1140, 2);
    if (explicitData) {
      out.writeBytes("SQ".getBytes(StandardCharsets.ISO_8859_1));
      little(0, 2);
    }
    little(0xFFFFFFFF, 4);
    item(0xE000, 0xFFFFFFFF);
    number(0x28, 0x10, 999);
    item(0xE00D, 0);
    item(0xE0DD, 0);
    return this;
  }

  private void item(int element, int length) {
    little(0xFFFE, 2);
    little(element, 2);
    little(length, 4);
  }

  private void little(int value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write(value >> 8 * i);
    }
  }

  /** Rows, columns, bits and pixels: a whole image. */
  public DicomBytes image(
      String photometric, int rows, int columns, int bits, boolean signed, int... pixels) {
    text(0x28, 4, "CS", photometric);
    number(0x28, 0x10, rows);
    number(0x28, 0x11, columns);
    number(0x28, 0x100, bits > 8 ? 16 : 8);
    number(0x28, 0x101, bits);
    number(0x28, 0x103, signed ? 1 : 0);
    return pixels(bits, pixels);
  }

  /** The pixels alone. */
  public DicomBytes pixels(int bits, int... pixels) {
    byte[] values = new byte[pixels.length * (bits > 8 ? 2 : 1)];
    for (int i = 0; i < pixels.length; i++) {
      if (bits > 8) {
        values[2 * i] = (byte) pixels[i];
        values[2 * i + 1] = (byte) (pixels[i] >> 8);
      } else {
        values[i] = (byte) pixels[i];
      }
    }
    return element(0x7FE0, 0x10, bits > 8 ? "OW" : "OB", values);
  }

  /** The file. */
  public byte[] bytes() {
    return out.toByteArray();
  }
}
