package dev.isnet.data.dicom;

import dev.isnet.data.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The elements of a DICOM file up to its pixels. Every length is compared with what the file holds
 * before it is believed; elements of sequences are passed over.
 */
final class DicomHeader {
  private static final int START = 132;
  private static final int UNDEFINED = 0xFFFFFFFF;
  private static final int TRANSFER_SYNTAX = 0x00020010;
  private static final int PIXELS = 0x7FE00010;
  private static final int ITEM = 0xFFFEE000;
  private static final int ITEM_END = 0xFFFEE00D;
  private static final int SEQUENCE_END = 0xFFFEE0DD;
  private static final int DEEPEST = 16;
  private static final int LONGEST_VALUE = 1024;
  private static final int LONGEST_TEXT = 64;
  private static final String IMPLICIT = "1.2.840.10008.1.2";
  private static final String EXPLICIT = "1.2.840.10008.1.2.1";

  /** Representations whose explicit length takes four bytes after two unused ones. */
  private static final Set<String> LONG =
      Set.of("OB", "OW", "OF", "OL", "OD", "OV", "SQ", "UC", "UN", "UR", "UT", "SV", "UV");

  private final ByteBuffer in;
  private final String name;
  private final Map<Integer, byte[]> values = new HashMap<>();
  private boolean explicit = true;
  private int pixelsAt;
  private long pixelBytes;

  private DicomHeader(byte[] bytes, String name) {
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.name = name;
  }

  /**
   * Reads the elements.
   *
   * @throws InputException if the file is cut off, compressed, or has no pixels
   */
  static DicomHeader read(byte[] bytes, String name) {
    DicomHeader header = new DicomHeader(bytes, name);
    try {
      header.read();
    } catch (IndexOutOfBoundsException e) {
      throw header.broken("it is cut off, or a length in it is wrong");
    }
    return header;
  }

  private void read() {
    int at = START;
    boolean inMeta = true;
    while (true) {
      if (inMeta && (in.getShort(at) & 0xFFFF) != 2) {
        inMeta = false;
        explicit = explicitData();
      }
      Element element = element(at);
      if (element.tag == PIXELS) {
        if (element.length == UNDEFINED) {
          throw broken("its pixels are compressed");
        }
        pixelsAt = element.valueAt;
        pixelBytes = element.length & 0xFFFF_FFFFL;
        if (pixelsAt + pixelBytes > in.limit()) {
          throw broken("it is cut off within its pixels");
        }
        return;
      }
      if (element.length >= 0 && element.length <= LONGEST_VALUE) {
        byte[] value = new byte[element.length];
        in.get(element.valueAt, value);
        values.put(element.tag, value);
      }
      at = end(element, 0);
    }
  }

  private boolean explicitData() {
    String syntax = text(TRANSFER_SYNTAX).orElse(IMPLICIT);
    return switch (syntax) {
      case EXPLICIT -> true;
      case IMPLICIT -> false;
      default ->
          throw broken(
              "its transfer syntax is %s, but only uncompressed little-endian files are read (%s, %s)"
                  .formatted(syntax, IMPLICIT, EXPLICIT));
    };
  }

  private record Element(int tag, int length, int valueAt) {}

  private Element element(int at) {
    int tag = in.getShort(at) << 16 | in.getShort(at + 2) & 0xFFFF;
    if (tag == ITEM || tag == ITEM_END || tag == SEQUENCE_END || !explicit) {
      return new Element(tag, in.getInt(at + 4), at + 8);
    }
    byte[] representation = {in.get(at + 4), in.get(at + 5)};
    return LONG.contains(new String(representation, StandardCharsets.ISO_8859_1))
        ? new Element(tag, in.getInt(at + 8), at + 12)
        : new Element(tag, in.getShort(at + 6) & 0xFFFF, at + 8);
  }

  /** Where the next element starts; sequences of undefined length are walked through. */
  private int end(Element element, int depth) {
    if (element.length != UNDEFINED) {
      long end = element.valueAt + (element.length & 0xFFFF_FFFFL);
      if (end > in.limit()) {
        throw new IndexOutOfBoundsException();
      }
      return (int) end;
    }
    if (depth > DEEPEST) {
      throw broken("its sequences are nested too deeply");
    }
    int at = element.valueAt;
    while (true) {
      Element inner = element(at);
      if (inner.tag == SEQUENCE_END || inner.tag == ITEM_END) {
        return inner.valueAt;
      }
      at = end(inner, depth + 1);
    }
  }

  int pixelsAt() {
    return pixelsAt;
  }

  long pixelBytes() {
    return pixelBytes;
  }

  /** A text element, its first value where it has several. */
  Optional<String> text(int tag) {
    return Optional.ofNullable(values.get(tag))
        .map(value -> new String(value, StandardCharsets.ISO_8859_1))
        .map(value -> value.split("\\\\", -1)[0].replace('\0', ' ').strip())
        // What is shown in a message must not break it.
        .map(value -> value.replaceAll("[^ -~]", "?"))
        .map(value -> value.substring(0, Math.min(LONGEST_TEXT, value.length())))
        .filter(value -> !value.isEmpty());
  }

  /** A decimal number written as text. */
  Optional<Double> decimal(int tag, String what) {
    return text(tag)
        .map(
            value -> {
              try {
                double number = Double.parseDouble(value);
                if (Double.isFinite(number)) {
                  return number;
                }
              } catch (NumberFormatException e) {
                // Told below, like a number that is not finite.
              }
              throw broken("its %s is '%s', which is no number".formatted(what, value));
            });
  }

  /** A number of two bytes without a sign. */
  Optional<Integer> number(int tag) {
    return Optional.ofNullable(values.get(tag))
        .filter(value -> value.length >= 2)
        .map(value -> value[0] & 0xFF | (value[1] & 0xFF) << 8);
  }

  int required(int tag, String what) {
    return number(tag).orElseThrow(() -> broken("it does not say its " + what));
  }

  InputException broken(String why) {
    return new InputException("%s cannot be decoded as DICOM: %s.".formatted(name, why));
  }
}
