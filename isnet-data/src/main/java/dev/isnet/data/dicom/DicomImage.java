package dev.isnet.data.dicom;

import dev.isnet.data.InputException;
import ij.io.FileInfo;
import ij.io.ImageReader;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * A grey DICOM image as a viewer shows it: rescaled, windowed, and MONOCHROME1 inverted so that
 * white is bright. Read are uncompressed little-endian files of 8 or 16 bits with one sample per
 * pixel; of several frames the first. Without a window, the least value becomes black and the
 * greatest white, padding excepted.
 *
 * @param height rows
 * @param width columns
 * @param samples 0 black to 65535 white, row after row
 */
public record DicomImage(int height, int width, char[] samples) {
  private static final int SAMPLES_PER_PIXEL = 0x00280002;
  private static final int PHOTOMETRIC = 0x00280004;
  private static final int ROWS = 0x00280010;
  private static final int COLUMNS = 0x00280011;
  private static final int BITS_ALLOCATED = 0x00280100;
  private static final int BITS_STORED = 0x00280101;
  private static final int SIGNED = 0x00280103;
  private static final int PADDING = 0x00280120;
  private static final int WINDOW_CENTRE = 0x00281050;
  private static final int WINDOW_WIDTH = 0x00281051;
  private static final int INTERCEPT = 0x00281052;
  private static final int SLOPE = 0x00281053;
  private static final int WHITE = 65535;

  /**
   * Reads a file.
   *
   * @param bytes its content
   * @param name what error messages call it
   * @param maxPixels the most pixels that it may declare
   * @return the image
   * @throws InputException if it is no complete file of the kinds that are read
   */
  public static DicomImage read(byte[] bytes, String name, long maxPixels) {
    DicomHeader header = DicomHeader.read(bytes, name);
    int height = header.required(ROWS, "number of rows");
    int width = header.required(COLUMNS, "number of columns");
    int allocated = header.required(BITS_ALLOCATED, "number of bits");
    if (height < 1 || width < 1 || width > maxPixels / height) {
      throw new InputException(
          "%s declares %d x %d pixels (height x width), expected at least one and at most %d."
              .formatted(name, height, width, maxPixels));
    }
    if (allocated != 8 && allocated != 16 || header.number(SAMPLES_PER_PIXEL).orElse(1) != 1) {
      throw header.broken(
          "it has %d bits and %d samples per pixel, expected 8 or 16 bits and one sample"
              .formatted(allocated, header.number(SAMPLES_PER_PIXEL).orElse(1)));
    }
    if ((long) height * width * allocated / 8 > header.pixelBytes()) {
      throw header.broken(
          "its pixels take %d bytes, expected %d"
              .formatted(header.pixelBytes(), (long) height * width * allocated / 8));
    }
    int[] stored = stored(bytes, header, height, width, allocated);
    return new DicomImage(height, width, shown(stored, header, allocated));
  }

  /** ImageJ reads the pixels; its own header parser would believe every length. */
  private static int[] stored(
      byte[] bytes, DicomHeader header, int height, int width, int allocated) {
    FileInfo info = new FileInfo();
    info.fileFormat = FileInfo.DICOM;
    info.width = width;
    info.height = height;
    info.fileType = allocated == 8 ? FileInfo.GRAY8 : FileInfo.GRAY16_UNSIGNED;
    info.intelByteOrder = true;
    Object pixels =
        new ImageReader(info)
            .readPixels(
                new ByteArrayInputStream(
                    bytes, header.pixelsAt(), bytes.length - header.pixelsAt()));
    int[] stored = new int[height * width];
    if (pixels instanceof byte[] values && values.length == stored.length) {
      for (int i = 0; i < stored.length; i++) {
        stored[i] = values[i] & 0xFF;
      }
    } else if (pixels instanceof short[] values && values.length == stored.length) {
      for (int i = 0; i < stored.length; i++) {
        stored[i] = values[i] & 0xFFFF;
      }
    } else {
      throw header.broken("its pixels could not be read");
    }
    return stored;
  }

  private static char[] shown(int[] stored, DicomHeader header, int allocated) {
    int bits = Math.min(allocated, Math.max(1, header.number(BITS_STORED).orElse(allocated)));
    int unused = 32 - bits;
    boolean signed = header.number(SIGNED).orElse(0) == 1;
    // Bits above the stored ones may hold overlays.
    IntUnaryOperator value =
        number -> signed ? number << unused >> unused : number << unused >>> unused;
    boolean inverted =
        switch (header.text(PHOTOMETRIC).orElse("MONOCHROME2")) {
          case "MONOCHROME1" -> true;
          case "MONOCHROME2" -> false;
          default ->
              throw header.broken(
                  "its photometric interpretation is %s, expected MONOCHROME1 or MONOCHROME2"
                      .formatted(header.text(PHOTOMETRIC).orElse("")));
        };
    double slope = header.decimal(SLOPE, "rescale slope").orElse(1.0);
    double intercept = header.decimal(INTERCEPT, "rescale intercept").orElse(0.0);
    Range range =
        window(header).orElseGet(() -> extremes(stored, value, header).rescaled(slope, intercept));
    char[] samples = new char[stored.length];
    for (int i = 0; i < samples.length; i++) {
      double rescaled = value.applyAsInt(stored[i]) * slope + intercept;
      double grey =
          range.width == 0
              ? (rescaled > range.black ? 1 : 0)
              : (rescaled - range.black) / range.width;
      double clipped = Math.max(0, Math.min(1, grey));
      samples[i] = (char) Math.round(WHITE * (inverted ? 1 - clipped : clipped));
    }
    return samples;
  }

  /** The value that becomes black, and how far above it is what becomes white. */
  private record Range(double black, double width) {
    Range rescaled(double slope, double intercept) {
      double first = black * slope;
      double last = (black + width) * slope;
      return new Range(Math.min(first, last) + intercept, Math.abs(last - first));
    }
  }

  /** DICOM PS3.3, C.11.2.1.2.1: ((x - (c - 0.5)) / (w - 1) + 0.5), clipped to [0, 1]. */
  private static Optional<Range> window(DicomHeader header) {
    Optional<Double> centre = header.decimal(WINDOW_CENTRE, "window centre");
    Optional<Double> width = header.decimal(WINDOW_WIDTH, "window width");
    if (centre.isEmpty() || width.isEmpty()) {
      return Optional.empty();
    }
    if (width.get() < 1) {
      throw header.broken("its window width is %s, expected at least 1".formatted(width.get()));
    }
    double range = width.get() - 1;
    return Optional.of(new Range(centre.get() - 0.5 - range / 2, range));
  }

  private static Range extremes(int[] stored, IntUnaryOperator value, DicomHeader header) {
    Optional<Integer> padding = header.number(PADDING).map(value::applyAsInt);
    int least = Integer.MAX_VALUE;
    int most = Integer.MIN_VALUE;
    for (int number : stored) {
      int each = value.applyAsInt(number);
      if (padding.isEmpty() || padding.get() != each) {
        least = Math.min(least, each);
        most = Math.max(most, each);
      }
    }
    return least > most ? new Range(0, 0) : new Range(least, (double) most - least);
  }
}
