package dev.isnet.data;

import dev.isnet.data.dicom.DicomImage;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG, JPEG, BMP, GIF, TIFF and uncompressed DICOM files unchanged: all channels in RGB
 * order, 8 or 16 bits, a mark about orientation in the file (EXIF) ignored so that image and mask
 * stay aligned. The size that a file declares is looked at before anything is decoded. The JDK's
 * readers give the same values as OpenCV's, fast enough for training, and a broken file does no
 * harm there.
 */
final class ImageDecoder {
  /** 16 bits, four channels, and room for headers. */
  private static final long BYTES_PER_PIXEL = 8;

  private static final long HEADER_BYTES = 1L << 20;

  private ImageDecoder() {}

  /**
   * Decodes a file.
   *
   * @param name what error messages call the file
   * @param maxPixels the most pixels that it may declare
   * @throws InputException if the file cannot be read, is no complete picture, or is too large
   */
  static DecodedImage decode(Path file, String name, long maxPixels) {
    return decode(file, name, maxPixels, false);
  }

  /**
   * Decodes a file to the indices of its palette, if it has one.
   *
   * @param name what error messages call the file
   * @param maxPixels the most pixels that it may declare
   * @throws InputException if the file cannot be read, is no complete picture, or is too large
   */
  static DecodedImage decodeIndices(Path file, String name, long maxPixels) {
    return decode(file, name, maxPixels, true);
  }

  private static DecodedImage decode(Path file, String name, long maxPixels, boolean indices) {
    byte[] bytes = bytes(file, name, maxPixels);
    if (bytes.length == 0) {
      throw new InputException("%s is an empty file; replace it.".formatted(name));
    }
    ImageFormat format = ImageFormat.of(bytes);
    if (format == ImageFormat.DICOM) {
      DicomImage image = DicomImage.read(bytes, name, maxPixels);
      return new DecodedImage(image.height(), image.width(), 1, 65535, image.samples());
    }
    if (format == ImageFormat.JPEG && JpegFile.isTruncated(bytes)) {
      // Decoders fill the missing part with grey and report success.
      throw new InputException(
          "%s is a JPEG file cut off after %d bytes; replace it.".formatted(name, bytes.length));
    }
    return FileHeader.of(bytes, format)
        .map(header -> requireSize(header, name, maxPixels))
        .flatMap(header -> withImageIo(bytes, indices))
        .orElseThrow(
            () ->
                new InputException(
                    "%s cannot be decoded: its %d bytes are no complete PNG, JPEG, BMP, GIF, TIFF or"
                            .formatted(name, bytes.length)
                        + " DICOM picture of 8 or 16 bits; replace it."));
  }

  private static FileHeader requireSize(FileHeader header, String name, long maxPixels) {
    if (header.height() > 0 && header.width() > maxPixels / header.height()) {
      throw new InputException(
          "%s declares %d x %d pixels (height x width), more than the %d that an image may have."
              .formatted(name, header.height(), header.width(), maxPixels));
    }
    return header;
  }

  private static byte[] bytes(Path file, String name, long maxPixels) {
    try {
      long length = Files.size(file);
      long most = BYTES_PER_PIXEL * maxPixels + HEADER_BYTES;
      if (length > Math.min(most, Integer.MAX_VALUE - 8)) {
        throw new InputException(
            "%s has %d bytes, more than the %d that an image of %d pixels may take."
                .formatted(name, length, most, maxPixels));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InputException("%s does not exist.".formatted(name), e);
    } catch (IOException e) {
      throw new InputException("%s cannot be read (%s).".formatted(name, FileFailure.reason(e)), e);
    }
  }

  private static Optional<DecodedImage> withImageIo(byte[] bytes, boolean indices) {
    try {
      // ImageIO closes the stream, which would complain if it were closed a second time.
      ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
      for (Iterator<ImageReader> readers = ImageIO.getImageReaders(in); readers.hasNext(); ) {
        ImageReader reader = readers.next();
        // Other libraries bring readers along, in an order that varies; those of DataVec's module
        // for images take cut-off TIFF files for whole ones.
        if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
          try {
            reader.setInput(in, true, true);
            return unpack(reader.read(0), indices);
          } finally {
            reader.dispose();
          }
        }
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** A picture's samples, or the indices of its palette; empty if it has more than 16 bits. */
  static Optional<DecodedImage> unpack(BufferedImage image, boolean indices) {
    ColorModel colours = image.getColorModel();
    if (colours instanceof IndexColorModel palette && !indices) {
      return Optional.of(unpackPalette(image, palette));
    }
    Raster raster = image.getRaster();
    int bits = colours.getComponentSize(0);
    int channels = raster.getNumBands();
    if (bits > 16 || channels > 4) {
      return Optional.empty();
    }
    int[] values =
        raster.getPixels(
            raster.getMinX(), raster.getMinY(), image.getWidth(), image.getHeight(), (int[]) null);
    char[] samples = new char[values.length];
    for (int i = 0; i < values.length; i++) {
      samples[i] = (char) values[i];
    }
    return Optional.of(
        new DecodedImage(image.getHeight(), image.getWidth(), channels, (1 << bits) - 1, samples));
  }

  /** Grey where all colours of the palette are. */
  private static DecodedImage unpackPalette(BufferedImage image, IndexColorModel palette) {
    boolean grey = !palette.hasAlpha();
    for (int i = 0; i < palette.getMapSize(); i++) {
      grey &= palette.getRed(i) == palette.getGreen(i) && palette.getRed(i) == palette.getBlue(i);
    }
    int channels = grey ? 1 : palette.hasAlpha() ? 4 : 3;
    int[] argb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    char[] samples = new char[argb.length * channels];
    for (int i = 0; i < argb.length; i++) {
      int at = i * channels;
      samples[at] = (char) (argb[i] >> 16 & 0xFF);
      if (channels > 1) {
        samples[at + 1] = (char) (argb[i] >> 8 & 0xFF);
        samples[at + 2] = (char) (argb[i] & 0xFF);
      }
      if (channels > 3) {
        samples[at + 3] = (char) (argb[i] >>> 24);
      }
    }
    return new DecodedImage(image.getHeight(), image.getWidth(), channels, 255, samples);
  }
}
