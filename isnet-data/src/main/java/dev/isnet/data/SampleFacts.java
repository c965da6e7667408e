package dev.isnet.data;

import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a check keeps of an image once it was read.
 *
 * @param sample the image
 * @param content equal for equal content
 * @param outline for each cell of a coarse grid whether it is brighter than its right neighbour:
 *     nearly equal for nearly equal pictures, whatever their size and brightness
 * @param share the part of the image that is foreground, when it has a mask
 * @param background a thumbnail with the foreground blacked out; empty without a mask, or when
 *     other images' are enough
 * @param foreground a thumbnail with the background blacked out; empty likewise
 */
record SampleFacts(
    Sample sample,
    String content,
    long[] outline,
    Optional<Double> share,
    Optional<float[]> background,
    Optional<float[]> foreground) {
  /** Rows and columns of the grid of an outline. */
  private static final int GRID = 16;

  /** Rows and columns of a thumbnail, and of the image that it is made of. */
  private static final int THUMBNAIL = 24;

  private static final int FINE = 96;

  static SampleFacts of(
      Sample sample,
      DecodedImage image,
      SampleReader reader,
      Optional<boolean[]> mask,
      ImageSize size,
      boolean thumbnails) {
    long[] outline = outline(image);
    Optional<Double> share = mask.map(SampleFacts::share);
    if (mask.isEmpty() || !thumbnails) {
      return new SampleFacts(
          sample, content(sample, image), outline, share, Optional.empty(), Optional.empty());
    }
    // All with the same channels, because grey and colour files may come together.
    ImageSize fine = new ImageSize(FINE, FINE, size.channels());
    float[] values = image.resized(fine, true, "the image");
    boolean[] cells = reader.mask(sample, image, fine).orElseThrow();
    return new SampleFacts(
        sample,
        content(sample, image),
        outline,
        share,
        Optional.of(thumbnail(values, cells, false, fine.channels())),
        Optional.of(thumbnail(values, cells, true, fine.channels())));
  }

  private static String content(Sample sample, DecodedImage image) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      if (IdxFile.isOne(sample.image())) {
        for (char value : image.samples()) {
          digest.update((byte) value);
        }
      } else {
        digest.update(Files.readAllBytes(sample.image()));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new InputException(
          "Cannot read '%s' (%s).".formatted(sample.image(), e.getMessage()), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static long[] outline(DecodedImage image) {
    ImageSize grid = new ImageSize(GRID, GRID + 1, 1);
    float[] cells = image.resized(grid, true, "the image");
    long[] bits = new long[GRID * GRID / Long.SIZE];
    for (int i = 0; i < GRID * GRID; i++) {
      int at = i / GRID * (GRID + 1) + i % GRID;
      if (cells[at] > cells[at + 1]) {
        bits[i / Long.SIZE] |= 1L << i % Long.SIZE;
      }
    }
    return bits;
  }

  private static double share(boolean[] mask) {
    int count = 0;
    for (boolean cell : mask) {
      count += cell ? 1 : 0;
    }
    return (double) count / mask.length;
  }

  private static float[] thumbnail(float[] values, boolean[] mask, boolean kept, int channels) {
    int block = FINE / THUMBNAIL;
    float[] thumbnail = new float[channels * THUMBNAIL * THUMBNAIL];
    for (int i = 0; i < values.length; i++) {
      int at = i % mask.length;
      if (mask[at] == kept) {
        int cell =
            i / mask.length * THUMBNAIL * THUMBNAIL
                + at / FINE / block * THUMBNAIL
                + at % FINE / block;
        thumbnail[cell] += values[i] / (block * block);
      }
    }
    return thumbnail;
  }

  /** The image with its line, as messages start with it. */
  String where(DatasetManifest manifest) {
    String name = "'%s'".formatted(manifest.nameOf(sample));
    return sample.line() == 0
        ? name
        : "%s, line %d, %s".formatted(manifest.labelsFile().getFileName(), sample.line(), name);
  }
}
