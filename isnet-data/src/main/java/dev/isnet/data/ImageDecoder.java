package dev.isnet.data;

import dev.isnet.data.dicom.DicomImage;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes PNG, JPEG, BMP, GIF, TIFF and uncompressed DICOM files unchanged: all channels in RGB
 * order, 8 or 16 bits, a mark about orientation in the file (EXIF) ignored so that image and mask
 * stay aligned. The size that a file declares is looked at before anything is decoded. OpenCV
 * decodes PNG and JPEG because it is fast; everything else stays in Java, where a broken file can
 * do no harm.
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
        .flatMap(header -> decode(bytes, format, indices))
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
    } catch (IOException e) {
      throw new InputException(
          "%s cannot be read (%s: %s)."
              .formatted(name, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  private static Optional<DecodedImage> decode(byte[] bytes, ImageFormat format, boolean indices) {
    return switch (format) {
      // OpenCV does not hand out the indices of a palette.
      case PNG ->
          indices
              ? withImageIo(bytes, true)
              : withOpenCv(bytes).or(() -> withImageIo(bytes, false));
      case JPEG -> withOpenCv(bytes).or(() -> withImageIo(bytes, false));
      case BMP, GIF, TIFF -> withImageIo(bytes, indices);
      case DICOM, UNKNOWN -> Optional.empty();
    };
  }

  private static Optional<DecodedImage> withOpenCv(byte[] bytes) {
    // The scope frees every native object made here at once instead of leaving it to the
    // garbage collector, which does not see how large they are.
    try (PointerScope scope = new PointerScope()) {
      Mat encoded = new Mat(1, bytes.length, opencv_core.CV_8UC1, new BytePointer(bytes));
      Mat mat = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_UNCHANGED);
      if (mat == null || mat.empty()) {
        return Optional.empty();
      }
      int channels = mat.channels();
      int count = mat.rows() * mat.cols() * channels;
      return switch (mat.depth()) {
        case opencv_core.CV_8U -> {
          byte[] values = new byte[count];
          mat.data().get(values);
          char[] samples = new char[count];
          for (int i = 0; i < count; i++) {
            samples[i] = (char) (values[i] & 0xFF);
          }
          yield Optional.of(rgb(mat.rows(), mat.cols(), channels, 255, samples));
        }
        case opencv_core.CV_16U -> {
          short[] values = new short[count];
          new ShortPointer(mat.data()).get(values);
          char[] samples = new char[count];
          for (int i = 0; i < count; i++) {
            samples[i] = (char) values[i];
          }
          yield Optional.of(rgb(mat.rows(), mat.cols(), channels, 65535, samples));
        }
        default -> Optional.empty();
      };
    } catch (RuntimeException | LinkageError e) {
      // Native decoders report broken files as either; ImageIO has the last word.
      return Optional.empty();
    }
  }

  /** OpenCV stores colours as BGR or BGRA. */
  private static DecodedImage rgb(int height, int width, int channels, int white, char[] samples) {
    if (channels >= 3) {
      for (int i = 0; i < samples.length; i += channels) {
        char blue = samples[i];
        samples[i] = samples[i + 2];
        samples[i + 2] = blue;
      }
    }
    return new DecodedImage(height, width, channels, white, samples);
  }

  private static Optional<DecodedImage> withImageIo(byte[] bytes, boolean indices) {
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

  private static Optional<DecodedImage> unpack(BufferedImage image, boolean indices) {
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
