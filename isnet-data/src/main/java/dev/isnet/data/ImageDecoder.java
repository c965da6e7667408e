package dev.isnet.data;

import dev.isnet.data.dicom.DicomImage;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;

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

  /** Pictures with more pixels are decoded one at a time. */
  private static final long LARGE = 4_000_000;

  /**
   * Held while a large picture is decoded. All readers of the process share its memory, which holds
   * one of the largest, but hardly one for each thread.
   */
  private static final ReentrantLock ONE_LARGE_AT_A_TIME = new ReentrantLock();

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

  /** The error about a picture that is larger than the memory that is left. */
  static InputException tooLarge(String name, OutOfMemoryError e) {
    return new InputException(
        "%s does not fit into the memory, of which there are %d MB; make the picture smaller, or give"
                .formatted(name, Runtime.getRuntime().maxMemory() >> 20)
            + " the program more (-Xmx).",
        e);
  }

  private static DecodedImage decode(Path file, String name, long maxPixels, boolean indices) {
    try {
      return decodeWithinMemory(file, name, maxPixels, indices);
    } catch (OutOfMemoryError e) {
      throw tooLarge(name, e);
    }
  }

  private static DecodedImage decodeWithinMemory(
      Path file, String name, long maxPixels, boolean indices) {
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
    return FileHeader.of(bytes, format, name)
        .map(header -> header.requireAtMost(maxPixels, name))
        .flatMap(header -> inTurn(header, () -> withImageIo(bytes, indices)))
        .orElseThrow(
            () ->
                new InputException(
                    "%s cannot be decoded: its %d bytes are no complete PNG, JPEG, BMP, GIF, TIFF or"
                            .formatted(name, bytes.length)
                        + " DICOM picture of 8 or 16 bits; replace it."));
  }

  private static <T> T inTurn(FileHeader header, Supplier<T> decoding) {
    if (header.height() * header.width() <= LARGE) {
      return decoding.get();
    }
    ONE_LARGE_AT_A_TIME.lock();
    try {
      return decoding.get();
    } finally {
      ONE_LARGE_AT_A_TIME.unlock();
    }
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
      ImageInputStream in = new Bytes(bytes);
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
    int bits = colours.getComponentSize(0);
    int channels = image.getRaster().getNumBands();
    if (bits > 16 || channels > 4) {
      return Optional.empty();
    }
    for (int c = 1; c < colours.getNumColorComponents(); c++) {
      if (colours.getComponentSize(c) != bits) {
        // Such as 5, 6 and 5 bits of a BMP file, which have no common white.
        return Optional.of(unpackColours(image, colours.hasAlpha() ? 4 : 3));
      }
    }
    Raster raster = image.getRaster();
    char[] samples = samples(image, channels);
    // Row by row, because an int for each sample of a large picture takes more than all else.
    int[] row = new int[image.getWidth() * channels];
    for (int y = 0; y < image.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, image.getWidth(), 1, row);
      for (int i = 0; i < row.length; i++) {
        samples[y * row.length + i] = (char) row[i];
      }
    }
    return Optional.of(
        new DecodedImage(image.getHeight(), image.getWidth(), channels, (1 << bits) - 1, samples));
  }

  private static char[] samples(BufferedImage image, int channels) {
    return new char[Math.multiplyExact(image.getHeight() * image.getWidth(), channels)];
  }

  /** Grey where all colours of the palette are. */
  private static DecodedImage unpackPalette(BufferedImage image, IndexColorModel palette) {
    boolean grey = !palette.hasAlpha();
    for (int i = 0; i < palette.getMapSize(); i++) {
      grey &= palette.getRed(i) == palette.getGreen(i) && palette.getRed(i) == palette.getBlue(i);
    }
    return unpackColours(image, grey ? 1 : palette.hasAlpha() ? 4 : 3);
  }

  /** The colours as they are shown, 8 bits each. */
  private static DecodedImage unpackColours(BufferedImage image, int channels) {
    int width = image.getWidth();
    char[] samples = samples(image, channels);
    int[] argb = new int[width];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, argb, 0, width);
      for (int x = 0; x < width; x++) {
        int at = (y * width + x) * channels;
        samples[at] = (char) (argb[x] >> 16 & 0xFF);
        if (channels > 1) {
          samples[at + 1] = (char) (argb[x] >> 8 & 0xFF);
          samples[at + 2] = (char) (argb[x] & 0xFF);
        }
        if (channels > 3) {
          samples[at + 3] = (char) (argb[x] >>> 24);
        }
      }
    }
    return new DecodedImage(image.getHeight(), width, channels, 255, samples);
  }

  /** A file in memory, without the second copy that the JDK's streams make. */
  private static final class Bytes extends ImageInputStreamImpl {
    private final byte[] bytes;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      bitOffset = 0;
      return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      bitOffset = 0;
      if (streamPos >= bytes.length) {
        return -1;
      }
      int count = (int) Math.min(length, bytes.length - streamPos);
      System.arraycopy(bytes, (int) streamPos, to, offset, count);
      streamPos += count;
      return count;
    }

    @Override
    public long length() {
      return bytes.length;
    }
  }
}
