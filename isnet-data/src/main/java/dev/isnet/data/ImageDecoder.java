package dev.isnet.data;

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
 * Decodes PNG, JPEG, BMP, GIF and TIFF files unchanged: all channels in RGB order, 8 or 16 bits, a
 * mark about orientation in the file (EXIF) ignored so that image and mask stay aligned. The JDK's
 * readers give the same values as OpenCV's, in a time that training does not notice; but OpenCV's
 * write on the console about files that are damaged or merely unusual, and take some cut-off TIFF
 * files for whole ones.
 */
final class ImageDecoder {
  private ImageDecoder() {}

  /**
   * Decodes a file.
   *
   * @param name what error messages call the file
   * @throws InputException if the file cannot be read, or is no complete picture
   */
  static DecodedImage decode(Path file, String name) {
    byte[] bytes = bytes(file, name);
    if (bytes.length == 0) {
      throw new InputException("%s is an empty file; replace it.".formatted(name));
    }
    if (JpegFile.isTruncated(bytes)) {
      // Decoders fill the missing part with grey and report success.
      throw new InputException(
          "%s is a JPEG file cut off after %d bytes; replace it.".formatted(name, bytes.length));
    }
    return withImageIo(bytes)
        .orElseThrow(
            () ->
                new InputException(
                    "%s cannot be decoded: its %d bytes are no complete PNG, JPEG, BMP, GIF or TIFF"
                            .formatted(name, bytes.length)
                        + " picture, grey or RGB, of 8 or 16 bits; replace it."));
  }

  private static byte[] bytes(Path file, String name) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InputException("%s does not exist.".formatted(name), e);
    } catch (IOException e) {
      throw new InputException("%s cannot be read (%s).".formatted(name, FileFailure.reason(e)), e);
    }
  }

  private static Optional<DecodedImage> withImageIo(byte[] bytes) {
    try {
      // ImageIO closes the stream, which would complain if it were closed a second time.
      ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
      for (Iterator<ImageReader> readers = ImageIO.getImageReaders(in); readers.hasNext(); ) {
        ImageReader reader = readers.next();
        // DataVec brings other readers along, in an order that varies; those take cut-off TIFF
        // files for whole ones.
        if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
          try {
            reader.setInput(in, true, true);
            return unpack(reader.read(0));
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

  private static Optional<DecodedImage> unpack(BufferedImage image) {
    ColorModel colours = image.getColorModel();
    if (colours instanceof IndexColorModel) {
      return Optional.of(unpackPalette(image, colours.hasAlpha()));
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

  private static DecodedImage unpackPalette(BufferedImage image, boolean alpha) {
    int channels = alpha ? 4 : 3;
    int[] argb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    char[] samples = new char[argb.length * channels];
    for (int i = 0; i < argb.length; i++) {
      int at = i * channels;
      samples[at] = (char) (argb[i] >> 16 & 0xFF);
      samples[at + 1] = (char) (argb[i] >> 8 & 0xFF);
      samples[at + 2] = (char) (argb[i] & 0xFF);
      if (alpha) {
        samples[at + 3] = (char) (argb[i] >>> 24);
      }
    }
    return new DecodedImage(image.getHeight(), image.getWidth(), channels, 255, samples);
  }
}
