package dev.isnet.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
 * Decodes PNG, JPEG, BMP, GIF and TIFF files unchanged: all channels in RGB order, 8 or 16 bits, a
 * mark about orientation in the file (EXIF) ignored so that image and mask stay aligned. OpenCV
 * comes first because it is fast; TIFF files, and what it refuses (GIF), go to ImageIO.
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
    // OpenCV takes some cut-off TIFF files for whole ones and hands out what memory holds.
    return (isTiff(bytes) ? withImageIo(bytes) : withOpenCv(bytes).or(() -> withImageIo(bytes)))
        .orElseThrow(
            () ->
                new InputException(
                    "%s cannot be decoded: its %d bytes are no complete PNG, JPEG, BMP, GIF or TIFF"
                            .formatted(name, bytes.length)
                        + " picture of 8 or 16 bits; replace it."));
  }

  private static byte[] bytes(Path file, String name) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InputException(
          "%s cannot be read (%s: %s)."
              .formatted(name, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  private static boolean isTiff(byte[] bytes) {
    String start = new String(bytes, 0, Math.min(4, bytes.length), StandardCharsets.ISO_8859_1);
    return start.equals("II*\0") || start.equals("MM\0*");
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
